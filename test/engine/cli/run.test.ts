import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { EngineStatus, RunDetail, RunEvent, RunRow } from '#contract'
import { fixture, newPlace, until } from './troupe.ts'

const place = newPlace()
const runs = (...args: string[]) => place.value<{ rows: RunRow[]; total: number }>(['runs', ...args])
const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent & { run?: RunRow })

beforeAll(async () => {
  await place.troupe(fixture('Hello', 'say.mjs', 'hello {{input}}', '--err', 'careful'))
  await place.troupe(fixture('Fails', 'say.mjs', 'no luck', '--exit', '7'))
  await place.troupe(fixture('Sleeper', 'sleep.mjs', '600000'))
  await place.troupe(fixture('Counter', 'count.mjs', '40', '25'))
})

describe('runs from the command line', () => {
  it('[CLI50] output goes raw to stdout and stderr, notices to stderr, and the end state is the exit code', async () => {
    const good = await place.troupe(['run', 'hello', '--input', 'wörld'])
    expect([good.code, good.out]).toEqual([0, 'hello wörld\n'])
    expect(good.err).toMatch(/^careful\n✓ succeeded in \d[\d.]* s · run_[0-9a-z]{16}\n$/)
    const bad = await place.troupe(['run', 'fails'])
    expect([bad.code, bad.out]).toEqual([1, 'no luck\n'])
    expect(bad.err).toMatch(/✗ failed in .*\n {2}.*7/)
    expect((await place.troupe(['run', 'hello', '-q'])).err).toBe('careful\n')
  })

  it('[CLI51] the input comes from an option, from standard input, or from a file', async () => {
    expect((await place.troupe(['run', 'hello', '-q', '--input', '-'], { stdin: 'from a pipe' })).out).toBe('hello from a pipe\n')
    writeFileSync(join(place.folder, 'in.txt'), 'from a file')
    expect((await place.troupe(['run', 'hello', '-q', '--input-file', 'in.txt'])).out).toBe('hello from a file\n')
  })

  it('[CLI52] parameters are given by name, and a wrong one is refused', async () => {
    await place.troupe(['template', 'use', 'disk-guardian'])
    const good = await place.troupe([
      'run',
      'disk-guardian',
      '-q',
      '-p',
      `path=${place.folder}`,
      '-p',
      'min_free_percent=0',
      '--priority',
      'high',
    ])
    expect([good.code, good.out.split('\n')[0]]).toEqual([0, `Disk guardian: ${place.folder}`])
    const wrong = await place.troupe(['run', 'disk-guardian', '-p', 'pfad=/'])
    expect([wrong.code, wrong.out]).toEqual([2, ''])
    expect(wrong.err).toContain('pfad')
    expect((await place.troupe(['run', 'disk-guardian', '-p', 'top=many'])).code).toBe(2)
    expect((await place.troupe(['run', 'hello', '--revision', '99'])).code).toBe(2)
  })

  it('[CLI53] with --json it is a line for each event, numbered without a gap, and the run at the end', async () => {
    const { code, out } = await place.troupe(['run', 'hello', '--input', 'x', '--json'])
    expect(code).toBe(0)
    const events = lines(out)
    expect(events.slice(0, -1).map(({ seq }) => seq)).toEqual(events.slice(0, -1).map((_, index) => index + 1))
    expect(events.at(-1)).toMatchObject({ kind: 'end', run: { state: 'succeeded', exitCode: 0 } })
    expect(events.some((event) => event.kind === 'output' && event.text === 'hello x\n')).toBe(true)
  })

  it('[CLI54] Ctrl+C cancels the run and ends with 130', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const child = place.begin(['run', 'sleeper'], { stdin: '' })
      await until(() => child.said().includes('sleeping'))
      child.kill(signal)
      const { code, err } = await child.ended
      expect(err).toMatch(/Cancelling the run …[\s\S]*– cancelled in /)
      expect(code).toBe(130)
      expect((await runs('--limit', '1')).rows[0]).toMatchObject({ state: 'cancelled', personaName: 'Sleeper' })
    }
  })

  it('[CLI55] --detach only queues it; logs, cancel and show find it by id, by a beginning, or as the last', async () => {
    const { code, out } = await place.troupe(['run', 'sleeper', '--detach'])
    const id = out.trim()
    expect([code, /^run_[0-9a-z]{16}$/.test(id)]).toEqual([0, true])
    await until(async () => (await place.troupe(['logs', id])).out === 'sleeping\n')
    const follower = place.begin(['logs', 'last', '--follow'], { stdin: '' })
    await until(() => follower.said().includes('sleeping'))
    expect((await place.troupe(['cancel', id.slice(4, 12)])).code).toBe(0)
    expect((await follower.ended).code).toBe(130)
    const late = await place.troupe(['cancel', id])
    expect([late.code, late.out]).toEqual([4, ''])
    const shown = await place.value<RunDetail>(['show', id])
    expect(shown.run.state).toBe('cancelled')
    expect((await place.troupe(['show', 'last'])).out).toMatch(/^Sleeper {2}– cancelled: /)
    expect((await place.troupe(['show', 'run_0000000000000000'])).code).toBe(2)
    expect((await place.troupe(['logs', 'zzz'])).err).toContain('There is no run "zzz".')
  })

  it('[CLI56] leaving a followed log cancels nothing', async () => {
    const id = (await place.troupe(['run', 'sleeper', '-d'])).out.trim()
    const follower = place.begin(['logs', id, '-f'], { stdin: '' })
    await until(() => follower.said().includes('sleeping'))
    follower.kill('SIGINT')
    expect((await follower.ended).code).toBe(130)
    expect((await place.value<RunDetail>(['show', id])).run.state).toBe('running')
    await place.troupe(['cancel', id])
  })

  it('[CLI57] logs begin at any number', async () => {
    const id = (await place.troupe(['run', 'counter', '--json'])).out
    const events = lines(id)
    const runId = events.at(-1)?.run?.id ?? ''
    const whole = events.slice(0, -1)
    const from = (whole.length >> 1) + 1
    const { code, out } = await place.troupe(['logs', runId, '--from-seq', String(from), '--json'])
    expect(code).toBe(0)
    expect(lines(out).filter(({ kind }) => (kind as string) !== 'end')).toEqual(whole.slice(from - 1))
    expect((await place.troupe(['logs', runId, '--from-seq', '99999'])).code).toBe(0)
    expect((await place.troupe(['logs', runId])).out).toMatch(/^line 1\n(line \d+\n){38}line 40\n$/)
  })

  it('[CLI58] again repeats a run with its input, and names it', async () => {
    await place.troupe(['run', 'hello', '--input', 'once more'])
    const [first] = (await runs('--limit', '1')).rows
    const again = await place.troupe(['again', 'last', '-q'])
    expect([again.code, again.out]).toEqual([0, 'hello once more\n'])
    expect((await runs('--limit', '1')).rows[0]?.againOf).toBe(first?.id)
  })

  it('[CLI59] runs are filtered by state, persona, time and text, and cut at the limit', async () => {
    expect((await runs('--state', 'failed')).rows.every((run) => run.state === 'failed')).toBe(true)
    expect(new Set((await runs('--persona', 'hello')).rows.map((run) => run.personaName))).toEqual(new Set(['Hello']))
    expect((await runs('--text', 'wörld')).rows).toHaveLength(1)
    expect((await runs('--since', '2050-01-01')).total).toBe(0)
    expect((await runs('--since', '1h')).total).toBeGreaterThan(5)
    const cut = await place.troupe(['runs', '-n', '2'])
    expect(cut.out).toMatch(/^State +Persona .*\n.*\n.*\n… \d+ more; --limit shows them\.\n$/)
    expect(cut.out).not.toContain('\u001b')
  })

  it('[CLI60] following survives the end of the engine, and loses no line when another takes over', async () => {
    const other = newPlace()
    await other.troupe(fixture('Counter', 'count.mjs', '400', '25'))
    const child = other.begin(['run', 'counter', '--json'], { stdin: '' })
    await until(() => child.said().includes('line 3\\n'))
    const { pid } = await other.value<EngineStatus>(['status'])
    process.kill(pid, 'SIGKILL')
    await until(async () => (await other.troupe(['persona', 'list'])).code === 0)
    // Nobody knows how the program ended, so the run waits for a person, and its follower with it.
    const row = async () => (await other.value<{ rows: RunRow[] }>(['runs'])).rows[0]
    await until(async () => (await row())?.state === 'parked')
    const parked = await row()
    expect(parked?.reason?.code).toBe('unknown-outcome')
    expect((await other.troupe(['cancel', parked?.id ?? ''])).code).toBe(0)
    const { code, out, err } = await child.ended
    const events = lines(out)
    expect(events.at(-1)?.run?.state).toBe('cancelled')
    expect(code).toBe(130)
    expect(err).toContain('The connection to the engine was lost')
    const seen = events.slice(0, -1).map(({ seq }) => seq)
    expect(seen).toEqual(seen.map((_, index) => index + 1))
  })

  it('[CLI62] a slow reader gets every byte', async () => {
    const lines = 60_000
    const script = `for (let n = 1; n <= ${lines}; n++) process.stdout.write(String(n).padStart(40, '0') + '\\n')`
    await place.troupe(['persona', 'create', '--name', 'Long', '--command', process.execPath, '--arg=-e', `--arg=${script}`])
    const child = place.begin(['run', 'long', '-q'], { stdin: '' })
    child.stdout?.pause()
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    child.stdout?.resume()
    const { code, out } = await child.ended
    expect(code).toBe(0)
    expect(out.length).toBe(lines * 41)
    expect(out.endsWith(`${String(lines).padStart(40, '0')}\n`)).toBe(true)
  })

  it('[CLI61] an engine that stays away is told as unreachable, with the command that goes on', async () => {
    const other = newPlace()
    await other.troupe(fixture('Sleeper', 'sleep.mjs', '600000'))
    const child = other.begin(['run', 'sleeper'], { stdin: '' })
    await until(() => child.said().includes('sleeping'))
    const { pid } = await other.value<EngineStatus>(['status'])
    process.kill(pid, 'SIGKILL')
    const { code, err } = await child.ended
    expect(code).toBe(3)
    expect(err).toMatch(/Go on with: troupe logs run_\w+ --follow --from-seq \d+/)
    // The next engine ends what the dead one left running, and asks the person how the program ended.
    const [row] = (await other.value<{ rows: RunRow[] }>(['runs'])).rows
    expect([row?.state, row?.reason?.code]).toEqual(['parked', 'unknown-outcome'])
  })
})
