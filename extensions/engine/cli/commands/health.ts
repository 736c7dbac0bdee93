/** Breakers, retries that wait, what was healed and what was given up, proposals, safe mode. */
import type { HealProposal, HealthStatus, RevisionMeasure } from '#contract'
import { EXIT } from '#contract/plain'
import { findPersona } from '../find.ts'
import { findRun } from '../find-run.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { duration, facts, moment, usd } from '../show/words.ts'

/** Events that a person is shown; `--json` has all that are kept near. */
const SHOWN = 20

export async function healthStatus(session: Session): Promise<number> {
  const status = await (await session.engine()).health.status()
  await session.print(status, () => statusWords(status, session))
  return status.safeMode.on ? EXIT.failed : EXIT.ok
}

async function statusWords({ safeMode, breakers, retries, events, proposals, today }: HealthStatus, { io }: Session): Promise<string> {
  const { out } = io.paint
  const options = { width: io.columns, dim: out.dim }
  const part = async (title: string, columns: Parameters<typeof table>[0], rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? '' : `\n${out.bold(title)}\n${await table(columns, rows, options)}`
  const gives = { title: '', gives: true }
  const head = safeMode.on
    ? `${out.red('●')} Safe mode: ${safeMode.why} Nothing runs. Leave it with: troupe health leave-safe-mode\n`
    : `${out.green('●')} In the last 24 hours ${today.healed} healed, ${today.givenUp} given up, ${today.retries} tried again.\n`
  const open = breakers.filter(({ state }) => state !== 'closed')
  return [
    head,
    await part(
      'Breakers',
      [{ title: 'Name' }, { title: 'State' }, { title: 'Tried again' }, gives],
      open.map(({ key, state, tryAt, lastFailure }) => [key, state, tryAt === null ? 'now, by one call' : moment(tryAt), lastFailure]),
    ),
    await part(
      'Waits for its next try',
      [{ title: 'Run' }, { title: 'Persona' }, { title: 'Try', align: 'right' }, { title: 'At' }, gives],
      retries.map(({ runId, personaName, attempt, dueAt, message }) => [runId, personaName, String(attempt), moment(dueAt), message]),
    ),
    await part(
      'Proposals',
      [{ title: 'Id' }, { title: 'Persona' }, { title: 'State' }, gives],
      proposals.map(({ id, personaName, state, why }) => [id, personaName, state, why]),
    ),
    await part(
      'What happened',
      [{ title: 'When' }, { title: 'Persona' }, { title: 'What' }, gives],
      events.slice(0, SHOWN).map(({ at, personaName, outcome, message }) => [moment(at), personaName, outcome, message]),
    ),
  ].join('')
}

export async function retryNow(session: Session, asked: string): Promise<number> {
  const engine = await session.engine()
  const done = await engine.health.retryNow({ runId: await findRun(engine, asked) })
  await session.print(done, () => 'It is tried again now.\n')
  return EXIT.ok
}

export async function closeBreaker(session: Session, key: string): Promise<number> {
  const done = await (await session.engine()).health.closeBreaker({ key })
  await session.print(done, () => `${key} is closed: the next call is made.\n`)
  return EXIT.ok
}

export async function propose(session: Session, asked: string, hint: string): Promise<number> {
  const engine = await session.engine()
  const proposal = await engine.health.propose({ personaId: (await findPersona(engine, asked)).id, hint })
  await session.print(proposal, () => `${proposal.madeBy} is asked in ${proposal.runId}. Then: troupe health show ${proposal.id}\n`)
  return EXIT.ok
}

export async function proposal(session: Session, what: 'show' | 'apply' | 'reject' | 'revert', id: string): Promise<number> {
  const { health } = await session.engine()
  const ask = { show: health.proposal, apply: health.applyProposal, reject: health.rejectProposal, revert: health.revertProposal }[what]
  const found = await ask({ id })
  await session.print(found, () => proposalWords(found, session))
  return EXIT.ok
}

function proposalWords(found: HealProposal, { io }: Session): string {
  const { out } = io.paint
  const pairs = [
    ['Proposal', found.id],
    ['Persona', found.personaName],
    ['State', found.state],
    ['Made by', `${found.madeBy}, ${moment(found.createdAt)}`],
    ['Revision', `${found.baseRevision}${found.appliedRevision === null ? '' : ` → ${found.appliedRevision}`}`],
    ['Before', measureWords(found.measuredBefore)],
    ...(found.appliedRevision === null ? [] : [['After', measureWords(found.measuredAfter)] as const]),
  ] as const
  const changes = found.changes.map(
    ({ label, before, after }) => `${out.bold(label)}\n${out.red(`- ${plain(before)}`)}\n${out.green(`+ ${plain(after)}`)}\n`,
  )
  return `${found.why}\n\n${facts(pairs, out.dim, io.columns)}\n${changes.join('\n')}`
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null)).replaceAll('\n', '\n  ')

function measureWords(measure: RevisionMeasure | null): string {
  if (measure === null || measure.runs === 0) return 'no run has ended yet'
  const share = Math.round((measure.succeeded / measure.runs) * 100)
  const cost = measure.meanUsd === null ? 'cost unknown' : `${usd(measure.meanUsd)} each`
  return `${measure.runs} runs, ${share} % succeeded, ${cost}${measure.meanMs === null ? '' : `, ${duration(measure.meanMs)} each`}`
}

export async function leaveSafeMode(session: Session): Promise<number> {
  const done = await (await session.engine()).health.leaveSafeMode()
  await session.print(done, () => 'The engine starts anew, with everything.\n')
  return EXIT.ok
}
