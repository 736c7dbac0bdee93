/** Credentials put in and changed. Secret values come from the terminal, standard input or a file, never from an argument. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { AttachmentRow, ConnectorField, ConnectorRow, CredentialAdd, CredentialDetail } from '#contract'
import { CREDENTIAL_LIMITS, EXIT } from '#contract/plain'
import { messageOf } from '#core'
import { askSecret } from '../ask-secret.ts'
import { WrongUse } from '../failure.ts'
import { findCredential } from '../find-credential.ts'
import type { Engine } from '../link/connect.ts'
import { prove } from '../prove.ts'
import type { Session } from '../session.ts'

export interface ValueOptions {
  readonly label?: string
  readonly set: Readonly<Record<string, string>>
  readonly secret?: readonly string[]
  readonly file: Readonly<Record<string, string>>
  readonly host?: readonly string[]
  readonly private?: boolean
  readonly expires?: number | null
  readonly rotate?: number | null
}

export async function addCredential(
  session: Session,
  name: string,
  options: ValueOptions & { readonly connector: string },
): Promise<number> {
  const engine = await session.engine()
  const connector = await findConnector(engine, options.connector)
  const given = await givenValues(connector, options)
  const asked = connector.fields.filter((field) => field.secret && field.kind !== 'connected' && field.required && !(field.name in given))
  const values = await askValues(session, [...asked, ...named(connector, options.secret ?? [], asked)], given)
  const detail = await engine.credential.add({ connector: connector.id, name, values, ...changes(options) } satisfies CredentialAdd)
  const next = connector.oauth
    ? `Connect it: troupe credential connect ${name}`
    : connector.check
      ? `Try it: troupe credential check ${name}`
      : `Grant it: troupe credential grant ${name} <persona>`
  await session.print(detail, () => `${session.io.paint.out.bold(name)} is in the vault. ${next}\n`)
  return EXIT.ok
}

export async function editCredential(
  session: Session,
  asked: string,
  options: ValueOptions & { readonly rename?: string },
): Promise<number> {
  const engine = await session.engine()
  const { id } = await findCredential(engine, asked)
  const before = await engine.credential.get({ id })
  const given = await givenValues(before.connector, options)
  const values = await askValues(session, named(before.connector, options.secret ?? [], []), given)
  const rename = options.rename === undefined ? {} : { name: options.rename }
  const detail = await engine.credential.edit({
    id,
    version: before.version,
    ...(Object.keys(values).length > 0 && { values }),
    ...rename,
    ...changes(options),
  })
  await session.print(detail, () => `${session.io.paint.out.bold(detail.row.name)} is changed.\n`)
  return EXIT.ok
}

async function findConnector(engine: Engine, id: string): Promise<ConnectorRow> {
  const rows = await engine.connector.list()
  const found = rows.find((row) => row.id === id)
  if (found) return found
  const near = rows.filter((row) => row.id.includes(id) || row.name.toLowerCase().includes(id.toLowerCase())).slice(0, 5)
  throw new WrongUse(
    `There is no connector "${id}".`,
    near.length > 0 ? `Near it: ${near.map((row) => row.id).join(', ')}.` : 'List them: troupe credential connectors.',
  )
}

/** From --set and --file. */
async function givenValues(connector: ConnectorRow, { set, file }: ValueOptions): Promise<Record<string, string>> {
  for (const name of Object.keys(set))
    if (connector.fields.find((field) => field.name === name)?.secret)
      throw new WrongUse(
        `"${name}" is secret, and arguments are seen by every program of this machine.`,
        `Leave it out of --set: it is asked for (--secret ${name}).`,
      )
  const read: Record<string, string> = {}
  for (const [name, path] of Object.entries(file)) {
    read[name] = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new WrongUse(`${path} cannot be read: ${messageOf(cause)}`)
    })
    if (connector.fields.find((field) => field.name === name)?.kind !== 'lines') read[name] = read[name].replace(/\r?\n$/, '')
  }
  return { ...set, ...read }
}

