/** Looking at the store: with the engine that runs, or past it when none does. Nothing here starts one. */
import { resolve } from 'node:path'
import type { StoreCheck, StoreFile, StoreStatus } from '#contract'
import { EXIT, TABLE_NOUNS } from '#contract/plain'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { ago, bytes, count, duration, facts, moment } from '../show/words.ts'

type Offline = Awaited<ReturnType<typeof import('../../offline.ts').openOffline>>
const offline = async ({ data }: Session): Promise<Offline> => (await import('../../offline.ts')).openOffline(data)

export async function storeStatus(session: Session): Promise<number> {
  const engine = await session.running()
  if (!engine) return offlineStatus(session)
  const [status, files] = await Promise.all([engine.store.status(), engine.store.files()])
  await session.print(
    { running: true, ...status, files },
    async () => `${statusWords(status, session)}\n${await filesWords(files, session)}`,
  )
  return status.state === 'ok' ? EXIT.ok : EXIT.failed
}

function statusWords(found: StoreStatus, { io }: Session): string {
  const { out } = io.paint
  const check = found.lastCheck
  const pairs = [
    ['Folder', found.path],
    ['Database', bytes(found.databaseBytes)],
    ['Journal', bytes(found.journalBytes)],
    ['Sealed', found.sealed ? "with the vault's key" : 'no'],
    ['Last snapshot', found.lastSnapshotAt === null ? 'none yet' : ago(found.lastSnapshotAt)],
    ['Last check', check === null ? 'not checked yet' : `${ago(check.at)}: ${check.ok ? 'whole' : (check.problems[0] ?? 'not whole')}`],
    ['Last whole backup', found.lastBackup === null ? 'none' : `${ago(found.lastBackup.at)}, ${found.lastBackup.name}`],
    ['Next backup', found.nextBackupAt === null ? 'only on request' : moment(found.nextBackupAt)],
    ...(found.job === null ? [] : [['Under way', found.job.step] as const]),
  ] as const
  const head =
    found.state === 'ok'
      ? `${out.green('●')} It takes writes.`
      : `${out.red('●')} It refuses writes: ${found.reason ?? 'no reason was given'}`
  const warnings = found.warnings.map((line) => `${out.yellow('!')} ${line}\n`).join('')
  return `${head}\n${warnings}\n${facts(pairs, out.dim, io.columns)}`
}

async function filesWords(files: readonly StoreFile[], { io }: Session): Promise<string> {
  const rows = files.map(({ name, kind, reason, madeAt, bytes: size, check }) => [
    name,
    kind === 'snapshot' ? 'snapshot' : `backup (${reason ?? ''})`,
    madeAt === null ? 'not known' : moment(madeAt),
    bytes(size),
    check === null ? 'not checked' : check.ok ? 'whole' : 'damaged',
  ])
  const columns = [{ title: 'File' }, { title: 'Kind' }, { title: 'Made' }, { title: 'Size', align: 'right' as const }, { title: 'Check' }]
  return table(columns, rows, { width: io.columns, dim: io.paint.out.dim })
}

async function offlineStatus(session: Session): Promise<number> {
  const found = await (await offline(session)).status()
  const { out } = session.io.paint
  const pairs = [
    ['Folder', found.path],
    ['Database', bytes(found.databaseBytes)],
    ['In journals', `${count(found.frames)} frames`],
    ['Cut off', found.cutBytes === 0 ? 'nothing' : `${bytes(found.cutBytes)} of a write that was never acknowledged`],
    ...found.damagedSnapshots.map((line) => ['Damaged', line] as const),
    ...(found.restorePending ? [['Restore', 'waits for the next start, which completes it'] as const] : []),
    ...(found.newer.length > 0 ? [['Newer', `this build refuses it: ${found.newer.join(', ')}`] as const] : []),
  ] as const
  await session.print({ running: false, ...found }, async () => {
    const files = await filesWords(found.files, session)
    return `No engine runs; this is what lies on the disk.\n\n${facts(pairs, out.dim, session.io.columns)}\n${files}`
  })
  return EXIT.ok
}

export async function storeEvents(session: Session): Promise<number> {
  const rows = await (await session.engine()).store.events()
  await session.print(rows, () =>
    rows.length === 0
      ? 'Nothing was done to the data as a whole yet.\n'
      : table(
          [{ title: 'When' }, { title: 'What' }, { title: 'Said', gives: true }],
          rows.map(({ at, kind, message }) => [moment(at), kind, message]),
          {
            width: session.io.columns,
            dim: session.io.paint.out.dim,
          },
        ),
  )
  return EXIT.ok
}

type Verified = Pick<StoreCheck, 'name' | 'problems' | 'bytes' | 'tables'> & { readonly ok: boolean; readonly durationMs?: number }

export async function verifyStore(session: Session, file: string | undefined): Promise<number> {
  const engine = await session.running()
  const found: Verified = engine ? await engine.store.verify({ name: file }) : await offlineVerify(session, file)
  await session.print(found, () => verifyWords(found))
  return found.ok ? EXIT.ok : EXIT.failed
}

async function offlineVerify(session: Session, file: string | undefined): Promise<Verified> {
  const looked = await (await offline(session)).verify(file)
  return { ...looked, problems: [...looked.problems], tables: [...looked.tables], ok: looked.problems.length === 0 }
}

function verifyWords({ name, ok, problems, bytes: size, tables, durationMs }: Verified): string {
  const what = name === '' ? 'The database' : name
  if (!ok) return `${what} is not whole:\n${problems.map((line) => `  ${line}\n`).join('')}`
  const rows = tables.filter(({ rows }) => rows > 0).map(({ table: one, rows }) => `${count(rows)} ${TABLE_NOUNS[one] ?? `of ${one}`}`)
  const took = durationMs === undefined ? '' : ` in ${duration(durationMs)}`
  return `${what} is whole: ${bytes(size)}${took}. It holds ${rows.join(', ') || 'no rows'}.\n`
}

export async function exportStore(session: Session, options: { readonly output?: string }): Promise<number> {
  const engine = await session.running()
  const path = options.output === undefined ? undefined : resolve(options.output)
  if (engine && path === undefined) {
    const made = await engine.store.export()
    await session.print(made, exportWords)
    return EXIT.ok
  }
  // Read past the engine: what it has just made into a snapshot is not written to any more.
  if (engine) await engine.store.compact()
  const look = await offline(session)
  const to = path ?? (await newPath(look.exportsDir))
  await session.print({ path: to, bytes: look.export(to) }, exportWords)
  return EXIT.ok
}

async function newPath(folder: string): Promise<string> {
  const [{ mkdir }, { join }] = await Promise.all([import('node:fs/promises'), import('node:path')])
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return join(folder, `troupe-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.sqlite`)
}

function exportWords({ path, bytes: size }: { readonly path: string; readonly bytes: number }): string {
  return `Written: ${path}, ${bytes(size)}. Any SQLite tool opens it.\n`
}
