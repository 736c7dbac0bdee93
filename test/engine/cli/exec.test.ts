/** `troupe exec` and `troupe run --with`: real programs, a real engine, the real command line. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { personaDoc } from '#contract'
import { startTestEngine, type TestEngine } from '../../helpers/engine.ts'
import { until } from '../run/bench.ts'

const CLI = fileURLToPath(new URL('../../../extensions/engine/cli/main.ts', import.meta.url))
const PASSPHRASE = 'a passphrase for exec'
const SECRET = 'exec-test/token 42'
const SHOW = `console.log('out', process.env.TOKEN); console.error('err', encodeURIComponent(process.env.TOKEN))`

let engine: TestEngine
beforeAll(async () => {
  engine = await startTestEngine({ from: 'source' })
  await engine.client.vault.init({ slots: [{ kind: 'passphrase', passphrase: PASSPHRASE }] })
  await engine.client.credential.add({ connector: 'bearer', name: 'hub', values: { token: SECRET } })
})
afterAll(() => engine.stop())

function troupe(
  args: readonly string[],
  input = `${PASSPHRASE}\n`,
): ChildProcess & { readonly all: Promise<{ code: number | null; out: string; errors: string }> } {
  const child = spawn(process.execPath, [CLI, '--data', engine.places.dataDir, ...args])
  child.stdin.end(input)
  let [out, errors] = ['', '']
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  return Object.assign(child, { all: once(child, 'close').then(([code]) => ({ code: code as number | null, out, errors })) })
}
const exec = (...command: string[]) => troupe(['exec', '--with', 'hub', '--', ...command])
/** What it says first. A program that never began would otherwise be waited for without an end, and without its reason. */
const firstOf = async (child: ReturnType<typeof troupe>): Promise<Buffer> => {
  const ended = child.all.then(({ code, errors }) => Promise.reject(new Error(`it ended with ${code} before it said anything: ${errors}`)))
  const [said] = (await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended])) as [Buffer]
  return said
}
const audit = async () => (await engine.client.vault.audit({ limit: 100 })).rows

describe('[LE10] troupe exec', () => {
  test('the program gets the variable, its output has the placeholder, its exit code is passed on', async () => {
    expect(await exec(process.execPath, '-e', `${SHOW}; process.exitCode = 7`).all).toEqual({
      code: 7,
      out: 'out {{credential.hub.token}}\n',
      errors: 'err {{credential.hub.token}}\n',
    })
    const [end, lend] = (await audit()).filter(({ kind }) => kind === 'lend' || kind === 'lease-end')
    expect(end).toMatchObject({ kind: 'lease-end', subject: { credential: 'hub' } })
    expect(lend).toMatchObject({ kind: 'lend', by: 'troupe', note: 'To the program node, started on the command line.' })
  })

  test('a signal that ends it, and a program that is not there, have their own codes', async () => {
    expect(await exec('sh', '-c', 'kill -9 $$').all).toMatchObject({ code: 137 })
    expect(await exec('no-such-program-here').all).toMatchObject({ code: 127 })
  })

  test('signals are handed on; a command line that is killed ends the lease, and no command line ever shows the value', async () => {
    const waits = `process.on('SIGTERM', () => process.exit(9)); console.log('ready'); setInterval(() => undefined, 1000)`
    const first = exec(process.execPath, '-e', waits)
    await firstOf(first)
    expect((await engine.client.credential.blastRadius({ id: (await engine.client.credential.list())[0]?.id ?? '' })).runs).toHaveLength(1)
    first.kill('SIGTERM')
    expect(await first.all).toMatchObject({ code: 9 })
    const before = (await audit()).filter(({ kind }) => kind === 'lease-end').length
    const second = exec('sh', '-c', 'cat /proc/$PPID/cmdline /proc/$$/cmdline | base64; echo ready; exec sleep 5')
    const shown = await firstOf(second)
    expect(Buffer.from(String(shown).replace(/ready[\s\S]*/, ''), 'base64').toString()).not.toContain(SECRET)
    second.kill('SIGKILL')
    await until(async () => ((await audit()).filter(({ kind }) => kind === 'lease-end').length > before ? true : undefined))
  })

  test('troupe run --with lends to one run alone', async () => {
    const persona = await engine.client.persona.create({
      doc: personaDoc.parse({ name: 'Shows', body: { kind: 'command', program: '{{troupe.node}}', args: ['-e', SHOW] } }),
      message: '',
    })
    const lent = await troupe(['run', persona.id, '--with', 'hub', '--quiet'], '').all
    expect(lent).toMatchObject({ code: 0, out: 'out {{credential.hub.token}}\n' })
    expect((await troupe(['run', persona.id, '--quiet'], '').all).out).toBe('out undefined\n')
    const gone = await troupe(['run', persona.id, '--with', 'other'], '').all
    expect(gone).toMatchObject({ code: 1, errors: expect.stringMatching(/credential/) })
  })

  // Last: after a wrong passphrase the engine takes no other for a while, and a machine that is quick comes back before it does.
  test('a wrong passphrase starts nothing, and has its own code', async () => {
    const wrong = await troupe(['exec', '--with', 'hub', '--', 'true'], 'not the passphrase\n').all
    expect(wrong.code).not.toBe(0)
    expect(wrong.out).toBe('')
  })
})
