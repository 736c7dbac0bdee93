/** The `troupe service` branch of the command tree. */
import { type Command, Option } from 'commander'
import { SERVICE_DESIRED, SERVICE_LOG_LEVELS } from '#contract/plain'
import { collect, collectParam, wholeNumber } from './option-values.ts'
import type { Act } from './program.ts'

const HELP = `
For example: troupe service add ollama --on --port 11434 --ready http://127.0.0.1:11434/api/version -- ollama serve
A service that ends by itself is started again, after 1 s and then ever longer, up to 30 s; after more than 5 ends in 60 s it is given up
until it is started by hand. "troupe service logs" has what it said.`

const READY = 'when it is ready: started, notify, port:<number>, line:<text> or an address (default: started)'
const HEALTH = 'how its health is asked: port:<number>, an address, or none (default: none)'

export function addServices(program: Command, act: Act): void {
  const looking = () => import('./commands/service-look.ts')
  const changing = () => import('./commands/service-change.ts')
  const service = program.command('service').description('long-lived programs that personas need, kept running').addHelpText('after', HELP)
  service
    .command('list')
    .description('list the services and how they are; exit code 1 when one has failed')
    .action(() => act(async (session) => (await looking()).listServices(session)))
  service
    .command('show <service>')
    .description('how one is, what it takes, and how it is to be kept')
    .action((id) => act(async (session) => (await looking()).showService(session, id)))
  documentOptions(service.command('add <id> [command...]').description('set one up: its program and arguments after --')).action(
    (id, command, options) => act(async (session) => (await changing()).addService(session, id, command, options)),
  )
  documentOptions(
    service.command('edit <service> [command...]').description('change what is given, and start it anew if it runs; the rest stays'),
  ).action((id, command, options) => act(async (session) => (await changing()).editService(session, id, command, options)))
  for (const [name, says] of [
    ['start', 'start it and what it needs, and wait until it is ready; exit code 1 when it fails'],
    ['stop', 'stop it, with everything that it has started; it stays stopped until it is started, or Troupe is'],
    ['restart', 'stop it and start it again'],
  ] as const)
    service
      .command(`${name} <service>`)
      .description(says)
      .option('--no-wait', 'do not wait for what becomes of it')
      .action((id, options) => act(async (session) => (await changing()).switchService(session, id, name, options)))
  service
    .command('logs <service>')
    .description('what it said, and what Troupe did with it')
    .option('-f, --follow', 'go on with what comes', false)
    .option('-n, --lines <number>', 'so many of the newest', wholeNumber(1, 1000), 100)
    .option('-s, --search <text>', 'only lines that have this text')
    .addOption(new Option('--level <level>', 'only of this level or above').choices([...SERVICE_LOG_LEVELS]))
    .action((id, options) => act(async (session) => (await looking()).logs(session, id, options)))
  service
    .command('rm <service>')
    .description('stop it, and remove it with its logs')
    .option('-y, --yes', 'do not ask', false)
    .action((id, options) => act(async (session) => (await changing()).removeService(session, id, options)))
}

function documentOptions(command: Command): Command {
  return command
    .option('--label <name>', 'a name for people (default: the id)')
    .addOption(new Option('--desired <when>', 'whether it runs').choices([...SERVICE_DESIRED]).conflicts('on'))
    .option('--on', 'run it whenever Troupe runs (the same as --desired on)')
    .option('--cwd <folder>', 'its working folder (default: one of its own)')
    .option('--env <name=value>', 'a variable, not for secrets; may be given more than once', collectParam)
    .option('--credential <name>', 'lend this credential to it while it runs; may be given more than once', collect)
    .option('--port <number...>', 'ports that it listens on: they must be free before it is started')
    .option('--need <service>', 'a service that must be ready before it; may be given more than once', collect)
    .option('--ready <how>', READY)
    .option('--ready-seconds <seconds>', 'give up a start that is not ready after so long', wholeNumber(1, 3600))
    .option('--health <how>', HEALTH)
    .option('--health-command <program...>', 'a program whose exit code 0 means that it is well')
    .option('--health-seconds <seconds>', 'how often', wholeNumber(1, 3600))
    .addOption(new Option('--stop-signal <signal>', 'what it is told to end by').choices(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP']))
    .option('--stop-seconds <seconds>', 'after so long it is killed', wholeNumber(0, 300))
    .addOption(new Option('--restart <when>', 'when it is started again').choices(['always', 'on-failure', 'never']))
    .option('--memory <MB>', 'the most that it may take, with all that it starts', wholeNumber(1, 4_194_304))
    .option('--cpu <percent>', 'the most of one processor that it may take', wholeNumber(1, 100_000))
    .addOption(new Option('--limit <action>', 'what happens when it takes more').choices(['warn', 'restart', 'stop']))
    .option('--idle <seconds>', 'on demand: stop it after so long without use', wholeNumber(1, 86_400))
}
