/** The single executable and the slim folder, made here from the build's output: on an empty PATH, from a folder with a hostile name. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EngineStatus, RunDetail, RunRow } from '#contract'
import { makeParts } from '../../build/make/parts.ts'
import { makeSingle } from '../../build/make/single.ts'
import { makeSlim } from '../../build/make/slim.ts'
import { isHost, nodeOf, TARGETS } from '../../build/make/targets.ts'

const top = mkdtempSync(join(tmpdir(), 'troupe-single-'))
/** What the issue names: quotes, an apostrophe, a space, a letter beyond ASCII. */
const folder = join(top, `it's a "täst" folder`)
const home = join(top, 'home of Zoë')
const exe = join(folder, 'troupe')
const env = { HOME: home, PATH: '' }
const started = new Set<ChildProcess>()

beforeAll(async () => {
  mkdirSync(folder)
  mkdirSync(home)
  const target = TARGETS.find(isHost)
  const node = target && nodeOf(target, false)
  if (!target || node === undefined) throw new Error(`no executable can be made for ${process.platform} ${process.arch}`)
  const { boot, packed } = await makeParts({ target, quality: 4 })
  await makeSingle({ target, node, boot, packed, output: exe, workDir: join(top, 'work') })
  makeSlim(join(folder, 'slim'), boot, packed)
})
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  rmSync(top, { recursive: true, force: true })
})

interface Ran {
  readonly code: number | string
  readonly out: string
  readonly err: string
  readonly tookMs: number
}

interface Options {
  readonly program?: string
  readonly env?: Readonly<Record<string, string>>
}

