/** Webhooks on the command line. */
import type { WebhookSecret } from '#contract'
import { EXIT } from '#contract/plain'
import { confirm } from '../confirm.ts'
import { WrongUse } from '../failure.ts'
import { findPersona } from '../find.ts'
import { findTrigger } from '../find-trigger.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { bytes, moment } from '../show/words.ts'

export async function listWebhooks(session: Session): Promise<number> {
  const rows = await (await session.engine()).webhook.list()
  await session.print(rows, () => {
    if (rows.length === 0) return 'No webhooks yet. troupe webhook add <persona> makes one (the vault must be open).\n'
    const { out } = session.io.paint
    const columns = [
      { title: 'Webhook', paint: out.bold },
      { title: 'Signed' },
      { title: 'Taken', align: 'right' as const },
      { title: 'Refused', align: 'right' as const },
      { title: 'Last' },
      { title: 'Now', gives: true },
      { title: 'Trigger', paint: out.dim },
    ]
    const cells = rows.map((row) => [
      row.name,
      row.signature,
      String(row.accepted),
      String(row.refused),
      row.lastAt === null ? 'never' : moment(row.lastAt),
      row.ready ? 'listens' : row.note,
      row.id,
    ])
    return table(columns, cells, { width: session.io.columns, dim: out.dim })
  })
  return EXIT.ok
}

const STYLES = ['none', 'github', 'stripe', 'slack', 'generic'] as const

interface AddOptions {
  readonly name?: string
  readonly signature: string
  readonly input?: string
  readonly show: boolean
}

export async function addWebhook(session: Session, asked: string, options: AddOptions): Promise<number> {
  const signature = STYLES.find((style) => style === options.signature)
  if (!signature) throw new WrongUse(`"${options.signature}" is no kind of signature.`, `They are: ${STYLES.join(', ')}.`)
  const engine = await session.engine()
  const persona = await findPersona(engine, asked)
  const row = await engine.trigger.create({
    doc: {
      name: options.name ?? `Webhook of ${persona.name}`.slice(0, 80),
      personaId: persona.id,
      when: { kind: 'webhook', signature },
      input: options.input ?? '',
    },
  })
  const { bold } = session.io.paint.out
  await session.print(row, () => `${bold(row.doc.name)} starts ${persona.name}. Its address and key: troupe webhook show ${row.id}\n`)
  return EXIT.ok
}

export async function showWebhook(session: Session, asked: string): Promise<number> {
  const engine = await session.engine()
  const { id } = await findTrigger(engine, asked)
  await printSecret(session, await engine.webhook.secret({ id }))
  return EXIT.ok
}

async function printSecret(session: Session, secret: WebhookSecret): Promise<void> {
  const { dim } = session.io.paint.out
  await session.print(
    secret,
    () => `${dim('Address')}  ${secret.url}\n${dim('Key')}      ${secret.key}\n${dim('Try it')}   ${secret.curl}\n`,
  )
}

export async function rotateWebhook(
  session: Session,
  asked: string,
  options: { readonly yes: boolean; readonly senderKey: boolean },
): Promise<number> {
  const engine = await session.engine()
  const { id, doc } = await findTrigger(engine, asked)
  if (!options.yes) await confirm(session, `Give ${doc.name} a new address? The old one ends at once.`, '--yes')
  const key = options.senderKey ? (await import('../ask-secret.ts')).askSecret(session.io, 'The sender’s key') : undefined
  const given = await key
  await printSecret(session, await engine.webhook.rotate({ id, ...(given !== undefined && { key: given }) }))
  return EXIT.ok
}

export async function testWebhook(session: Session, asked: string, options: { readonly body?: string }): Promise<number> {
  const engine = await session.engine()
  const { id } = await findTrigger(engine, asked)
  const row = await engine.webhook.test({ id, ...(options.body !== undefined && { body: options.body }) })
  await session.print(row, () => `${row.status} ${row.outcome}${row.detail === '' ? '' : `: ${row.detail}`}\n`)
  return row.status === 202 ? EXIT.ok : EXIT.failed
}

export async function webhookLog(session: Session, options: { readonly trigger?: string; readonly limit: number }): Promise<number> {
  const engine = await session.engine()
  const rows = await engine.webhook.requests({
    limit: options.limit,
    ...(options.trigger !== undefined && { triggerId: (await findTrigger(engine, options.trigger)).id }),
  })
  await session.print(rows, () => {
    if (rows.length === 0) return 'No request has come yet.\n'
    const { out } = session.io.paint
    const columns = [
      { title: 'Number', align: 'right' as const },
      { title: 'At', paint: out.dim },
      { title: 'Status' },
      { title: 'Outcome', paint: out.bold },
      { title: 'Size', align: 'right' as const },
      { title: 'Detail', gives: true },
      { title: 'Event' },
    ]
    const cells = rows.map((row) => [
      String(row.id),
      moment(row.at),
      String(row.status),
      row.outcome,
      bytes(row.bytes),
      row.detail === '' ? row.preview : row.detail,
      row.eventSeq === null ? '' : String(row.eventSeq),
    ])
    return table(columns, cells, { width: session.io.columns, dim: out.dim })
  })
  return EXIT.ok
}

export async function replayRequest(session: Session, number: string): Promise<number> {
  if (!/^\d+$/.test(number)) throw new WrongUse(`"${number}" is no number of a request.`, 'troupe webhook log shows them.')
  const row = await (await session.engine()).webhook.replay({ request: Number(number) })
  await session.print(row, () => `Its event is stored again: ${row.eventSeq}.\n`)
  return EXIT.ok
}

interface SendOptions {
  readonly name?: string
  readonly type?: readonly string[]
  readonly private: boolean
}

export async function sendTo(session: Session, url: string, options: SendOptions): Promise<number> {
  const engine = await session.engine()
  const doc = { name: options.name ?? new URL(url).host, url, types: [...(options.type ?? ['**'])], allowPrivate: options.private }
  const answer = await engine.webhook.saveOutbound({ doc })
  await session.print(
    answer,
    () => `${answer.row.doc.name} (${answer.row.id}) gets ${answer.row.doc.types.join(', ')}.\nIts key, told once: ${answer.key}\n`,
  )
  return EXIT.ok
}

export async function listOut(session: Session): Promise<number> {
  const rows = await (await session.engine()).webhook.outbounds()
  await session.print(rows, () => {
    const { out } = session.io.paint
    const columns = [
      { title: 'Name', paint: out.bold },
      { title: 'Types' },
      { title: 'Address', gives: true },
      { title: 'Id', paint: out.dim },
    ]
    return rows.length === 0
      ? 'Nothing is sent out.\n'
      : table(
          columns,
          rows.map(({ id, doc }) => [doc.name, doc.types.join(', '), doc.url, id]),
          { width: session.io.columns, dim: out.dim },
        )
  })
  return EXIT.ok
}

export async function removeOut(session: Session, id: string): Promise<number> {
  await (await session.engine()).webhook.removeOutbound({ id })
  await session.print({ removed: id }, () => 'It is removed.\n')
  return EXIT.ok
}
