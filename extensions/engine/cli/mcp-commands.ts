/** The `troupe mcp-server` branch of the command tree. */
import type { Command } from 'commander'
import { collect, collectParam, wholeNumber } from './option-values.ts'
import type { Act } from './program.ts'

const HELP = `
For example: troupe mcp-server add files -- npx -y @modelcontextprotocol/server-filesystem ~/notes
A tool is offered to personas once it was accepted, and only as it was accepted: when a server says something else of it, it is
called no more until "troupe mcp-server accept" takes the new one. What a persona may use of a server is chosen in its document.`

const SERVE_HELP = `
For a program that starts its MCP servers as children: command "troupe", arguments ["mcp"]. It offers list_personas, run_persona, list_runs,
get_run and cancel_run; with --token-env only those that the token allows. The same is at /mcp on the engine's socket, with a bearer token.`

export function addMcpServers(program: Command, act: Act): void {
  program
    .command('mcp')
    .description('be an MCP server on standard input and output: personas and runs for other programs')
    .option('--token-env <variable>', 'take the token from this variable (default: your own rights)')
    .addHelpText('after', SERVE_HELP)
    .action(({ tokenEnv }) => act(async (session) => (await import('./commands/mcp.ts')).serveMcp(session, { tokenEnv })))
  const looking = () => import('./commands/mcp-look.ts')
  const changing = () => import('./commands/mcp-change.ts')
  const server = program
    .command('mcp-server')
    .description('servers that offer tools to personas (Model Context Protocol)')
    .addHelpText('after', HELP)
  server
    .command('list')
    .description('list the servers, how they are, and what their tools take of the context')
    .action(() => act(async (session) => (await looking()).listServers(session)))
  server
    .command('add <id> [command...]')
    .description('look at a server and set it up: a program after --, or an address with --url')
    .option('--url <url>', 'an address that speaks streamable HTTP, instead of a program')
    .option('--label <name>', 'a name for people (default: the id)')
    .option('--env <name=value>', 'a variable for the program, not for secrets; may be given more than once', collectParam, {})
    .option('--header <name=value>', 'a header for the address, not for secrets; may be given more than once', collectParam, {})
    .option('--cwd <folder>', 'its working folder (default: one of its own)')
    .option('--credential <name>', 'lend this credential to it while it runs; may be given more than once', collect)
    .option('--idle <seconds>', 'stop it after so long without a call', wholeNumber(5, 86_400))
    .option('--accept', 'accept all of its tools as they are now', false)
    .action((id, command, options) => act(async (session) => (await changing()).addServer(session, id, command, options)))
  server
    .command('test <server>')
    .description('start it, look at its tools anew, and compare them with what was accepted; exit code 1 when something has changed')
    .action((id) => act(async (session) => (await looking()).testServer(session, id)))
  server
    .command('tools <server>')
    .description('list its tools: what they cost, and which are accepted, new or changed')
    .option('--full', 'with descriptions and schemas, and what was accepted before', false)
    .action((id, options) => act(async (session) => (await looking()).listTools(session, id, options)))
  server
    .command('accept <server> [tools...]')
    .description('accept tools as they are now')
    .option('--all', 'all that it offers', false)
    .option('-y, --yes', 'do not ask about those that have changed', false)
    .action((id, tools, options) => act(async (session) => (await changing()).acceptTools(session, id, tools, options)))
  server
    .command('unaccept <server> <tools...>')
    .description('take the acceptance of tools back')
    .action((id, tools) => act(async (session) => (await changing()).unacceptTools(session, id, tools)))
  for (const [name, enabled] of [
    ['on', true],
    ['off', false],
  ] as const)
    server
      .command(`${name} <server>`)
      .description(enabled ? 'offer its tools again' : 'offer none of its tools, and stop it')
      .action((id) => act(async (session) => (await changing()).switchServer(session, id, enabled)))
  server
    .command('stop <server>')
    .description('stop it; it starts again when it is used')
    .action((id) => act(async (session) => (await changing()).stopServer(session, id)))
  server
    .command('rm <server>')
    .description('remove it and what was accepted of it')
    .option('-y, --yes', 'do not ask', false)
    .action((id, options) => act(async (session) => (await changing()).removeServer(session, id, options)))
  server
    .command('resources <server> [uri]')
    .description('list its resources, or print one')
    .action((id, uri) => act(async (session) => (await looking()).resources(session, id, uri)))
  server
    .command('prompts <server> [name]')
    .description('list its prompts, or print one')
    .option('-a, --arg <name=value>', 'an argument of the prompt; may be given more than once', collectParam, {})
    .action((id, name, options) => act(async (session) => (await looking()).prompts(session, id, name, options.arg)))
}
