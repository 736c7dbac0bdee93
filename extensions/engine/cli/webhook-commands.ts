/** The `troupe webhook` branch of the command tree. */
import type { Command } from 'commander'
import { collect, wholeNumber } from './option-values.ts'
import type { Act } from './program.ts'

const HELP = `
A webhook is a trigger: troupe trigger lists, turns off and removes it. The server listens on this machine alone; address and key are sealed in the vault.`

export function addWebhooks(program: Command, act: Act): void {
  const commands = () => import('./commands/webhook.ts')
  const webhook = program
    .command('webhook')
    .description('requests of other programs that start personas, and events that are sent to other programs')
    .addHelpText('after', HELP)
  webhook
    .command('list')
    .description('list webhooks, and whether they listen')
    .action(() => act(async (session) => (await commands()).listWebhooks(session)))
  webhook
    .command('add <persona>')
    .description('give a persona a webhook')
    .option('--signature <kind>', 'how requests are signed: none, github, stripe, slack, generic', 'generic')
    .option('--name <name>', 'a name for people')
    .option('-i, --input <text>', 'the input of its runs; {{data.body.…}} is filled in')
    .action((persona, options) => act(async (session) => (await commands()).addWebhook(session, persona, options)))
  webhook
    .command('show <trigger>')
    .description('show its whole address, its key and a ready line for curl; entered in the audit log')
    .action((asked) => act(async (session) => (await commands()).showWebhook(session, asked)))
  webhook
    .command('rotate <trigger>')
    .description('give it a new address and key; the old ones end at once')
    .option('--sender-key', 'ask for the key that the sender signs with', false)
    .option('-y, --yes', 'do not ask', false)
    .action((asked, options) => act(async (session) => (await commands()).rotateWebhook(session, asked, options)))
  webhook
    .command('test <trigger>')
    .description('send a signed request to it')
    .option('--body <json>', 'what it carries')
    .action((asked, options) => act(async (session) => (await commands()).testWebhook(session, asked, options)))
  webhook
    .command('log')
    .description('list requests and what became of them, the newest first')
    .option('--trigger <trigger>', 'only of this one')
    .option('-n, --limit <number>', 'at most so many', wholeNumber(1, 500), 20)
    .action((options) => act(async (session) => (await commands()).webhookLog(session, options)))
  webhook
    .command('replay <number>')
    .description('store the event of a request again')
    .action((number) => act(async (session) => (await commands()).replayRequest(session, number)))
  webhook
    .command('send-to <url>')
    .description('send events to another program, signed')
    .option('--type <pattern>', 'only of this type; may be given more than once', collect)
    .option('--name <name>', 'a name for people')
    .option('--private', 'it may be an address of this network', false)
    .action((url, options) => act(async (session) => (await commands()).sendTo(session, url, options)))
  webhook
    .command('out')
    .description('list where events are sent to')
    .action(() => act(async (session) => (await commands()).listOut(session)))
  webhook
    .command('stop-sending <id>')
    .description('send no more events there')
    .action((id) => act(async (session) => (await commands()).removeOut(session, id)))
}
