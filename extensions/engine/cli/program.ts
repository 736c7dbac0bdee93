/** The tree of commands: names, arguments, options and one line of help each. What they do is loaded when they are called. */
import { Command, Option } from 'commander'
import { EXIT } from '#contract/plain'
import { addCredentials } from './credential-commands.ts'
import { addGuards } from './guard-commands.ts'
import { addMcpServers } from './mcp-commands.ts'
import { addNotifications } from './notification-commands.ts'
import { collect, collectParam, followOptions, wholeNumber } from './option-values.ts'
import { addPersonas } from './persona-commands.ts'
import { addRunJournal } from './run-journal-commands.ts'
import { addServices } from './service-commands.ts'
import type { Session } from './session.ts'
import { addStore } from './store-commands.ts'
import { addSupport } from './support-commands.ts'
import { addTeams } from './team-commands.ts'
import { addDeadLetters, addEvents, addSchedule, addTriggers } from './trigger-commands.ts'
import { addVault } from './vault-commands.ts'
import { addWebhooks } from './webhook-commands.ts'

/** Runs a command's work with the session of this call; answers its exit code, or nothing when the process ends by itself. */
export type Act = (work: (session: Session) => Promise<number | undefined>) => Promise<void>

const HELP_END = `
A persona is named by its id, its name (disk-guardian for "Disk guardian") or a beginning that only one has; a run by its id, a
beginning of it, or "last". Commands that need the engine start it when none runs.

Exit codes: ${EXIT.ok} succeeded · ${EXIT.failed} failed · ${EXIT.usage} wrong use · ${EXIT.unreachable} engine unreachable · ${EXIT.refused} refused · ${EXIT.cancelled} cancelled`

const EXEC_HELP = `
For example: troupe exec --with github -- gh repo list
The exit code is the program's own; 128 and the signal's number when a signal ended it, 127 when it was not found, ${EXIT.refused} when the vault refused.
Its output goes through pipes, so it sees no terminal; values that were lent are shown as {{credential.name.field}}.`

export function buildProgram(act: Act, version: string): Command {
  const program = new Command('troupe')
    .description('Troupe: a team of AI personas on your own machine.')
    .version(version, '-V, --version', 'print the version')
    .option('--json', 'print JSON: one value, or one line for each event of a stream')
    .option('--data <folder>', 'the data folder (default: TROUPE_DATA, or the usual place of this system)')
    .addOption(new Option('--portable', 'keep the data in troupe-data beside the program').conflicts('data'))
    .option('--no-color', 'no colours, as with NO_COLOR')
    .configureHelp({ optionDescription })
    .helpCommand('help [command]', 'explain a command')
    .addHelpText('after', HELP_END)
    .showSuggestionAfterError(true)
  addEngine(program, act)
  addRuns(program, act)
  addPersonas(program, act)
  addTemplates(program, act)
  addTeams(program, act)
  addTriggers(program, act)
  addSchedule(program, act)
  addEvents(program, act)
  addDeadLetters(program, act)
  addWebhooks(program, act)
  addProviders(program, act)
  addRunJournal(program, act)
  addMcpServers(program, act)
  addServices(program, act)
  addVault(program, act)
  addCredentials(program, act)
  addExec(program, act)
  addNotifications(program, act)
  addSupport(program, act)
  addGuards(program, act)
  addSettings(program, act)
  addStore(program, act)
  addUpdate(program, act)
  addCompletion(program, act)
  return program
}

/** Commander's own, without the defaults that say nothing (off, none). */
function optionDescription(option: Option): string {
  const extra = option.argChoices
    ? ` (${option.argChoices.join(', ')})`
    : typeof option.defaultValue === 'number'
      ? ` (${option.defaultValue})`
      : ''
  return option.description + extra
}

function addEngine(program: Command, act: Act): void {
  const commands = () => import('./commands/engine.ts')
  program
    .command('start')
    .description('open Troupe: the window of the one that runs, or an engine in this terminal and its window')
    .action(() => act(async (session) => (await import('./commands/start.ts')).start(session)))
  program
    .command('engine')
    .description('run the engine in this terminal, without a window')
    .option('--port <number>', 'the TCP port to try first', wholeNumber(0, 65_535))
    .option('--no-safe-mode', 'start with everything, however often it crashed before')
    .option('--unlock', "ask for the vault's passphrase if the store is sealed; without a terminal, a line of standard input", false)
    .action((options) => act(async (session) => (await commands()).runEngine(session, options).then(() => undefined)))
  program
    .command('status')
    .description('tell whether an engine runs, and how it is')
    .action(() => act(async (session) => (await commands()).status(session)))
  program
    .command('open')
    .description('show the window')
    .option('--print', 'only print a one-time link', false)
    .action((options) => act(async (session) => (await commands()).open(session, options)))
  program
    .command('stop')
    .description('stop the engine in order')
    .action(() => act(async (session) => (await commands()).stop(session)))
  program
    .command('doctor [check...]')
    .description('look at what this machine has, and what to do about what is missing; with names, only at these')
    .action((checks) => act(async (session) => (await commands()).doctor(session, checks)))
  program
    .command('licences')
    .description('list what Troupe is built on, with versions and licences')
    .action(() => act(async (session) => (await commands()).licences(session)))
}