function begin(args: readonly string[], { program = exe, env: more = {} }: Options = {}): { child: ChildProcess; ended: Promise<Ran> } {
  const began = performance.now()
  const child = spawn(program, args, { env: { ...env, ...more }, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
  started.add(child)
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ended = new Promise<Ran>((resolve) => {
    child.once('close', (code, signal) => {
      started.delete(child)
      resolve({ code: code ?? signal ?? '', out, err, tookMs: performance.now() - began })
    })
  })
  return { child, ended }
}
const troupe = (args: readonly string[], options?: Options) => begin(args, options).ended

async function value<T>(args: readonly string[], options?: Options): Promise<T> {
  const ran = await troupe(['--json', ...args], options)
  expect(ran.code, ran.err).toBe(0)
  return JSON.parse(ran.out) as T
}

async function until<T>(look: () => Promise<T | undefined> | T | undefined, what: string): Promise<T> {
  for (const late = performance.now() + 60_000; performance.now() < late; await pause(50)) {
    const found = await look()
    if (found !== undefined) return found
  }
  throw new Error(`never: ${what}`)
}

/** Processes that run from the executable, and those whose environment names this test's home. */
function ours(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const from = readlinkSync(`/proc/${name}/exe`).startsWith(top)
      return from || readFileSync(`/proc/${name}/environ`, 'utf8').includes(`HOME=${home}`) ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

/** A persona whose program says its process id and waits; the second time it ends at once. */
function slowDraft(): string {
  const script = join(folder, 'slow.mjs')
  const lines = [
    "import { existsSync, writeFileSync } from 'node:fs'",
    "const mark = new URL('./mark', import.meta.url)",
    'const again = existsSync(mark)',
    "writeFileSync(mark, '')",
    "console.log(again ? 'came to its end' : 'pid ' + process.pid)",
    'if (!again) setTimeout(() => undefined, 120_000)',
  ]
  writeFileSync(script, lines.join('\n'))
  const file = join(top, 'slow.json')
  const body = { kind: 'command', program: '{{troupe.node}}', args: [script], repeatable: true }
  writeFileSync(file, JSON.stringify({ name: 'Slow', body }))
  return file
}

describe('the single executable', () => {
  const data = ['--data', join(folder, 'dätä')]

  it('[UP7] runs a persona to its end on an empty PATH, from a folder with quotes, an apostrophe, a space and an umlaut', async () => {
    expect((await troupe(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
    await value([...data, 'template', 'use', 'disk-guardian'])
    const ran = await troupe([...data, 'run', 'disk-guardian', '--param', `path=${folder}`, '--param', 'min_free_percent=0'])
    expect(ran.code, ran.err).toBe(0)
    expect(ran.out).toContain('troupe.pack')
    const {
      rows: [row],
    } = await value<{ rows: RunRow[] }>([...data, 'runs'])
    expect(row?.state).toBe('succeeded')
    expect((await value<EngineStatus>([...data, 'status'])).node).toBe(process.version)
    expect((await troupe([...data, 'stop'])).code).toBe(0)
    expect(ours()).toEqual([])
  })

  it('[UP2] [UP3] starts twice at once from nothing: both unpack, one engine runs, the second hands over and ends', async () => {
    rmSync(join(home, '.cache'), { recursive: true })
    const both = [begin([...data, 'start']), begin([...data, 'start'])]
    const first = await Promise.race(both.map(async ({ ended }, at) => ({ at, ran: await ended })))
    expect(first.ran.code, first.ran.err).toBe(0)
    expect(first.ran.out).toContain('Troupe runs already')
    const { pid } = await value<EngineStatus>([...data, 'status'])
    const other = both[1 - first.at]
    expect(other?.child.pid).toBe(pid)
    const third = await troupe([...data, 'start'])
    expect(third.out).toContain('Troupe runs already')
    console.log(`a later start hands over and ends after ${Math.round(third.tookMs)} ms`)
    other?.child.kill('SIGTERM')
    expect((await other?.ended)?.code).toBe(0)
    expect(ours()).toEqual([])
    expect(readdirSync(join(home, '.cache/troupe')).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('after kill -9 the next start leaves no process of it, and the run comes to its end', async () => {
    const engine = begin([...data, '--json', 'engine', '--no-safe-mode'])
    await until(async () => ((await troupe([...data, 'status'])).code === 0 ? true : undefined), 'an engine that answers')
    const { id } = await value<RunRow>([...data, 'run', '--draft', slowDraft(), '--detach'])
    const said = async () =>
      /pid (\d+)/.exec((await value<RunDetail>([...data, 'show', id])).run.state === 'running' ? await logs(id) : '')?.[1]
    const logs = async (run: string) => {
      const { child, ended } = begin([...data, 'logs', run])
      await Promise.race([ended, pause(5_000)])
      child.kill('SIGKILL')
      return (await ended).out
    }
    const pid = Number(await until(said, 'a run that says its process id'))
    expect(readlinkSync(`/proc/${pid}/exe`)).toBe(exe)
    engine.child.kill('SIGKILL')
    expect((await engine.ended).code).toBe('SIGKILL')
    const after = await until(async () => {
      const found = await value<RunDetail>([...data, 'show', id])
      return ['queued', 'running'].includes(found.run.state) ? undefined : found.run
    }, 'an end of the run')
    expect(after).toMatchObject({ id, state: 'succeeded' })
    expect(await logs(id)).toContain('came to its end')
    await until(() => (existsSync(`/proc/${pid}`) ? undefined : true), `the end of process ${pid}`)
    expect((await troupe([...data, 'stop'])).code).toBe(0)
    expect(ours()).toEqual([])
  })
})

describe('portable mode', () => {
  it('keeps data and cache in troupe-data beside the program, when it is there or asked for', async () => {
    const stick = join(top, 'stick')
    mkdirSync(stick)
    linkSync(exe, join(stick, 'troupe'))
    const program = join(stick, 'troupe')
    const elsewhere = await value<{ dataFolder: string }>(['status'], { program }).catch(() => undefined)
    expect(elsewhere).toBeUndefined()
    expect(existsSync(join(stick, 'troupe-data'))).toBe(false)
    await value(['--portable', 'persona', 'list'], { program })
    const status = await value<EngineStatus>(['status'], { program })
    expect(status.dataFolder).toBe(join(stick, 'troupe-data'))
    expect(readdirSync(join(stick, 'troupe-data/cache'))).toEqual([expect.stringMatching(/^app-/)])
    expect((await troupe(['stop'], { program })).code).toBe(0)
  })

  it('says both when both are asked for, and refuses', async () => {
    const ran = await troupe(['--portable', '--data', join(top, 'x'), 'status'])
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('--portable')])
  })
})

describe('the slim folder', () => {
  it('runs with a Node that NODE names and an empty PATH, and says what is missing without one', async () => {
    const program = join(folder, 'slim/troupe')
    const data = ['--data', join(top, 'slim data')]
    const none = await troupe(['--version'], { program })
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('Install Node 22.12')])
    const options = { program, env: { NODE: process.execPath } }
    await value([...data, 'template', 'use', 'disk-guardian'], options)
    const ran = await troupe([...data, 'run', 'disk-guardian', '--param', `path=${folder}`, '--param', 'min_free_percent=0'], options)
    expect(ran.code, ran.err).toBe(0)
    expect((await troupe([...data, 'stop'], options)).code).toBe(0)
  })
})
