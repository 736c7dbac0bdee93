/** The `troupe inbox`, `rule`, `budget` and `health` branches of the command tree. */
import { type Command, Option } from 'commander'
import { collect, wholeNumber } from './option-values.ts'
import type { Act } from './program.ts'

const INBOX_HELP = `
Something that waits is named by its id, the beginning of its id, or its place in the list (1 is the oldest); "all" stands for every call.
For example:
  troupe inbox approve 1 --for run
  troupe inbox approve 1 --args '{"path":"notes/today.md"}'
  troupe inbox deny 2 --reason "Write it into notes/."
  troupe inbox answer 3 --choose 2 --text "and keep the old one"`

const RULE_HELP = `
A rule is written tool(argument pattern): run_command(git push *), file_write(notes/*), http_request(method: GET, url: https://example.org/*).
deny is stronger than ask, and ask than allow.`

export function addGuards(program: Command, act: Act): void {
  addInbox(program, act)
  addRules(program, act)
  addBudgets(program, act)
  addHealth(program, act)
}

function addInbox(program: Command, act: Act): void {
  const commands = () => import('./commands/inbox.ts')
  const inbox = program
    .command('inbox')
    .description('what waits for you: calls, questions, budgets, the vault')
    .addHelpText('after', INBOX_HELP)
  inbox
    .command('list', { isDefault: true })
    .description('list what waits, the oldest first')
    .action(() => act(async (session) => (await commands()).listInbox(session)))
  inbox
    .command('show <item>')
    .description('show one with its whole arguments')
    .action((item) => act(async (session) => (await commands()).showItem(session, item)))
  inbox
    .command('approve <item...>')
    .description('let calls be made')
    .option('--args <json>', 'with these arguments instead of those that were asked for; one call only')
    .addOption(new Option('--for <time>', 'and do not ask again for calls like it').choices(['run', 'session', 'always']))
    .option('--pattern <pattern>', 'what is like it, with --for (default: exactly this tool)')
    .action((items, options) => act(async (session) => (await commands()).approve(session, items, options)))
  inbox
    .command('deny <item...>')
    .description('say no to calls and questions')
    .option('--reason <text>', 'what the model is told', '')
    .action((items, { reason }) => act(async (session) => (await commands()).deny(session, items, reason)))
  inbox
    .command('answer <item>')
    .description('answer a question')
    .option('--choose <option>', 'the number of an option; may be given more than once', collect)
    .option('--text <text>', 'in your own words', '')
    .action((item, options) => act(async (session) => (await commands()).answer(session, item, options)))
  inbox
    .command('history')
    .description('list what was decided, the newest first')
    .option('-n, --limit <number>', 'at most so many', wholeNumber(1, 500), 50)
    .action(({ limit }) => act(async (session) => (await commands()).history(session, limit)))
}

function addRules(program: Command, act: Act): void {
  const commands = () => import('./commands/rule.ts')
  const rule = program.command('rule').description('what may be done without asking').addHelpText('after', RULE_HELP)
  rule
    .command('list', { isDefault: true })
    .description('list the rules that hold, with what they matched')
    .option('--ended', 'and those that hold no more', false)
    .action(({ ended }) => act(async (session) => (await commands()).listRules(session, ended)))
  rule
    .command('add <effect> <pattern>')
    .description('add a rule: deny, ask or allow')
    .option('--persona <persona>', 'only for this persona (default: everywhere)')
    .option('--team <team>', 'only for runs of this team')
    .option('--days <number>', 'for so many days (default: until it is revoked)', wholeNumber(1, 3650))
    .option('--once', 'for one call', false)
    .option('--note <text>', 'why; the model sees it when it is denied', '')
    .action((effect, pattern, options) => act(async (session) => (await commands()).addRule(session, effect, pattern, options)))
  rule
    .command('revoke <id>')
    .description('end a rule')
    .action((id) => act(async (session) => (await commands()).revokeRule(session, id)))
  rule
    .command('test <tool> [arguments]')
    .description('tell what the rules say of a call, arguments as JSON, without making it; exit code 4 when it is denied')
    .option('--persona <persona>', 'made by this persona')
    .action((tool, args, options) => act(async (session) => (await commands()).testRule(session, tool, args, options)))
}

function addBudgets(program: Command, act: Act): void {
  const commands = () => import('./commands/budget.ts')
  const budget = program.command('budget').description('limits of what may be spent, and what was')
  budget
    .command('status', { isDefault: true })
    .description('tell what was spent, and how near the limits are')
    .action(() => act(async (session) => (await commands()).budgetStatus(session)))
  budget
    .command('set <amount>')
    .description('set a limit: $5, 200k tokens, 50 requests, 10m; runs that now fit go on')
    .addOption(new Option('--per <span>', 'how often it begins anew').choices(['run', 'day', 'month']).default('day'))
    .option('--persona <persona>', 'of this persona (default: of everything)')
    .option('--group <name>', 'of the personas of this group')
    .option('--soft', 'only tell when it is reached', false)
    .action((amount, options) => act(async (session) => (await commands()).setBudget(session, amount, options)))
  budget
    .command('remove <id>')
    .description('remove a limit')
    .action((id) => act(async (session) => (await commands()).removeBudget(session, id)))
}

function addHealth(program: Command, act: Act): void {
  const commands = () => import('./commands/health.ts')
  const health = program.command('health').description('breakers, retries that wait, what was healed and what was given up')
  health
    .command('status', { isDefault: true })
    .description('tell how it is; exit code 1 in safe mode')
    .action(() => act(async (session) => (await commands()).healthStatus(session)))
  health
    .command('retry <run>')
    .description('try a run that waits for its next attempt now')
    .action((run) => act(async (session) => (await commands()).retryNow(session, run)))
  health
    .command('close <breaker>')
    .description('close a breaker, so that the next call is made')
    .action((key) => act(async (session) => (await commands()).closeBreaker(session, key)))
  health
    .command('propose <persona>')
    .description('have the model of the setting healWith propose a change of a persona that fails')
    .option('--hint <text>', 'what to mind', '')
    .action((persona, { hint }) => act(async (session) => (await commands()).propose(session, persona, hint)))
  for (const [name, about] of [
    ['show', 'show a proposal as a difference, with what was measured'],
    ['apply', 'make a proposal the next revision'],
    ['reject', 'leave a proposal'],
    ['revert', 'put back the revision before it'],
  ] as const) {
    health
      .command(`${name} <proposal>`)
      .description(about)
      .action((id) => act(async (session) => (await commands()).proposal(session, name, id)))
  }
  health
    .command('leave-safe-mode')
    .description('start the engine anew with everything')
    .action(() => act(async (session) => (await commands()).leaveSafeMode(session)))
}
