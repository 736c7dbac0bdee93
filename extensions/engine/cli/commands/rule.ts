/** The rules of what may be done without asking. */
import type { ApprovalRule } from '#contract'
import { EXIT, RULE_EFFECTS } from '#contract/plain'
import { WrongUse } from '../failure.ts'
import { findPersona, findTeam } from '../find.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { moment } from '../show/words.ts'

export async function listRules(session: Session, ended: boolean): Promise<number> {
  const engine = await session.engine()
  const [rules, personas] = await Promise.all([engine.rule.list({ ended }), engine.persona.list({ archived: false })])
  const names = new Map(personas.map(({ id, name }) => [id, name]))
  await session.print(rules, () =>
    rules.length === 0
      ? 'No rule holds: what a persona was given it may use, as the setting approvals says.\n'
      : rulesTable(rules, names, session),
  )
  return EXIT.ok
}

function rulesTable(rules: readonly ApprovalRule[], names: ReadonlyMap<string, string>, { io }: Session): Promise<string> {
  const { out } = io.paint
  const rows = rules.map((rule) => [rule.id, rule.effect, rule.pattern, whereWords(rule, names), timeWords(rule), matchWords(rule)])
  const columns = [
    { title: 'Id', paint: out.dim },
    { title: '', paint: out.bold },
    { title: 'Pattern' },
    { title: 'Where' },
    { title: 'How long', paint: out.dim },
    { title: 'Matched', gives: true },
  ]
  return table(columns, rows, { width: io.columns, dim: out.dim })
}

function whereWords({ target }: ApprovalRule, names: ReadonlyMap<string, string>): string {
  if (target.kind === 'everywhere') return 'everywhere'
  return target.kind === 'persona' ? (names.get(target.id) ?? target.id) : `team ${target.id}`
}

function timeWords({ lifetime, state }: ApprovalRule): string {
  if (state !== 'active') return state
  switch (lifetime.kind) {
    case 'always':
      return 'until revoked'
    case 'once':
      return 'once'
    case 'run':
      return lifetime.runId
    case 'session':
      return `session of ${lifetime.sessionId}`
    case 'until':
      return `until ${moment(lifetime.at)}`
  }
}

const matchWords = ({ matches, lastMatch }: ApprovalRule): string =>
  lastMatch === null ? 'nothing yet' : `${matches} times, last ${moment(lastMatch.at)}: ${lastMatch.call}`

export interface AddRuleOptions {
  readonly persona?: string
  readonly team?: string
  readonly days?: number
  readonly once: boolean
  readonly note: string
}

export async function addRule(session: Session, word: string, pattern: string, options: AddRuleOptions): Promise<number> {
  const effect = RULE_EFFECTS.find((one) => one === word)
  if (!effect) throw new WrongUse(`A rule denies, asks or allows; "${word}" is none of these.`, `Write one of ${RULE_EFFECTS.join(', ')}.`)
  if (options.persona !== undefined && options.team !== undefined)
    throw new WrongUse('--persona and --team: not both.', 'Name one, or make two rules.')
  const engine = await session.engine()
  const target =
    options.persona !== undefined
      ? ({ kind: 'persona', id: (await findPersona(engine, options.persona)).id } as const)
      : options.team !== undefined
        ? ({ kind: 'team', id: (await findTeam(engine, options.team)).id } as const)
        : ({ kind: 'everywhere' } as const)
  const lifetime = options.once
    ? ({ kind: 'once' } as const)
    : options.days === undefined
      ? ({ kind: 'always' } as const)
      : ({ kind: 'until', at: Date.now() + options.days * 24 * 3_600_000 } as const)
  const rule = await engine.rule.add({ effect, pattern, target, lifetime, note: options.note })
  await session.print(rule, () => `${session.io.paint.out.green('✓')} ${rule.effect} ${rule.pattern} (${rule.id})\n`)
  return EXIT.ok
}

export async function revokeRule(session: Session, id: string): Promise<number> {
  const rule = await (await session.engine()).rule.revoke({ id })
  await session.print(rule, () => `${rule.pattern} holds no more.\n`)
  return EXIT.ok
}

export async function testRule(
  session: Session,
  tool: string,
  args: string | undefined,
  options: { readonly persona?: string },
): Promise<number> {
  const engine = await session.engine()
  const persona = options.persona === undefined ? {} : { personaId: (await findPersona(engine, options.persona)).id }
  const verdict = await engine.rule.test({ tool, args: args === undefined ? {} : jsonOf(args), ...persona })
  await session.print(verdict, () => `${session.io.paint.out.bold(verdict.effect)}: ${tool} ${verdict.line}\n${verdict.why}\n`)
  return verdict.effect === 'deny' ? EXIT.refused : EXIT.ok
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new WrongUse('Arguments are written as JSON.', `For example: troupe rule test run_command '{"program":"git","args":["push"]}'`)
  }
}
