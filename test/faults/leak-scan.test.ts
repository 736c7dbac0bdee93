/**
 * The leak scan: a long mixed scenario with three lent secrets and a provider's key, and then every file under the data folder, everything that a client
 * received, everything that the command line printed and every body that the model server was sent is searched for every secret in every spelling.
 */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PersonaDocInput, personaDoc, type RunRow } from '#contract'
import { isTerminal } from '#contract/plain'
import { program, until } from '../engine/run/bench.ts'
import { type Asked, type ModelServer, type ScriptedReply, startModelServer } from '../fixtures/model-server/mod.ts'
import { type Client, startTestEngine, type TestEngine } from '../helpers/engine.ts'

const TOKEN = 'leak-scan/token+with=signs&"quotes"'
const KEY = [
  '-----BEGIN TEST PRIVATE KEY-----',
  ...Array.from({ length: 4 }, (_line, n) => `leakScanLine${n}${'QmFzZTY0'.repeat(6)}`),
  '-----END TEST PRIVATE KEY-----',
].join('\n')
const HEADER = 'leak scan header %41 value'
const PROVIDER = 'leak-scan-provider-key-0123456789'
const PASSPHRASE = 'a passphrase for the leak scan'

/** As other programs spell a value; written here apart from the redactor's own list. */
function spellings(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const inside = [0, 1, 2].flatMap((pad) => {
    const from = Math.ceil((pad * 8) / 6)
    const to = Math.floor(((pad + bytes.length) * 8) / 6)
    return (['base64', 'base64url'] as const).map((code) =>
      Buffer.concat([Buffer.alloc(pad, 'x'), bytes])
        .toString(code)
        .slice(from, to),
    )
  })
  return [
    ...new Set([
      value,
      JSON.stringify(value).slice(1, -1),
      JSON.stringify(JSON.stringify(value)).slice(3, -3),
      encodeURIComponent(value),
      new URLSearchParams({ v: value }).toString().slice(2),
      bytes.toString('hex'),
      ...inside,
      value.replace(/[\s\S]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`),
      ...value.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----')),
    ]),
  ]
}
const NEEDLES = [TOKEN, KEY, HEADER, PROVIDER, PASSPHRASE].flatMap((value) =>
  spellings(value).map((text) => ({ text, bytes: Buffer.from(text) })),
)

interface Seen {
  /** Everything that a client or the command line received. */
  readonly told: string[]
  /** Command lines of all processes and files of the runtime folder, while values were lent. */
  readonly live: readonly string[]
  readonly asked: readonly Asked[]
  readonly data: string
  readonly states: Record<string, string>
}

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Of every process of this machine; nothing where there is no /proc. */
async function commandLines(): Promise<readonly string[]> {
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  return Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
}

async function scan({ told, live, asked, data }: Seen): Promise<readonly string[]> {
  const places: [string, Buffer][] = [
    ['command lines and the runtime folder', Buffer.from(live.join('\n'))],
    ['what clients were told', Buffer.from(told.join('\n'))],
    ['what the model server was sent', Buffer.from(asked.map(({ body, path }) => `${path} ${JSON.stringify(body)}`).join('\n'))],
  ]
  for (const path of await filesUnder(data)) {
    const bytes = await readFile(path)
    places.push([path.slice(data.length), bytes])
    // What is packed cannot be seen from outside.
    if (path.endsWith('.zip')) {
      for (const [name, inside] of Object.entries(unzipSync(bytes))) places.push([`bundle/${name}`, Buffer.from(inside)])
    }
  }
  return places.flatMap(([name, bytes]) =>
    NEEDLES.filter((needle) => bytes.includes(needle.bytes)).map((needle) => `${name}: ${needle.text.slice(0, 60)}`),
  )
}

/** Echoes whatever it is sent, in headers and body. */
async function startEcho(): Promise<{ port: number; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', etag: String(request.headers['x-shop']).replaceAll(/[^ -~]/g, '') })
    response.end(`${request.url} ${JSON.stringify(request.headers)} ${JSON.stringify(JSON.stringify(request.headers))}`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A model that calls each tool once, and then says all that it was told, and the provider's own key. */
function script(echoPort: number): (asked: Asked) => ScriptedReply {
  const calls = [
    {
      name: 'http_request',
      args: { url: `http://127.0.0.1:${echoPort}/{{credential.shop.key}}`, headers: { 'x-shop': '{{credential.shop.key}}' } },
    },
    { name: 'run_command', args: { program: process.execPath, args: [program('print-secrets.mjs'), 'fail', 'TOKEN', 'SSH_PRIVATE_KEY'] } },
    { name: 'file_write', args: { path: 'note.txt', content: 'a note' } },
  ]
  return (asked) => {
    const done = asked.toolResults.length
    const answered = (asked.body.messages as readonly { role?: string }[] | undefined)?.filter(({ role }) => role === 'tool').length ?? done
    const call = calls[answered]
    if (call) return { text: 'Next.', toolCalls: [call] }
    return { text: `All said: ${asked.toolResults.join(' ').slice(0, 4000)} and ${PROVIDER}, ${TOKEN}`, chunkChars: 7 }
  }
}

async function follow(client: Client, id: string, told: string[]): Promise<void> {
  for await (const batch of await client.run.follow({ id, fromSeq: 1 })) told.push(JSON.stringify(batch))
}

const command = (name: string, args: readonly string[]): PersonaDocInput => ({
  name,
  body: { kind: 'command', program: '{{troupe.node}}', args: [program('print-secrets.mjs'), ...args] },
})

/** Runs, failures, a crash, exports, the command line: everything of it is kept. */
async function scenario(data: string, entry: string | undefined, models: ModelServer, echoPort: number): Promise<Seen> {
  const told: string[] = []
  const live: string[] = []
  const states: Record<string, string> = {}
  const start = (): Promise<TestEngine> =>
    startTestEngine({ data, from: 'source', ...(entry ? { entry } : {}), env: { LEAK_SCAN_KEY: PROVIDER } })
  const tell = <T>(value: T): T => {
    told.push(JSON.stringify(value))
    return value
  }
  const ended = (client: Client, { id }: Pick<RunRow, 'id'>) =>
    until(async () => {
      const detail = await client.run.get({ id })
      return isTerminal(detail.run.state) ? tell(detail) : undefined
    }, 90_000)

  let engine = await start()
  try {
    let { client } = engine
    tell(await client.vault.init({ slots: [{ kind: 'passphrase', passphrase: PASSPHRASE }] }))
    const token = tell(await client.credential.add({ connector: 'bearer', name: 'hub', values: { token: TOKEN } }))
    const key = tell(await client.credential.add({ connector: 'ssh-key', name: 'host', values: { private_key: KEY } }))
    const shop = tell(
      await client.credential.add({
        connector: 'api-key',
        name: 'shop',
        values: { key: HEADER },
        extraHosts: [`127.0.0.1:${echoPort}`],
        allowPrivate: true,
      }),
    )
    const grant = async (personaId: string, how: 'environment' | 'placeholder', ...ids: string[]) => {
      for (const id of ids) tell(await client.credential.grant({ id, personaId, how }))
    }
    const variables = ['TOKEN', 'SSH_PRIVATE_KEY']
    const failing = await client.persona.create({ doc: personaDoc.parse(command('Fails', ['fail', ...variables])), message: '' })
    const hanging = await client.persona.create({ doc: personaDoc.parse(command('Hangs', ['hang', ...variables])), message: '' })
    await grant(failing.id, 'environment', token.row.id, key.row.id)
    await grant(hanging.id, 'environment', token.row.id, key.row.id)
    tell(
      await client.provider.save({
        doc: { id: 'local', label: 'Local', kind: 'openai-compatible', baseUrl: `${models.url}/v1`, keyEnv: 'LEAK_SCAN_KEY' },
      }),
    )
    models.play(script(echoPort))
    const talker = await client.persona.create({
      doc: personaDoc.parse({
        name: 'Talks',
        sections: [{ id: 'a', kind: 'instructions', text: 'Use {{credential.shop.key}} where a key is wanted.' }],
        body: {
          kind: 'model',
          models: [{ provider: 'local', model: 'echo-1' }],
          tools: { files: 'write', commands: [process.execPath], http: { enabled: true, allowPrivate: true } },
        },
      }),
      message: '',
    })
    await grant(talker.id, 'environment', token.row.id, key.row.id)
    await grant(talker.id, 'placeholder', shop.row.id)

    const failed = await client.run.start({ personaId: failing.id, input: 'go' })
    await Promise.all([follow(client, failed.id, told), ended(client, failed)])
    states.failed = (await client.run.get({ id: failed.id })).run.state
    const talked = await client.run.start({ personaId: talker.id, input: 'Call each tool.' })
    await Promise.all([follow(client, talked.id, told), ended(client, talked)])
    states.talked = (await client.run.get({ id: talked.id })).run.state
    // While its lease is open: what a person pastes, and an error that repeats it.
    const hung = await client.run.start({ personaId: hanging.id, input: `pasted before ${hanging.id}`, credentials: ['shop'] })
    // Somebody names a file after a secret; its name is what the bundle would tell.
    await mkdir(engine.places.exportsDir, { recursive: true })
    await writeFile(join(engine.places.exportsDir, `${HEADER}.txt`), 'a note')
    const following = follow(client, hung.id, told).catch(() => undefined)
    await until(async () => ((await client.run.get({ id: hung.id })).run.lastSeq > 20 ? true : undefined), 60_000)
    const pasted = await client.run.start({ personaId: failing.id, input: `here is ${TOKEN}`, params: {} })
    told.push(await client.persona.get({ id: TOKEN.slice(0, 80) }).then(String, String))
    await ended(client, pasted)
    for (const { id } of [failed, talked, hung])
      for (const format of ['text', 'json'] as const) tell(await client.run.export({ id, format }))
    told.push(await commandLine(data, ['--json', 'show', failed.id]), await commandLine(data, ['logs', talked.id]))
    tell(await client.event.emit({ type: 'leak.scan', data: { note: `pasted ${TOKEN}` } }))
    live.push(...(await commandLines()))
    for (const path of await filesUnder(engine.places.runtimeDir)) live.push(`${path} ${await readFile(path, 'latin1').catch(() => '')}`)
    // Gathered while the values are lent, and handed to whoever helps.
    const plan = tell(await client.support.plan({}))
    for (const { name } of plan.entries) tell(await client.support.text({ id: plan.id, name }))
    tell(await client.support.write({ id: plan.id }))
    states.bundle = String(plan.entries.length)
    const proved = await client.vault.reauthenticate({ answer: { kind: 'passphrase', passphrase: PASSPHRASE } })
    if (proved.ok) tell(await client.credential.export({ passphrase: 'another passphrase for the file', proof: proved.proof }))
    states.exported = String(proved.ok)
    tell(await client.store.export({}))
    tell(await client.store.backup({}))
    const lent = await commandLine(
      data,
      ['exec', '--with', 'hub', '--', process.execPath, program('print-secrets.mjs'), 'fail', 'TOKEN'],
      `${PASSPHRASE}\n`,
    )
    states.exec = /TOKEN has (\d+) signs/.exec(lent)?.[1] ?? 'nothing'
    states.execExit = /exit (\d+)$/.exec(lent)?.[1] ?? ''
    told.push(lent)

    const died = once(engine.child, 'exit')
    engine.child.kill('SIGKILL')
    await Promise.all([died, following])
    engine = await start()
    ;({ client } = engine)
    states.crashed = (await client.run.get({ id: hung.id })).run.state
    const waiting = await client.run.start({ personaId: failing.id })
    await until(async () => ((await client.run.get({ id: waiting.id })).run.state === 'parked' ? true : undefined), 60_000)
    tell(await client.vault.unlock({ answer: { kind: 'passphrase', passphrase: PASSPHRASE } }))
    states.waited = (await ended(client, waiting)).run.state
    tell(await client.run.list({}))
    tell(await client.notification.list({}))
    const log = tell(await client.vault.audit({ limit: 500 }))
    states.leases = `${log.rows.filter(({ kind }) => kind === 'lend').length > 0} ${log.rows.some(({ kind, note }) => kind === 'lease-end' && /crashed/.test(note))}`
    tell(await client.credential.list())
  } finally {
    await engine.stop({ keep: true })
  }
  return { told, live, asked: models.asked, data, states }
}

const CLI = fileURLToPath(new URL('../../extensions/engine/cli/main.ts', import.meta.url))

function commandLine(data: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI, '--data', data, ...args], { maxBuffer: 64 * 1024 * 1024 }, (error, out, errors) =>
      resolve(`${out}${errors}exit ${error?.code ?? 0}`),
    )
    child.stdin?.end(input)
  })
}

