/** What waits for the person, and their decisions. */
import type { Decided, DecidedItem, Decision, InboxItem } from '#contract'
import { EXIT } from '#contract/plain'
import { WrongUse } from '../failure.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { ago, facts, moment } from '../show/words.ts'

export async function listInbox(session: Session): Promise<number> {
  const items = await (await session.engine()).inbox.list()
  await session.print(items, () => (items.length === 0 ? 'Nothing waits for you.\n' : inboxTable(items, session)))
  return EXIT.ok
}

function inboxTable(items: readonly InboxItem[], { io }: Session): Promise<string> {
  const { out } = io.paint
  const rows = items.map(({ id, kind, personaName, title, since }, index) => [String(index + 1), id, kind, personaName, ago(since), title])
  const columns = [
    { title: '', align: 'right' as const, paint: out.dim },
    { title: 'Id', paint: out.dim },
    { title: 'What', paint: out.bold },
    { title: 'Persona' },
    { title: 'Since', paint: out.dim },
    { title: '', gives: true },
  ]
  return table(columns, rows, { width: io.columns, dim: out.dim })
}

export async function showItem(session: Session, asked: string): Promise<number> {
  const item = chosen(await (await session.engine()).inbox.list(), asked)
  await session.print(item, () => itemWords(item, session))
  return EXIT.ok
}

function itemWords(item: InboxItem, { io }: Session): string {
  const { out } = io.paint
  const { id, kind, personaName, runId, why, since, call, question } = item
  const pairs = [
    ['Id', id],
    ['What', kind],
    ['Persona', personaName],
    ['Run', runId ?? 'none'],
    ['Since', moment(since)],
    ['Why', why],
    ...(call
      ? ([
          ['Tool', call.tool],
          ['Digest', call.digest],
        ] as const)
      : []),
  ] as const
  const options = (question?.options ?? []).map(
    ({ id: number, label, about }) => `  ${number}  ${label}${about === '' ? '' : out.dim(`  ${about}`)}\n`,
  )
  const words = question?.ownWords && question.options.length > 0 ? out.dim('  or --text in your own words\n') : ''
  const proposal = question?.proposal ? `\nProposed for ${question.proposal.path}:\n${question.proposal.after}\n` : ''
  const args = call ? `\n${JSON.stringify(call.args, null, 2)}\n` : ''
  return `${out.bold(question?.text ?? item.title)}\n${options.join('')}${words}\n${facts(pairs, out.dim, io.columns)}${args}${proposal}`
}

export interface ApproveOptions {
  readonly args?: string
  readonly for?: 'run' | 'session' | 'always'
  readonly pattern?: string
}

export async function approve(session: Session, asked: readonly string[], options: ApproveOptions): Promise<number> {
  if (options.pattern !== undefined && options.for === undefined)
    throw new WrongUse('--pattern stands with --for.', 'Say how long: --for run.')
  const engine = await session.engine()
  const items = someOf(await engine.inbox.list(), asked)
  const args = options.args === undefined ? {} : { args: argumentsOf(options.args) }
  if (options.args !== undefined && items.length !== 1) throw new WrongUse('--args is for one call.', 'Name one.')
  const answers: Decided[] = []
  for (const item of items) {
    const decision: Decision = { kind: 'approve', ...args, ...remembered(item, options) }
    answers.push(await engine.inbox.decide({ id: item.id, digest: item.call?.digest, decision }))
  }
  return told(session, answers, 'approved')
}

/** Like it: the same tool, for the persona (of a run: wherever in that run). */
function remembered({ call, runId, personaId }: InboxItem, { for: time, pattern }: ApproveOptions) {
  if (time === undefined || !call) return {}
  const target = personaId === null ? ({ kind: 'everywhere' } as const) : ({ kind: 'persona', id: personaId } as const)
  const lifetime =
    time === 'always' || runId === null
      ? ({ kind: 'always' } as const)
      : time === 'run'
        ? ({ kind: 'run', runId } as const)
        : ({ kind: 'session', sessionId: runId } as const)
  return { remember: { pattern: pattern ?? call.tool, target, lifetime } }
}

export async function deny(session: Session, asked: readonly string[], reason: string): Promise<number> {
  const engine = await session.engine()
  const items = someOf(await engine.inbox.list(), asked).map(({ id, call }) => ({ id, digest: call?.digest }))
  return told(session, await engine.inbox.decideMany({ items, decision: { kind: 'deny', reason } }), 'denied')
}

export async function answer(
  session: Session,
  asked: string,
  options: { readonly choose?: readonly string[]; readonly text: string },
): Promise<number> {
  const engine = await session.engine()
  const item = chosen(await engine.inbox.list(), asked)
  const decision: Decision = { kind: 'answer', chosen: [...(options.choose ?? [])], text: options.text }
  return told(session, [await engine.inbox.decide({ id: item.id, decision })], 'answered')
}

async function told(session: Session, answers: readonly Decided[], done: string): Promise<number> {
  const { out } = session.io.paint
  await session.print(answers, () =>
    answers.map((one) => (one.ok ? `${out.green('✓')} ${one.id} ${done}\n` : `${out.red('✗')} ${one.id}: ${one.message}\n`)).join(''),
  )
  return answers.every(({ ok }) => ok) ? EXIT.ok : EXIT.refused
}

export async function history(session: Session, limit: number): Promise<number> {
  const items = await (await session.engine()).inbox.history({ limit })
  await session.print(items, () => (items.length === 0 ? 'Nothing was decided yet.\n' : historyTable(items, session)))
  return EXIT.ok
}

function historyTable(items: readonly DecidedItem[], { io }: Session): Promise<string> {
  const { out } = io.paint
  const rows = items.map(({ decidedAt, state, decidedBy, personaName, title, said }) => [
    moment(decidedAt),
    state,
    decidedBy,
    personaName,
    said === '' ? title : `${title} (${said})`,
  ])
  const columns = [
    { title: 'When', paint: out.dim },
    { title: 'What', paint: out.bold },
    { title: 'By' },
    { title: 'Persona' },
    { title: '', gives: true },
  ]
  return table(columns, rows, { width: io.columns, dim: out.dim })
}

function someOf(items: readonly InboxItem[], asked: readonly string[]): readonly InboxItem[] {
  if (asked.length === 1 && asked[0] === 'all') {
    const calls = items.filter(({ call }) => call !== null)
    if (calls.length === 0) throw new WrongUse('No call waits.', 'troupe inbox lists what does.')
    return calls
  }
  return asked.map((one) => chosen(items, one))
}

function chosen(items: readonly InboxItem[], asked: string): InboxItem {
  const byPlace = /^\d{1,4}$/.test(asked) ? items[Number(asked) - 1] : undefined
  if (byPlace) return byPlace
  const found = items.filter(({ id }) => id === asked || id.startsWith(asked) || id.startsWith(`apr_${asked}`))
  const [first, second] = found
  if (first && !second) return first
  if (first) throw new WrongUse(`"${asked}" fits ${found.length} things that wait.`, 'Write more of the id.')
  throw new WrongUse(`Nothing that waits is called "${asked}".`, 'troupe inbox lists what does; somebody else may have been first.')
}

function argumentsOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new WrongUse('--args takes JSON, such as {"path":"notes.txt"}.', 'troupe inbox show prints the present ones.')
  }
}
