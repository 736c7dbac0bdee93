/** Credentials in numbers: in from files and the environment, after a plan; out into one sealed file. */
import { readFile } from 'node:fs/promises'
import type { CredentialPlan, ImportSource } from '#contract'
import { EXIT, type ImportFormat } from '#contract/plain'
import { messageOf } from '#core'
import { askNewSecret, askSecret } from '../ask-secret.ts'
import { confirm } from '../confirm.ts'
import { WrongUse } from '../failure.ts'
import { findCredential } from '../find-credential.ts'
import { writeNewFile } from '../new-file.ts'
import { prove } from '../prove.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'

export interface ImportOptions {
  readonly format?: ImportFormat
  readonly environment: boolean
  readonly plan: boolean
  readonly all: boolean
  readonly yes: boolean
}

export async function importCredentials(session: Session, file: string | undefined, options: ImportOptions): Promise<number> {
  if ((file === undefined) === !options.environment) throw new WrongUse('Where from?', 'Name one file, or give --environment.')
  const source = file === undefined ? ({ kind: 'environment' } as const) : await sourceOf(session, file, options.format)
  const engine = await session.engine()
  const plan = await engine.credential.planImport({ source })
  const keys = plan.items.filter(({ chosen }) => chosen || options.all).map(({ key }) => key)
  if (options.plan || keys.length === 0) {
    await session.print(plan, () => planWords(plan, keys, session))
    return options.plan ? EXIT.ok : EXIT.failed
  }
  if (!options.yes) {
    await session.io.err(await planWords(plan, keys, session))
    await confirm(session, `Import ${keys.length === 1 ? 'it' : `these ${keys.length}`}?`, '--yes')
  }
  const result = await engine.credential.import({ source, digest: plan.digest, keys })
  await session.print(
    result,
    () =>
      `${result.added.length} imported: ${result.added.map(({ name }) => name).join(', ')}.\n${file === undefined ? '' : `${file} still holds them in the clear, unless it is a sealed one: remove it.\n`}`,
  )
  return EXIT.ok
}

async function sourceOf(session: Session, file: string, format: ImportFormat | undefined): Promise<ImportSource> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new WrongUse(`${file} cannot be read: ${messageOf(cause)}`)
  })
  if (text.startsWith('{"troupe":"sealed credentials"'))
    return { kind: 'sealed', text, passphrase: await askSecret(session.io, 'Passphrase of the file') }
  if (format !== undefined || /\.csv$/i.test(file)) return { kind: 'csv', text, format: format ?? 'auto' }
  return { kind: 'env', text }
}

async function planWords(plan: CredentialPlan, keys: readonly string[], session: Session): Promise<string> {
  const { out } = session.io.paint
  const cells = plan.items.map((item) => [
    keys.includes(item.key) ? '✓' : '–',
    item.name,
    item.connectorName,
    item.fields.join(', '),
    item.from,
    item.warnings.join(' '),
  ])
  const columns = [
    { title: '' },
    { title: 'Name', paint: out.bold },
    { title: 'Kind' },
    { title: 'Fields' },
    { title: 'From' },
    { title: '', gives: true },
  ]
  const items =
    cells.length === 0 ? 'Nothing in it makes a credential.\n' : await table(columns, cells, { width: session.io.columns, dim: out.dim })
  const skipped = plan.skipped.map(({ from, why }) => `  ${from}: ${why}\n`).join('')
  return `${items}${skipped === '' ? '' : `\nLeft out:\n${skipped}`}`
}

export async function exportCredentials(session: Session, names: readonly string[], output: string): Promise<number> {
  const engine = await session.engine()
  const found = await Promise.all(names.map((name) => findCredential(engine, name)))
  const proof = await prove(session, engine)
  if (typeof proof === 'number') return proof
  const passphrase = await askNewSecret(session.io, 'Passphrase for the file')
  const made = await engine.credential.export({ ids: found.map(({ id }) => id), passphrase, proof })
  await writeNewFile(output, made.text)
  await session.print(
    { file: output, credentials: made.credentials },
    () => `${made.credentials} sealed in ${output}. Without its passphrase nobody can open it, you neither.\n`,
  )
  return EXIT.ok
}
