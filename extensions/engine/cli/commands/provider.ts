/** Model providers: found, probed, added, removed. Keys are named by their variable or credential and never asked for. */
import type { Discovered, ProbeResult, ProviderDoc, ProviderRow } from '#contract'
import { EXIT, PROVIDER_KINDS, type ProviderKind } from '#contract/plain'
import { WrongUse } from '../failure.ts'
import { findCredential } from '../find-credential.ts'
import type { Engine } from '../link/connect.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { ago, count } from '../show/words.ts'

const KEY_OF: Partial<Record<ProviderKind, string>> = {
  anthropic: 'ANTHROPIC_API_KEY',
  openai: 'OPENAI_API_KEY',
  google: 'GOOGLE_GENERATIVE_AI_API_KEY',
}

export interface AddOptions {
  readonly kind?: string
  readonly label?: string
  readonly url?: string
  readonly keyEnv?: string
  /** `name` or `name.field` of a credential in the vault. */
  readonly credential?: string
  readonly api?: 'chat' | 'responses'
  readonly context?: number
  readonly model?: string
}

export async function listProviders(session: Session): Promise<number> {
  const engine = await session.engine()
  const rows = await engine.provider.list()
  await session.print(rows, () => {
    if (rows.length === 0) return 'No provider is set up. troupe provider discover looks for local servers and keys.\n'
    const { out } = session.io.paint
    const cells = rows.map((row) => [
      row.doc.id,
      row.doc.kind,
      findings(row.probe),
      keyWords(row),
      count(row.probe.models.length),
      ago(row.probe.at),
      row.doc.baseUrl ?? '',
    ])
    const columns = [
      { title: 'Provider', paint: out.bold },
      { title: 'Kind' },
      { title: 'Found' },
      { title: 'Key' },
      { title: 'Models', align: 'right' as const },
      { title: 'Probed', paint: out.dim },
      { title: 'Address', gives: true },
    ]
    return table(columns, cells, { width: session.io.columns, dim: out.dim })
  })
  return EXIT.ok
}

function keyWords(row: ProviderRow): string {
  if (row.doc.credential !== null) return row.keyPresent ? 'from the vault' : 'its credential is gone'
  if (row.doc.keyEnv === null) return 'not needed'
  return row.keyPresent ? row.doc.keyEnv : `${row.doc.keyEnv} is not set`
}

/** What was not checked is not shown as if it were fine. */
function findings(probe: ProbeResult): string {
  const named = [
    ['reachable', probe.reachable],
    ['key', probe.authorised],
    ['streams', probe.streams],
    ['tools', probe.callsTools],
  ] as const
  const signs = { yes: '✓', no: '✗', unknown: '?' }
  return named.map(([name, { outcome }]) => `${signs[outcome]} ${name}`).join(' ')
}

function docOf(id: string, options: AddOptions): ProviderDoc {
  const kind = PROVIDER_KINDS.find((one) => one === (options.kind ?? id))
  if (!kind)
    throw new WrongUse(
      `The kind of provider is one of ${PROVIDER_KINDS.join(', ')}${options.kind === undefined ? '' : `, and "${options.kind}" came`}.`,
      'Give it with --kind.',
    )
  if (kind === 'openai-compatible' && options.url === undefined)
    throw new WrongUse('An OpenAI-compatible server needs its address.', 'Give it with --url, such as http://127.0.0.1:8080/v1.')
  return {
    id,
    label: options.label ?? id,
    kind,
    baseUrl: options.url ?? null,
    keyEnv: options.credential === undefined ? (options.keyEnv ?? KEY_OF[kind] ?? null) : null,
    credential: null,
    api: options.api ?? null,
    contextTokens: options.context ?? null,
  }
}

/** The key from a field of a credential: the one that is named, or its first that is sealed. */
async function withCredential(engine: Engine, doc: ProviderDoc, { credential, keyEnv }: AddOptions): Promise<ProviderDoc> {
  if (credential === undefined) return doc
  if (keyEnv !== undefined) throw new WrongUse('The key comes from a variable or from a credential, not from both.')
  const [name = '', field] = credential.split('.')
  const { id } = await findCredential(engine, name)
  const { fields } = await engine.credential.get({ id })
  const found = fields.find((one) => one.secret && one.set && (field === undefined || one.name === field))
  if (found) return { ...doc, credential: { id, field: found.name } }
  throw new WrongUse(
    `${name} has no ${field === undefined ? 'sealed value' : `sealed field "${field}"`}.`,
    `See what it has: troupe credential show ${name}.`,
  )
}