function addRuns(program: Command, act: Act): void {
  const running = () => import('./commands/run.ts')
  const looking = () => import('./commands/runs.ts')
  followOptions(
    program
      .command('run [persona]')
      .description('run a persona, or with --draft alone a text of none, and follow it to its end; Ctrl+C cancels it')
      .option('-i, --input <text>', 'the input; - reads standard input')
      .option('--input-file <file>', 'read the input from a file')
      .option('-p, --param <name=value>', 'a parameter; may be given more than once', collectParam, {})
      .addOption(new Option('--priority <priority>', 'its place in the queue').choices(['high', 'normal', 'low']))
      .option('--revision <number>', 'run an older revision', wholeNumber(1))
      .option('--with <credential>', 'lend this credential to this run alone; may be given more than once', collect)
      .option(
        '--draft <file>',
        'try this text, YAML or JSON, without saving it; without a persona, in a workspace that is removed at its end',
      ),
  ).action((persona, { param, ...options }) =>
    act(async (session) => (await running()).runPersona(session, persona, { ...options, params: param })),
  )
  followOptions(
    program
      .command('again <run>')
      .description('run the same input and parameters again')
      .option('--same', 'with the same revision as then, not the current one', false),
  ).action((run, options) => act(async (session) => (await running()).runAgain(session, run, options)))
  program
    .command('runs')
    .description('list runs, the newest first')
    .option('-s, --state <state>', 'only in this state; may be given more than once', collect)
    .option('--persona <persona>', 'only of this persona')
    .option('--drafts', 'only of drafts that belong to no persona', false)
    .option('--since <when>', 'only since then: 90m, 12h, 7d, today, 2026-11-21')
    .option('--text <text>', 'only with this text in name, input, result or reason')
    .option('-n, --limit <number>', 'at most so many', wholeNumber(1, 100_000), 20)
    .action((options) => act(async (session) => (await looking()).listRuns(session, options)))
  program
    .command('show <run>')
    .description('show one run: input, steps, result, cost')
    .action((run) => act(async (session) => (await looking()).showRun(session, run)))
  program
    .command('export <run>')
    .description('write a whole run to one file: input, prompt, steps, output')
    .addOption(new Option('--format <format>', 'for people or for programs').choices(['text', 'json']))
    .option('-o, --output <file>', 'the file (default: standard output); never overwritten')
    .action((run, options) => act(async (session) => (await looking()).exportRun(session, run, options)))
  program
    .command('logs <run>')
    .description('print what a run said')
    .option('-f, --follow', 'go on until it ends', false)
    .option('--from-seq <number>', 'begin at this number', wholeNumber(1), 1)
    .option('--reasoning', "print the model's reasoning too (on standard error)", false)
    .option('-q, --quiet', "only the run's own output", false)
    .action((run, options) => act(async (session) => (await running()).logs(session, run, options)))
  program
    .command('cancel <run...>')
    .description('cancel runs that are queued or under way')
    .action((runs) => act(async (session) => (await running()).cancel(session, runs)))
}

function addExec(program: Command, act: Act): void {
  program
    .command('exec <command...>')
    .description('start a program with lent credentials in its environment, and hide them in its output')
    .requiredOption('--with <credential>', 'lend this credential; may be given more than once', collect)
    .addHelpText('after', EXEC_HELP)
    .action((command, options) => act(async (session) => (await import('./commands/exec.ts')).execWith(session, command, options.with)))
}

function addTemplates(program: Command, act: Act): void {
  const commands = () => import('./commands/template.ts')
  const template = program.command('template').description('ready-made personas')
  template
    .command('list')
    .description('list the templates')
    .action(() => act(async (session) => (await commands()).listTemplates(session)))
  template
    .command('use <template>')
    .description('create a persona from a template')
    .option('--name <name>', 'another name for it')
    .option('--model <provider/model>', 'a model to run on; more than once for a chain', collect)
    .option('--run', 'make its first run at once', false)
    .action((id, options) => act(async (session) => (await commands()).applyTemplate(session, id, options)))
}

