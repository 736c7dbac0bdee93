/** Credentials looked at: lists, one whole, checks, and, after asking who it is, values. */
import type { ConnectorRow, CredentialDetail, CredentialRow, GenerateAsked } from '#contract'
import { EXIT, type HealthState } from '#contract/plain'
import { findCredential } from '../find-credential.ts'
import type { Paint } from '../io.ts'
import { prove } from '../prove.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { ago, facts, moment } from '../show/words.ts'

export async function listConnectors(session: Session, word: string | undefined): Promise<number> {
  const engine = await session.engine()
  const wanted = (word ?? '').toLowerCase()
  const rows = (await engine.connector.list()).filter((row) =>
    [row.id, row.name, row.category].some((text) => text.toLowerCase().includes(wanted)),
  )
  await session.print(rows, () => (rows.length === 0 ? `No connector is called "${word}".\n` : connectorTable(rows, session)))
  return rows.length === 0 ? EXIT.failed : EXIT.ok
}

function connectorTable(rows: readonly ConnectorRow[], session: Session): Promise<string> {
  const { out } = session.io.paint
  const cells = rows.map((row) => [row.id, row.name, row.category, fieldWords(row), row.summary])
  const columns = [
    { title: 'Connector', paint: out.bold },
    { title: 'Name' },
    { title: 'Of' },
    { title: 'Needs' },
    { title: '', gives: true },
  ]
  return table(columns, cells, { width: session.io.columns, dim: out.dim })
}

const fieldWords = (row: ConnectorRow) =>
  row.fields
    .filter(({ required }) => required)
    .map(({ name }) => name)
    .join(', ')

export async function listCredentials(session: Session): Promise<number> {
  const engine = await session.engine()
  const rows = await engine.credential.list()
  await session.print(rows, () =>
    rows.length === 0
      ? 'There is no credential yet. Put one in: troupe credential add <name> --connector <id>\n'
      : credentialTable(rows, session),
  )
  return EXIT.ok
}

function credentialTable(rows: readonly CredentialRow[], session: Session): Promise<string> {
  const { out } = session.io.paint
  const cells = rows.map((row) => [
    row.name,
    row.connectorName,
    healthSign(row),
    ageWords(row),
    row.lastUsedAt === null ? 'never' : ago(row.lastUsedAt),
    String(row.personas),
    row.label,
  ])
  const columns = [
    { title: 'Credential', paint: out.bold },
    { title: 'Kind' },
    { title: 'Works', paint: (text: string, at: number) => paintHealth(rows[at]?.health.state ?? 'unchecked', text, out) },
    { title: 'Age' },
    { title: 'Used', paint: out.dim },
    { title: 'Personas', align: 'right' as const },
    { title: '', gives: true },
  ]
  return table(columns, cells, { width: session.io.columns, dim: out.dim })
}

/** Only what was tried and worked has a tick. */
function healthSign(row: CredentialRow): string {
  if (row.revokedAt !== null) return '✗ revoked'
  if (row.oauth?.state === 'reconnect') return '✗ reconnect'
  if (row.oauth?.state === 'not-connected') return '? not connected'
  return { verified: '✓ verified', failed: '✗ failed', unverifiable: '? unverifiable', unchecked: '? not checked' }[row.health.state]
}

function paintHealth(state: HealthState, text: string, paint: Paint): string {
  if (text.startsWith('✗')) return paint.red(text)
  return state === 'verified' && text.startsWith('✓') ? paint.green(text) : paint.dim(text)
}

function ageWords({ age, expiresAt, rotateAt }: CredentialRow): string {
  const date = (at: number | null) => (at === null ? '' : new Date(at).toISOString().slice(0, 10))
  if (age === 'expired') return `expired ${date(expiresAt)}`
  if (age === 'due') return `renew since ${date(rotateAt)}`
  return age === 'soon' ? `until ${date(Math.min(expiresAt ?? Number.POSITIVE_INFINITY, rotateAt ?? Number.POSITIVE_INFINITY))}` : ''
}

export async function showCredential(session: Session, asked: string): Promise<number> {
  const engine = await session.engine()
  const { id } = await findCredential(engine, asked)
  const detail = await engine.credential.get({ id })
  await session.print(detail, () => detailWords(detail, session))
  return EXIT.ok
}

function detailWords(detail: CredentialDetail, session: Session): string {
  const { row } = detail
  const { dim, bold } = session.io.paint.out
  const fields = detail.fields
    .filter(({ set }) => set)
    .map(({ name, value, secret }) => [name, secret ? '(sealed)' : (value ?? '')] as const)
  const pairs = [
    ['Kind', row.connectorName],
    ['Id', row.id],
    ['Label', row.label],
    ...fields,
    ['Works', `${healthSign(row)}${row.health.at === null ? '' : `, ${ago(row.health.at)}`}: ${row.health.detail}`],
    ['Connection', row.oauth === null ? '' : `${row.oauth.state}${row.oauth.detail === '' ? '' : `: ${row.oauth.detail}`}`],
    ['Age', ageWords(row)],
    ['Goes to', detail.hosts.join(', ') + (detail.allowPrivate ? ' (private addresses too)' : '')],
    ['Variables', detail.env.join(', ')],
    ['Headers', detail.headers.join(', ')],
    ['Personas', detail.grants.map((grant) => `${grant.personaName}${grant.how === 'environment' ? ' (as variables)' : ''}`).join(', ')],
    ['Files', detail.attachments.map(({ id, name }) => `${name} (${id})`).join(', ')],
    ['Used', row.lastUsedAt === null ? 'never' : moment(row.lastUsedAt)],
    ['Changed', moment(row.updatedAt)],
  ] as const
  return `${bold(row.name)}\n${facts(pairs, dim, session.io.columns)}`
}

export async function checkCredentials(session: Session, asked: readonly string[]): Promise<number> {
  const engine = await session.engine()
  const found = await Promise.all(asked.map((one) => findCredential(engine, one)))
  const rows: CredentialRow[] = []
  for (const { id } of found) rows.push(await engine.credential.check({ id }))
  const { out } = session.io.paint
  await session.print(rows, () =>
    rows.map((row) => `${paintHealth(row.health.state, healthSign(row), out)}  ${out.bold(row.name)}  ${row.health.detail}\n`).join(''),
  )
  return rows.every(({ health }) => health.state === 'verified') ? EXIT.ok : EXIT.failed
}

export async function revealField(session: Session, asked: string, field: string): Promise<number> {
  const engine = await session.engine()
  const { id } = await findCredential(engine, asked)
  const proof = await prove(session, engine)
  if (typeof proof === 'number') return proof
  const { value } = await engine.credential.reveal({ id, field, purpose: 'reveal', proof })
  await session.print({ value }, () => `${value}\n`)
  return EXIT.ok
}

export async function printCode(session: Session, asked: string): Promise<number> {
  const engine = await session.engine()
  const { id } = await findCredential(engine, asked)
  const proof = await prove(session, engine)
  if (typeof proof === 'number') return proof
  const made = await engine.credential.code({ id, proof })
  if (!session.json) await session.io.err(session.io.paint.err.dim(`good for ${Math.ceil(made.leftMs / 1000)} s\n`))
  await session.print(made, ({ code }) => `${code}\n`)
  return EXIT.ok
}

export async function generate(session: Session, options: GenerateAsked): Promise<number> {
  const engine = await session.engine()
  const made = await engine.credential.generate(options)
  if (!session.json) await session.io.err(session.io.paint.err.dim(`${made.bits} bits of chance\n`))
  await session.print(made, ({ password }) => `${password}\n`)
  return EXIT.ok
}