export async function addProvider(session: Session, id: string, options: AddOptions): Promise<number> {
  const described = docOf(id, options)
  const engine = await session.engine()
  const doc = await withCredential(engine, described, options)
  const row = await engine.provider.save(options.model === undefined ? { doc } : { doc, model: options.model })
  await session.print(row, () => `Added ${session.io.paint.out.bold(row.doc.id)}.\n${probeWords(row.probe, session)}`)
  return EXIT.ok
}

/** A saved provider by its id, or one that is described by options and not saved. */
export async function probeProvider(session: Session, id: string, options: AddOptions): Promise<number> {
  const engine = await session.engine()
  const known =
    options.kind === undefined && options.url === undefined ? (await engine.provider.list()).find((row) => row.doc.id === id) : undefined
  const doc = known?.doc ?? (await withCredential(engine, docOf(id, options), options))
  const probe = await engine.provider.probe(options.model === undefined ? { doc } : { doc, model: options.model })
  await session.print(probe, () => probeWords(probe, session))
  return probe.reachable.outcome === 'yes' && probe.authorised.outcome !== 'no' ? EXIT.ok : EXIT.failed
}

function probeWords(probe: ProbeResult, session: Session): string {
  const { out } = session.io.paint
  const sign = { yes: out.green('✓'), no: out.red('✗'), unknown: out.dim('?') }
  const lines = [
    ['Reachable', probe.reachable],
    ['Authorised', probe.authorised],
    ['Streams', probe.streams],
    ['Calls tools', probe.callsTools],
  ] as const
  const shown = lines.map(([name, finding]) => `${sign[finding.outcome]} ${name.padEnd(11)}  ${finding.detail}\n`).join('')
  const tried =
    probe.triedModel === null
      ? ''
      : `Tried with ${probe.triedModel}${probe.latencyMs === null ? '' : `, answered in ${probe.latencyMs} ms`}.\n`
  const models = probe.models
    .slice(0, 30)
    .map(({ id, contextTokens }) => `  ${id}${contextTokens === null ? '' : out.dim(`  ${count(contextTokens)} tokens`)}\n`)
  const more = probe.models.length > 30 ? `  … and ${probe.models.length - 30} more\n` : ''
  return `${shown}${tried}${models.length > 0 ? `\n${out.bold('Models')}\n${models.join('')}${more}` : ''}`
}

export async function removeProvider(session: Session, id: string): Promise<number> {
  const engine = await session.engine()
  await engine.provider.remove({ id })
  await session.print({ removed: id }, () => `Removed ${id}. Personas that name it need another.\n`)
  return EXIT.ok
}

export async function discoverProviders(session: Session, options: { readonly add: boolean }): Promise<number> {
  const engine = await session.engine()
  const found = await engine.provider.discover()
  if (!options.add) {
    await session.print(found, () => discoveredWords(found, session))
    return EXIT.ok
  }
  const added = await addAll(engine, found, session)
  await session.print(added, () =>
    found.length === 0
      ? discoveredWords(found, session)
      : added.map((row) => `Added ${session.io.paint.out.bold(row.doc.id)}: ${findings(row.probe)}\n`).join(''),
  )
  return added.length === found.length ? EXIT.ok : EXIT.failed
}

/** One that cannot be added does not keep the others from it. */
async function addAll(engine: Engine, found: readonly Discovered[], session: Session): Promise<ProviderRow[]> {
  const added: ProviderRow[] = []
  for (const { doc } of found) {
    try {
      added.push(await engine.provider.save({ doc }))
    } catch (thrown) {
      await session.io.err(`${doc.id} was not added: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
    }
  }
  return added
}

function discoveredWords(found: readonly Discovered[], session: Session): string {
  if (found.length === 0)
    return 'Nothing new was found: no Ollama and no LM Studio on their usual ports, and no key in the engine’s environment.\nSet a key such as ANTHROPIC_API_KEY where the engine is started, then start it again.\n'
  const { out } = session.io.paint
  const lines = found.map(
    ({ doc, how, models }) => `${out.bold(doc.id)}  ${how}${models.length > 0 ? out.dim(`  ${count(models.length)} models`) : ''}\n`,
  )
  return `${lines.join('')}${out.dim('troupe provider discover --add sets them up.')}\n`
}