function named(connector: ConnectorRow, names: readonly string[], already: readonly ConnectorField[]): ConnectorField[] {
  return names.flatMap((name) => {
    const field = connector.fields.find((one) => one.name === name && one.secret && one.kind !== 'connected')
    if (!field)
      throw new WrongUse(
        `${connector.name} has no secret field "${name}".`,
        `It has ${connector.fields
          .filter(({ secret, kind }) => secret && kind !== 'connected')
          .map((one) => one.name)
          .join(', ')}.`,
      )
    return already.includes(field) ? [] : [field]
  })
}

async function askValues(
  session: Session,
  fields: readonly ConnectorField[],
  given: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const values = { ...given }
  for (const { name, label } of fields) values[name] = await askSecret(session.io, label)
  return values
}

function changes(options: ValueOptions) {
  return {
    ...(options.label !== undefined && { label: options.label }),
    ...(options.host !== undefined && { extraHosts: [...options.host] }),
    ...(options.private !== undefined && { allowPrivate: options.private }),
    ...(options.expires !== undefined && { expiresAt: options.expires }),
    ...(options.rotate !== undefined && { rotateEveryDays: options.rotate }),
  }
}

export async function connectCredential(session: Session, asked: string): Promise<number> {
  const engine = await session.engine()
  const { id } = await findCredential(engine, asked)
  const flow = await engine.credential.connect({ id })
  // The address is what the person came for; the rest is notices.
  if (session.json) await session.io.err(`${JSON.stringify(flow)}\n`)
  else await session.io.err(`Open this in your browser, and agree:\n\n${flow.url}\n\nWaiting … (Ctrl+C gives up)\n`)
  const outcome = await engine.credential.connectState({ flowId: flow.flowId, wait: true })
  await session.print(outcome, () => `${outcome.detail}\n`)
  return outcome.state === 'connected' ? EXIT.ok : outcome.state === 'cancelled' ? EXIT.cancelled : EXIT.failed
}

export async function attachFile(session: Session, asked: string, path: string): Promise<number> {
  const engine = await session.engine()
  const { id, name } = await findCredential(engine, asked)
  const content = await readFile(path).catch((cause: unknown) => {
    throw new WrongUse(`${path} cannot be read: ${messageOf(cause)}`)
  })
  if (content.length > CREDENTIAL_LIMITS.attachmentBytes)
    throw new WrongUse(`An attachment has at most ${CREDENTIAL_LIMITS.attachmentBytes} bytes, and ${path} has ${content.length}.`)
  const row = await engine.credential.attach({
    id,
    name: basename(path).slice(0, CREDENTIAL_LIMITS.attachmentNameChars),
    fileBase64: content.toString('base64'),
  })
  await session.print(row, () => `${row.name} is kept with ${name} (${row.id}). The file itself still lies where it was.\n`)
  return EXIT.ok
}

export async function detachFile(session: Session, asked: string, attachment: string): Promise<number> {
  const engine = await session.engine()
  const { detail, file } = await findFile(engine, asked, attachment)
  await engine.credential.detach({ id: detail.row.id, attachmentId: file.id })
  await session.print({ removed: file.id }, () => `Removed ${file.name}.\n`)
  return EXIT.ok
}

export async function fetchFile(session: Session, asked: string, attachment: string, output: string): Promise<number> {
  const engine = await session.engine()
  const { detail, file } = await findFile(engine, asked, attachment)
  const proof = await prove(session, engine)
  if (typeof proof === 'number') return proof
  const opened = await engine.credential.openAttachment({ id: detail.row.id, attachmentId: file.id, proof })
  const { writeNewFile } = await import('../new-file.ts')
  await writeNewFile(output, Buffer.from(opened.fileBase64, 'base64'))
  await session.print({ file: output }, () => `Wrote ${output}.\n`)
  return EXIT.ok
}

async function findFile(engine: Engine, asked: string, attachment: string): Promise<{ detail: CredentialDetail; file: AttachmentRow }> {
  const { id } = await findCredential(engine, asked)
  const detail = await engine.credential.get({ id })
  const file = detail.attachments.find((one) => one.id === attachment || one.name === attachment)
  if (file) return { detail, file }
  throw new WrongUse(
    `${detail.row.name} has no file "${attachment}".`,
    `It has ${detail.attachments.map(({ name }) => name).join(', ') || 'none'}.`,
  )
}
