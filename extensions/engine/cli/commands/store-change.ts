/** What changes the store: backup, restore, snapshot, retention. */
import { setTimeout as pause } from 'node:timers/promises'
import type { PrunePlan, RestorePlan, StoreFile } from '#contract'
import { EXIT, TABLE_NOUNS } from '#contract/plain'
import { confirm } from '../confirm.ts'
import { Unreachable } from '../failure.ts'
import type { Engine } from '../link/connect.ts'
import type { Session } from '../session.ts'
import { bytes, count, moment } from '../show/words.ts'

/** From the asking to the restarted engine's first answer. */
const RESTART_MS = 60_000

export async function backUp(session: Session): Promise<number> {
  const made = await during(await session.engine(), (engine) => engine.store.backup())
  await session.print(made, ({ name, bytes: size }: StoreFile) => `A backup was made, opened and found whole: ${name}, ${bytes(size)}.\n`)
  return EXIT.ok
}

export async function removeBackup(session: Session, name: string, yes: boolean): Promise<number> {
  const engine = await session.engine()
  if (!yes) await confirm(session, `Remove the backup ${name}?`, '--yes')
  await engine.store.removeBackup({ name })
  await session.print({ removed: name }, () => `${name} was removed.\n`)
  return EXIT.ok
}

export async function compact(session: Session): Promise<number> {
  const engine = await session.engine()
  await engine.store.compact()
  const { databaseBytes, journalBytes } = await engine.store.status()
  await session.print({ databaseBytes, journalBytes }, () => `A snapshot holds everything: ${bytes(databaseBytes)}.\n`)
  return EXIT.ok
}

interface RestoreOptions {
  readonly plan: boolean
  readonly yes: boolean
}

/** Without an engine it is prepared here: a store that no engine can open is what backups are for. */
export async function restore(session: Session, name: string, options: RestoreOptions): Promise<number> {
  const engine = await session.running()
  const offline = engine ? undefined : await (await import('../../offline.ts')).openOffline(session.data)
  const plan = engine ? await during(engine, () => engine.store.planRestore({ name })) : await offline?.planRestore(name)
  if (plan === undefined) throw new Unreachable('There is no engine, and no store to look into.')
  if (options.plan) {
    await session.print(plan, planWords)
    return EXIT.ok
  }
  if (!options.yes) {
    await session.io.err(planWords(plan))
    await confirm(session, 'Restore it?', '--yes')
  }
  if (engine) {
    const before = (await engine.engine.status()).startedAt
    await during(engine, () => engine.store.restore({ name: plan.name, digest: plan.digest }))
    const recovered = await untilBack(session, before)
    const words = `${name} was restored; the engine runs again. What it replaced is kept as a backup.\n`
    await session.print({ restored: name, ...plan, recovered }, () => words)
  } else {
    await offline?.restore(name, plan.digest)
    await session.print({ prepared: name, ...plan }, () => `${name} is ready; the next start of the engine completes the restore.\n`)
  }
  return EXIT.ok
}

export async function untilBack(session: Session, before: number): Promise<unknown> {
  for (const late = performance.now() + RESTART_MS; performance.now() < late; await pause(100)) {
    try {
      const engine = await session.again()
      if (engine && (await engine.engine.status()).startedAt !== before) return (await engine.store.status()).recovered
    } catch {
      // It is on its way down, or up.
    }
  }
  throw new Unreachable('The engine has not come back.', 'troupe status tells whether one runs; the next start completes what was begun.')
}

export function planWords(plan: RestorePlan): string {
  const lines = plan.tables.map(({ table, rows, rowsThen, lost, back, changed }) => {
    const parts = [
      ...(lost > 0 ? [`${count(lost)} would be gone`] : []),
      ...(back > 0 ? [`${count(back)} would come back`] : []),
      ...(changed > 0 ? [`${count(changed)} would be as they were then`] : []),
    ]
    return `  ${TABLE_NOUNS[table] ?? table}: ${parts.join(', ')} (${count(rows)} now, ${count(rowsThen)} then)\n`
  })
  const what = lines.length === 0 ? '  Nothing differs from what is there now.\n' : lines.join('')
  return `${plan.name}, made ${moment(plan.madeAt)}:\n${what}${plan.notes.map((note) => `  ${note}\n`).join('')}  What is there now is backed up first.\n`
}

export interface PruneOptions {
  readonly days?: number
  readonly mb?: number
  readonly plan: boolean
  readonly yes: boolean
}

export async function prune(session: Session, { days, mb, plan: only, yes }: PruneOptions): Promise<number> {
  const engine = await session.engine()
  const keeping = days === undefined && mb === undefined ? {} : { days: days ?? 0, mb: mb ?? 0 }
  const plan = await during(engine, () => engine.store.planPrune(keeping))
  if (only || plan.runs === 0) {
    await session.print(plan, (value) => pruneWords(value, 'would be removed'))
    return EXIT.ok
  }
  if (!yes) await confirm(session, `${pruneWords(plan, 'would be removed').trim()} Remove them?`, '--yes')
  const gone = await during(engine, () => engine.store.prune(keeping))
  await session.print(gone, (value) => pruneWords(value, 'removed'))
  return EXIT.ok
}

function pruneWords({ runs, fileBytes, kept, keptBytes, because }: PrunePlan, how: string): string {
  const verb = how === 'removed' ? (runs === 1 ? 'was removed' : 'were removed') : how
  const gone = runs === 0 ? 'No run' : runs === 1 ? 'One ended run' : `${count(runs)} ended runs`
  return `${gone} ${verb}, with ${bytes(fileBytes)} of files (${because}). ${count(kept)} stay, with ${bytes(keptBytes)}.\n`
}

/** Ctrl+C cancels the work in the engine, not only the waiting here. */
async function during<T>(engine: Engine, work: (engine: Engine) => Promise<T>): Promise<T> {
  const cancel = (): void => void engine.store.cancel().catch(() => undefined)
  process.once('SIGINT', cancel)
  try {
    return await work(engine)
  } finally {
    process.off('SIGINT', cancel)
  }
}