function addProviders(program: Command, act: Act): void {
  const commands = () => import('./commands/provider.ts')
  const provider = program.command('provider').description('model providers: local servers and accounts')
  provider
    .command('list')
    .description('list the providers and what was found when they were probed')
    .action(() => act(async (session) => (await commands()).listProviders(session)))
  provider
    .command('discover')
    .description('look for Ollama, LM Studio, and keys in the environment')
    .option('--add', 'set up what is found', false)
    .action((options) => act(async (session) => (await commands()).discoverProviders(session, options)))
  providerOptions(provider.command('add <id>').description('probe a provider and set it up if it answers')).action((id, options) =>
    act(async (session) => (await commands()).addProvider(session, id, options)),
  )
  providerOptions(provider.command('probe <id>').description('try a provider: one that is set up, or one described by options')).action(
    (id, options) => act(async (session) => (await commands()).probeProvider(session, id, options)),
  )
  provider
    .command('remove <id>')
    .description('remove a provider')
    .action((id) => act(async (session) => (await commands()).removeProvider(session, id)))
}

function providerOptions(command: Command): Command {
  return command
    .option('--kind <kind>', 'anthropic, openai, google, openai-compatible, ollama or lmstudio (default: the id)')
    .option('--label <text>', 'a name for people')
    .option('--url <address>', "its address; needed for openai-compatible, otherwise the provider's own")
    .option('--key-env <NAME>', 'the environment variable of the engine that holds the key; the key itself is never given here')
    .option('--credential <name.field>', 'the credential in the vault that holds the key; without a field: its first secret one')
    .addOption(new Option('--api <protocol>', 'OpenAI only: which of its protocols').choices(['chat', 'responses']))
    .option('--context <tokens>', 'tokens of context, if the provider does not say', wholeNumber(256))
    .option('--model <name>', 'the model to try it with')
}

function addSettings(program: Command, act: Act): void {
  const commands = () => import('./commands/settings.ts')
  const settings = program.command('settings').description('look at settings and change them')
  settings
    .command('get [name]')
    .description('print one setting, or all')
    .action((name) => act(async (session) => (await commands()).getSettings(session, name)))
  settings
    .command('set <name> <value>')
    .description('change a setting')
    .action((name, value) => act(async (session) => (await commands()).setSetting(session, name, value)))
  const client = program.command('client').description('windows and programs that may call the engine')
  client
    .command('list')
    .description('list them')
    .action(() => act(async (session) => (await commands()).listClients(session)))
  client
    .command('grant <name>')
    .description('make a token for another program; it is shown once')
    .option('--scope <method>', 'a method it may call, such as run.start; may be given more than once (default: all)', collect)
    .option('--days <number>', 'after so many days it ends (default: when it is revoked)', wholeNumber(1, 3650))
    .action((name, options) => act(async (session) => (await commands()).grantClient(session, name, options)))
  client
    .command('revoke <id>')
    .description('take a token back, and end its connections')
    .action((id) => act(async (session) => (await commands()).revokeClient(session, id)))
}

function addUpdate(program: Command, act: Act): void {
  const commands = () => import('./commands/update.ts')
  const update = program.command('update').description('newer versions of the single executable; nothing is taken without a yes')
  update
    .command('check', { isDefault: true })
    .description('ask whether there is a newer version')
    .action(() => act(async (session) => (await commands()).checkUpdate(session)))
  update
    .command('install')
    .description('download it, compare it with its signed digest, and put it in place; the one before it is kept')
    .option('-y, --yes', 'do not ask', false)
    .action((options) => act(async (session) => (await commands()).installUpdate(session, options)))
}

function addCompletion(program: Command, act: Act): void {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(program.createArgument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      '\nbash:  troupe completion bash > ~/.local/share/bash-completion/completions/troupe\nzsh:   troupe completion zsh > a folder of $fpath/_troupe\nfish:  troupe completion fish > ~/.config/fish/completions/troupe.fish',
    )
    .action((shell) => act(async (session) => (await import('./completion.ts')).printScript(session, shell)))
  program
    .command('__complete', { hidden: true })
    .argument('<shell>')
    .argument('<index>')
    .argument('[words...]')
    .helpOption(false)
    .action((shell, index, words) =>
      act(async (session) => (await import('./completion.ts')).complete(session, program, shell, Number(index), words)),
    )
}