describe('[LE9] leak scan', () => {
  const folders: string[] = []
  let models: ModelServer
  let echo: Awaited<ReturnType<typeof startEcho>>
  const folder = async (): Promise<string> => {
    const made = await mkdtemp(join(tmpdir(), 'troupe-leak-'))
    folders.push(made)
    return made
  }
  beforeAll(async () => {
    echo = await startEcho()
  })
  afterAll(async () => {
    await echo.stop()
    for (const one of folders) await rm(one, { recursive: true, force: true, maxRetries: 3 })
  })

  test('no secret in any spelling is in a file, an event, an answer, a line of the command line or a model request', async () => {
    models = await startModelServer({ key: PROVIDER })
    const seen = await scenario(await folder(), undefined, models, echo.port)
    await models.stop()
    expect(seen.states).toEqual({
      failed: 'failed',
      talked: 'succeeded',
      crashed: 'parked',
      waited: 'failed',
      exec: String(TOKEN.length),
      execExit: '3',
      leases: 'true true',
      bundle: '12',
      exported: 'true',
    })
    expect(seen.asked.length).toBeGreaterThanOrEqual(4)
    // The values were there: their places are taken by what stands for them.
    for (const mask of ['{{credential.hub.token}}', '{{credential.host.private_key}}', '{{credential.shop.key}}', '[key LEAK_SCAN_KEY]']) {
      expect(seen.told.join('\n')).toContain(mask)
    }
    expect(await scan(seen)).toEqual([])
  })

  test('and with the redactor switched off the same scan finds them in each of these places', async () => {
    models = await startModelServer({ key: PROVIDER })
    const blind = fileURLToPath(new URL('../fixtures/engine/hides-nothing.ts', import.meta.url))
    const seen = await scenario(await folder(), blind, models, echo.port)
    await models.stop()
    const found = (await scan(seen)).join('\n')
    for (const place of [
      /^what clients were told:/m,
      /^what the model server was sent:/m,
      /^\/runs\/.*\.jsonl:/m,
      /^\/store\//m,
      /^bundle\/data-folder\.json:/m,
    ])
      expect(found).toMatch(place)
  })
})
