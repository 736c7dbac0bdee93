/** The `troupe trigger`, `schedule`, `event` and `deadletter` branches of the command tree. */
import { type Command, Option } from 'commander'
import { collect, collectParam, wholeNumber } from './option-values.ts'
import type { Act } from './program.ts'

const TRIGGER_HELP = `
For example:
  troupe trigger add "Disk guardian" --at "every weekday at 9"
  troupe trigger add "Inbox sorter" --on "order.*" --if data.total=above:100
  troupe trigger add "Folder changes" --folder ~/Documents --glob "**/*.pdf"
  troupe trigger add "Reporter" --after "Disk guardian" --outcome failed
A trigger is named by its id, its name, or a beginning that only one has. Everything it can is in its YAML: troupe trigger show <trigger> --yaml,
and troupe trigger save <trigger> --file f.yaml.`

export function addTriggers(program: Command, act: Act): void {
  const looking = () => import('./commands/trigger-look.ts')
  const changing = () => import('./commands/trigger-change.ts')
  const trigger = program
    .command('trigger')
    .description('what starts personas by itself: schedules, events, files, webhooks …')
    .addHelpText('after', TRIGGER_HELP)
  trigger
    .command('list')
    .description('list triggers, with the next time of each')
    .option('--persona <persona>', 'only of this persona')
    .action((options) => act(async (session) => (await looking()).listTriggers(session, options)))
  trigger
    .command('show <trigger>')
    .description('show one trigger, its next times and its last fires')
    .option('--yaml', 'print its document, for save', false)
    .action((asked, options) => act(async (session) => (await looking()).showTrigger(session, asked, options)))
  trigger
    .command('fires')
    .description('list what fired, and what did not and why, the newest first')
    .option('--trigger <trigger>', 'only of this trigger')
    .option('--persona <persona>', 'only of this persona')
    .option('-s, --state <state>', 'only in this state; may be given more than once', collect)
    .option('-n, --limit <number>', 'at most so many', wholeNumber(1, 500), 20)
    .action((options) => act(async (session) => (await looking()).listFires(session, options)))
  trigger
    .command('add <persona>')
    .description('give a persona a trigger')
    .option('--at <words>', 'a schedule in words or as cron: "every weekday at 9", "0 9 * * 1-5"')
    .option('--every <span>', 'an interval: 90s, 15m, 6h, 2d')
    .option('--zone <zone>', 'the time zone, e.g. Europe/Vienna (default: this machine’s own)')
    .option('--on <type>', 'a type of events, e.g. order.*; may be given more than once', collect)
    .option('--if <path=value>', 'what must hold of the event, e.g. data.total=above:100; may be given more than once', collectParam, {})
    .option('--folder <folder>', 'files that come or change below a folder')
    .option('--glob <pattern>', 'only files that fit, e.g. **/*.pdf; may be given more than once', collect)
    .option('--poll <url>', 'a page whose content changes')
    .option('--path <path>', 'of the page, only this value: data.items[0].id')
    .option('--after <persona>', 'after a run of this persona')
    .addOption(new Option('--outcome <outcome>', 'how that run must have ended').choices(['succeeded', 'failed', 'any']))
    .option('--file <file>', 'the whole document, YAML or JSON; - reads standard input')
    .option('--name <name>', 'a name for people (default: what it does)')
    .option('-i, --input <text>', 'the input of its runs; {{data.…}} is filled in')
    .option('--off', 'make it, and leave it off', false)
    .action((persona, options) => act(async (session) => (await changing()).addTrigger(session, persona, options)))
  trigger
    .command('save <trigger>')
    .description('replace its document')
    .requiredOption('--file <file>', 'YAML or JSON; - reads standard input')
    .action((asked, options) => act(async (session) => (await changing()).saveTrigger(session, asked, options)))
  for (const [word, enabled, help] of [
    ['on', true, 'turn it on; one that stopped after failures counts anew'],
    ['off', false, 'turn it off'],
  ] as const)
    trigger
      .command(`${word} <trigger>`)
      .description(help)
      .action((asked) => act(async (session) => (await changing()).turnTrigger(session, asked, enabled)))
  trigger
    .command('fire <trigger>')
    .description('fire it now, or in a while')
    .option('--payload <json>', 'the payload, as JSON')
    .option('--in <span>', 'not now, but in 10m, 2h …')
    .action((asked, options) => act(async (session) => (await changing()).fireTrigger(session, asked, options)))
  trigger
    .command('skip <trigger>')
    .description('leave out its next due time')
    .action((asked) => act(async (session) => (await changing()).skipNext(session, asked)))
  trigger
    .command('answer <fire> <yes-or-no>')
    .description('answer a fire that asks whether it may run')
    .action((fire, answer) => act(async (session) => (await changing()).answerFire(session, fire, answer)))
  trigger
    .command('remove <trigger>')
    .description('remove it; its fires stay in the list')
    .option('-y, --yes', 'do not ask', false)
    .action((asked, options) => act(async (session) => (await changing()).removeTrigger(session, asked, options.yes)))
}

