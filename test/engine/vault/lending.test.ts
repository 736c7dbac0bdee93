/** Leases as people meet them: a real engine, a real vault, real runs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PersonaDocInput, personaDoc } from '#contract'
import { isTerminal } from '#contract/plain'
import { startModelServer } from '../../fixtures/model-server/mod.ts'
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts'
import { until } from '../run/bench.ts'

const PASSPHRASE = 'a passphrase for lending'

let engine: TestEngine
beforeAll(async () => {
  engine = await startTestEngine({ from: 'source' })
  await engine.client.vault.init({ slots: [{ kind: 'passphrase', passphrase: PASSPHRASE }] })
})
afterAll(() => engine.stop())

const persona = (script: string) => {
  const doc: PersonaDocInput = { name: 'Borrows', body: { kind: 'command', program: '{{troupe.node}}', args: ['-e', script] } }
  return engine.client.persona.create({ doc: personaDoc.parse(doc), message: '' })
}
const bearer = (name: string, token: string) => engine.client.credential.add({ connector: 'bearer', name, values: { token } })
const ended = (id: string) =>
  until(async () => {
    const detail = await engine.client.run.get({ id })
    return isTerminal(detail.run.state) ? detail.run : undefined
  })
const audit = async () => (await engine.client.vault.audit({ limit: 200 })).rows

describe('leases', () => {
  test('[RD5] [LE4] a value that is too short to be hidden is not lent, and the refusal is entered', async () => {
    const { row } = await bearer('tiny', 'abc12')
    const { id } = await persona('')
    await engine.client.credential.grant({ id: row.id, personaId: id, how: 'environment' })
    const run = await ended((await engine.client.run.start({ personaId: id })).id)
    expect(run).toMatchObject({
      state: 'failed',
      reason: { code: 'credential', message: expect.stringContaining('The field "token" of tiny') },
    })
    expect(run.reason?.message).not.toContain('abc12')
    expect((await audit()).find(({ kind, outcome }) => kind === 'lend' && outcome === 'refused')).toMatchObject({
      subject: { runId: run.id },
    })
  })

  test('[LE3] a program that was granted placeholders only gets those, and the run says what to do', async () => {
    const { row } = await bearer('shown', 'shown-token-0123')
    const { id } = await persona('console.log(process.env.TOKEN.length, process.env.TOKEN)')
    await engine.client.credential.grant({ id: row.id, personaId: id, how: 'placeholder' })
    const run = await ended((await engine.client.run.start({ personaId: id })).id)
    expect(run.resultPreview).toBe(`${'{{credential.shown.token}}'.length} {{credential.shown.token}}\n`)
    const { text } = await engine.client.run.export({ id: run.id })
    expect(text).toContain('shown is granted as a placeholder, which a program cannot use')
  })

  test('[LE2] [LE6] [LE7] lend and end are in the log; a credential that is revoked ends the run that has its value', async () => {
    const { row } = await bearer('taken', 'taken-token-0123')
    const { id } = await persona('setInterval(() => console.log(process.env.TOKEN), 20)')
    await engine.client.credential.grant({ id: row.id, personaId: id, how: 'environment' })
    const { id: runId } = await engine.client.run.start({ personaId: id })
    await until(async () => ((await engine.client.run.get({ id: runId })).run.lastSeq > 6 ? true : undefined))
    expect((await engine.client.credential.blastRadius({ id: row.id })).runs).toEqual([{ id: runId, personaName: 'Borrows' }])
    await engine.client.credential.revoke({ id: row.id })
    expect(await ended(runId)).toMatchObject({ state: 'cancelled' })
    const { text } = await engine.client.run.export({ id: runId })
    expect(text).toContain('{{credential.taken.token}}')
    expect(text).not.toContain('taken-token')
    const about = (await audit()).filter(({ subject }) => subject.runId === runId).map(({ kind, note }) => [kind, note])
    expect(about).toEqual([
      ['lease-end', 'It was taken back while it was lent.'],
      ['lend', ''],
    ])
  })

  test('[LE5] [LE8] a model whose key is in the sealed vault waits for it, and its provider gets it then', async () => {
    const models = await startModelServer({ key: 'model-key-token-0123' })
    try {
      const { row } = await bearer('model-key', 'model-key-token-0123')
      const at = { id: 'near', label: 'Near', kind: 'openai-compatible' as const, baseUrl: `${models.url}/v1` }
      const doc = { ...at, credential: { id: row.id, field: 'token' } }
      await engine.client.provider.save({ doc, model: 'echo-1' })
      const talks = personaDoc.parse({ name: 'Talks', body: { kind: 'model', models: [{ provider: 'near', model: 'echo-1' }] } })
      const { id } = await engine.client.persona.create({ doc: talks, message: '' })
      await engine.client.vault.lock({})
      await expect(engine.client.provider.probe({ doc, model: 'echo-1' })).rejects.toMatchObject({ code: 'SEALED' })
      const { id: runId } = await engine.client.run.start({ personaId: id, input: 'hello' })
      const parked = await until(async () => {
        const { run } = await engine.client.run.get({ id: runId })
        return run.state === 'parked' ? run : undefined
      })
      expect(parked.reason?.code).toBe('sealed')
      await engine.client.vault.unlock({ answer: { kind: 'passphrase', passphrase: PASSPHRASE } })
      expect(await ended(runId)).toMatchObject({ state: 'succeeded', model: 'near/echo-1' })
      expect(models.asked.at(-1)?.headers.authorization).toBe('Bearer model-key-token-0123')
    } finally {
      await models.stop()
    }
  })
})
