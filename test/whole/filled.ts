/** An engine as it looks after some days of use: personas, revisions, a provider, and runs that ended in different ways. Everything really ran. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { personaDoc, type RunRow } from '#contract'
import { startModelServer } from '../fixtures/model-server/mod.ts'
import type { Client, TestEngine } from '../helpers/engine.ts'

export interface Filled {
  readonly modelPersona: string
  readonly commandPersona: string
  readonly modelRun: string
  readonly commandRun: string
  readonly failedRun: string
  readonly liveRun: string
  /** A credential that was granted to a persona. */
  readonly credential: string
  /** Two personas, as their file says it. */
  readonly exported: string
  /** Somebody else saves a persona, with another summary. */
  saveElsewhere(id: string): Promise<void>
  /** Takes down what stands beside the engine. */
  end(): Promise<void>
}

/** Follows a run to its end. */
export async function ended(client: Client, run: RunRow): Promise<RunRow> {
  for await (const _ of await client.run.follow({ id: run.id, fromSeq: 1 })) {
    // Only the end matters here.
  }
  return (await client.run.get({ id: run.id })).run
}

export async function fill(engine: TestEngine): Promise<Filled> {
  const { client } = engine
  const folder = await mkdtemp(join(tmpdir(), 'troupe-filled-'))
  for (let i = 0; i < 30; i += 1) await writeFile(join(folder, `notes-${i}.txt`), 'x'.repeat(1000 * (i + 1)))
  const server = await startModelServer()
  await client.provider.save({
    doc: {
      id: 'local',
      label: 'Local test server',
      kind: 'ollama',
      baseUrl: server.url,
      keyEnv: null,
      api: null,
      contextTokens: null,
      credential: null,
    },
  })
  const model = (await client.provider.list({}))[0]?.probe.models[0]?.id ?? 'unknown'

  const ids: Record<string, string> = {}
  for (const template of await client.persona.templates({})) {
    const body = template.doc.body.kind === 'model' ? { ...template.doc.body, models: [{ provider: 'local', model }] } : template.doc.body
    ids[template.id] = (await client.persona.create({ doc: { ...template.doc, body }, message: `From the template ${template.name}` })).id
  }
  const guardian = ids['disk-guardian'] ?? ''
  const writer = ids['table-analyst'] ?? ''
  const first = await ended(client, await client.run.start({ personaId: guardian, params: { path: folder } }))

  const { doc } = await client.persona.get({ id: guardian })
  const changed = personaDoc.parse({
    ...doc,
    summary: 'Finds what fills a disk, what grew since the last look, and says when less than 5 GB are free.',
    tags: ['disk', 'weekly'],
    limits: { ...doc.limits, timeoutMs: 120_000 },
  })
  await client.persona.save({ id: guardian, doc: changed, baseRevision: 1, message: 'Ends sooner, says when it is tight' })
  await ended(client, await client.run.start({ personaId: guardian, params: { path: folder } }))
  const failed = await ended(client, await client.run.start({ personaId: guardian, params: { path: join(folder, 'not-there') } }))
  const spoke = await ended(
    client,
    await client.run.start({ personaId: writer, input: 'write file findings.md: # Findings\n\nThe mean of column b is 12.4.' }),
  )
  await ended(client, await client.run.start({ personaId: writer, input: 'think about the three columns of the table' }))
  const slow = await client.persona.create({
    doc: personaDoc.parse({
      name: 'Heartbeat',
      summary: 'Says once a second that it lives.',
      icon: 'heart',
      colour: 'red',
      group: 'Your machine',
      body: {
        kind: 'command',
        program: '{{troupe.node}}',
        args: ['-e', "let n=0;setInterval(()=>console.log(new Date().toISOString(),'beat',++n),200)"],
        stdin: 'none',
      },
    }),
    message: '',
  })
  const live = await client.run.start({ personaId: slow.id })
  const credential = await fillVault(client, guardian)
  return {
    modelPersona: writer,
    commandPersona: guardian,
    modelRun: spoke.id,
    commandRun: first.id,
    failedRun: failed.id,
    liveRun: live.id,
    credential,
    exported: (await client.persona.export({ ids: [guardian, writer] })).text,
    async saveElsewhere(id) {
      const { doc: now, revision } = await client.persona.get({ id })
      const summary = `${now.summary.replace(/ \(.*\)$/, '')} (changed after revision ${revision})`
      await client.persona.save({ id, doc: { ...now, summary }, baseRevision: revision, message: 'From elsewhere' })
    },
    async end() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What fits each kind of field; every value is an example. */
const EXAMPLES: Readonly<Record<string, string>> = {
  host: 'db.example.org',
  url: 'https://example.org/x',
  email: 'a@example.org',
  port: '2222',
}

/** A vault with a few credentials. Of services that cannot be checked: the engine would ask the others by itself, and a test asks nobody. */
async function fillVault(client: Client, personaId: string): Promise<string> {
  await client.vault.init({ slots: [{ kind: 'passphrase', passphrase: 'lantern gravel ostrich violin' }, { kind: 'recovery' }] })
  const connectors = (await client.connector.list({})).filter(({ check }) => check === null)
  const ids: string[] = []
  for (const id of ['pypi', 'perplexity', 'postgres', 'smtp', 'sftp', 'exa']) {
    const fields = connectors.find((one) => one.id === id)?.fields ?? []
    const values = Object.fromEntries(
      fields.filter((field) => field.required).map((field) => [field.name, field.default || (EXAMPLES[field.kind] ?? 'example-value-1')]),
    )
    const { row } = await client.credential.add({ connector: id, name: `${id}-work`, label: id === 'pypi' ? 'Work account' : '', values })
    ids.push(row.id)
  }
  await client.credential.grant({ id: ids[0] ?? '', personaId })
  return ids[0] ?? ''
}