export function addSchedule(program: Command, act: Act): void {
  const looking = () => import('./commands/schedule.ts')
  const schedule = program.command('schedule').description('all schedules together')
  schedule
    .command('status')
    .description('tell whether schedules run, what the clock did, and what is silent')
    .action(() => act(async (session) => (await looking()).scheduleStatus(session)))
  schedule
    .command('next')
    .description('list the next due times')
    .option('--persona <persona>', 'only of this persona')
    .option('-n, --limit <number>', 'at most so many', wholeNumber(1, 1000), 20)
    .action((options) => act(async (session) => (await looking()).scheduleNext(session, options)))
  schedule
    .command('list')
    .description('list the triggers with a schedule')
    .action(() => act(async (session) => (await looking()).scheduleList(session)))
  schedule
    .command('explain <words>')
    .description('tell how a schedule in words or cron is read, and its next ten times')
    .option('--zone <zone>', 'the time zone')
    .action((words, options) => act(async (session) => (await looking()).explain(session, words, options)))
  schedule
    .command('pause')
    .description('pause all schedules; what is due meanwhile is noted')
    .option('--for <span>', 'resume by themselves after 2h, 1d …')
    .action((options) => act(async (session) => (await looking()).pause(session, options)))
  schedule
    .command('resume')
    .description('let schedules go on')
    .action(() => act(async (session) => (await looking()).resume(session)))
  schedule
    .command('backfill <trigger>')
    .description('run it for due times of the past')
    .requiredOption('--from <when>', 'a date, or a span back from now: 7d')
    .option('--to <when>', 'default: now')
    .option('--plan', 'only tell what would run', false)
    .option('-y, --yes', 'do not ask', false)
    .action((asked, options) => act(async (session) => (await looking()).backfill(session, asked, options)))
}

export function addEvents(program: Command, act: Act): void {
  const commands = () => import('./commands/event.ts')
  const event = program.command('event').description('the bus: facts, and what became of each')
  event
    .command('emit <type>')
    .description('say something: order.created; within a command persona, the run is known by itself')
    .option('--payload <json>', 'the payload as JSON; - reads standard input')
    .option('--source <uri>', 'who says so')
    .option('--subject <text>', 'what it is about')
    .option('--key <text>', 'events of one key are delivered in order')
    .option('--id <id>', 'the same source and id are stored once')
    .action((type, options) => act(async (session) => (await commands()).emit(session, type, options)))
  event
    .command('take')
    .description('store a CloudEvent 1.0 (structured JSON) from standard input')
    .action(() => act(async (session) => (await commands()).take(session)))
  event
    .command('list')
    .description('list events, the newest first')
    .option('--type <pattern>', 'only of this type; may be given more than once', collect)
    .option('-n, --limit <number>', 'at most so many', wholeNumber(1, 500), 20)
    .action((options) => act(async (session) => (await commands()).list(session, options)))
  event
    .command('show <number>')
    .description('show one event, and what became of it')
    .action((number) => act(async (session) => (await commands()).show(session, number)))
  event
    .command('tail')
    .description('follow the bus; Ctrl+C ends it')
    .option('--from-seq <number>', 'from this number on (default: from now)', wholeNumber(0))
    .option('--type <pattern>', 'only of this type; may be given more than once', collect)
    .action((options) => act(async (session) => (await commands()).tail(session, options)))
  event
    .command('replay <from> [to]')
    .description('deliver stored events again, by their numbers')
    .option('--subscription <id>', 'only to this one')
    .option('--plan', 'only count', false)
    .option('-y, --yes', 'do not ask', false)
    .action((from, to, options) => act(async (session) => (await commands()).replay(session, from, to ?? from, options)))
  event
    .command('subscriptions')
    .description('list who wants what, and how that went')
    .action(() => act(async (session) => (await commands()).subscriptions(session)))
  event
    .command('prune')
    .description('remove old events, as the settings eventsKeptDays and eventsKeptMb say, or as the options do')
    .option('--days <number>', 'those that are older', wholeNumber(1, 3650))
    .option('--mb <number>', 'the oldest, until the rest fits', wholeNumber(1, 10_000))
    .option('--plan', 'only tell what would go', false)
    .option('-y, --yes', 'do not ask', false)
    .action((options) => act(async (session) => (await commands()).prune(session, options)))
}

export function addDeadLetters(program: Command, act: Act): void {
  const commands = () => import('./commands/deadletter.ts')
  const dead = program.command('deadletter').description('what could not be delivered')
  dead
    .command('list')
    .description('list them by their like errors, or with --group one by one')
    .option('--group <group>', 'those of one error')
    .action((options) => act(async (session) => (await commands()).listDead(session, options)))
  for (const [word, help] of [
    ['redrive', 'deliver again'],
    ['discard', 'give up'],
  ] as const)
    dead
      .command(word)
      .description(`${help}: one with --event and --subscription, one kind with --group, or all`)
      .option('--event <number>', 'the event’s number', wholeNumber(1))
      .option('--subscription <id>', 'whose')
      .option('--group <group>', 'those of one error')
      .option('-y, --yes', 'do not ask', false)
      .action((options) => act(async (session) => (await commands()).moveDead(session, word, options)))
}
