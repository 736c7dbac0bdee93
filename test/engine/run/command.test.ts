import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { closeBenches, command, dense, openBench, program, textOf } from './bench.ts'

afterEach(closeBenches)

describe('the command body', () => {
  it('[RUN1] runs a program: row durable, running, events numbered from 1, terminal state last', async () => {
    const bench = await openBench()
    const id = bench.persona(command('say.mjs', ['hello', '--err', 'oops']))
    const row = await bench.start(id, { input: 'x' })
    expect(row.state).toBe('running')
    const events = await bench.events(row.id)
    expect(dense(events)).toBe(true)
    expect(events.slice(0, 2).map((event) => event.kind === 'state' && event.state)).toEqual(['queued', 'running'])
    expect(events.at(-1)).toMatchObject({ kind: 'state', state: 'succeeded', reason: { code: 'done' } })
    expect(textOf(events, 'stdout')).toBe('hello\n')
    expect(textOf(events, 'stderr')).toBe('oops\n')
    const detail = await bench.runs.get(row.id)
    expect(detail.run).toMatchObject({
      state: 'succeeded',
      exitCode: 0,
      costUsd: 0,
      costKnown: true,
      lastSeq: events.at(-1)?.seq,
      cutBytes: 0,
      revision: 1,
    })
    expect(detail.steps).toHaveLength(1)
    expect(detail.steps[0]).toMatchObject({
      n: 1,
      kind: 'command',
      state: 'done',
      detail: { exitCode: 0, argv: [process.execPath, program('say.mjs'), 'hello', '--err', 'oops'] },
    })
    expect(detail.result).toContain('hello\n')
    expect(detail.input).toBe('x')
    const announced = bench.announced.filter((line) => line.includes(row.id)).map((line) => line.split(' ').at(-1))
    expect(announced).toEqual(['started', 'running', 'succeeded'])
  })

  it('[RUN30] fills in parameters, and hands the input over on standard input', async () => {
    const bench = await openBench()
    const id = bench.persona({ ...command('echo-input.mjs'), parameters: [{ name: 'who' }] })
    const row = await bench.start(id, { input: 'Grüße\n'.repeat(50_000) })
    expect(textOf(await bench.events(row.id))).toBe('Grüße\n'.repeat(50_000))
  })

  it('[RUN31] exit codes decide, and the reason says which', async () => {
    const bench = await openBench()
    const bad = await bench.start(bench.persona(command('say.mjs', ['--err', 'no disk left', '--exit', '3'])))
    expect(await bench.ended(bad.id)).toMatchObject({ state: 'failed', exitCode: 3, reason: { code: 'exit-code' } })
    const { run, steps } = await bench.runs.get(bad.id)
    expect(run.reason?.message).toBe('no disk left (say.mjs ended with exit code 3; 0 counts as success.)')
    expect(steps[0]?.title).toBe('say.mjs')
    const silent = await bench.start(bench.persona(command('say.mjs', ['--exit', '4'])))
    expect((await bench.ended(silent.id)).reason?.message).toBe('say.mjs ended with exit code 4; 0 counts as success.')
    const good = await bench.start(bench.persona(command('say.mjs', ['--exit', '3'], { okExitCodes: [0, 3] })))
    expect(await bench.ended(good.id)).toMatchObject({ state: 'succeeded', exitCode: 3 })
  })

  it('[RUN31] of a Node that crashed the reason begins with the error, not with its last line', async () => {
    const bench = await openBench()
    const script =
      "const colour = (text) => '\\u001b[31m' + text + '\\u001b[0m'; throw Object.assign(new Error(colour('no disk')), { code: 'X' })"
    const row = await bench.start(bench.persona({ name: 'x', body: { kind: 'command', program: process.execPath, args: ['-e', script] } }))
    expect((await bench.ended(row.id)).reason?.message).toBe('Error: no disk (node ended with exit code 1; 0 counts as success.)')
  })

  it('[RUN32] a signal that we did not send is a failure with its name', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('end-itself.mjs', ['SIGKILL'])))
    const ended = await bench.ended(row.id)
    expect(ended).toMatchObject({ state: 'failed', exitCode: null, reason: { code: 'signal' } })
    expect(ended.reason?.message).toContain('SIGKILL')
  })

  it('[RUN33] a program or a folder that is missing is said in a sentence', async () => {
    const bench = await openBench()
    const reasonOf = async (body: Record<string, unknown>) => {
      const row = await bench.start(bench.persona({ name: 'x', body: { kind: 'command', program: '', ...body } }))
      const ended = await bench.ended(row.id)
      expect(ended).toMatchObject({ state: 'failed', reason: { code: 'spawn' }, exitCode: null })
      return ended.reason?.message
    }
    expect(await reasonOf({ program: 'no-such-program-here' })).toBe(
      'The program "no-such-program-here" was not found on the PATH. Install it, or write its absolute path into the persona.',
    )
    expect(await reasonOf({ program: '/no/such/program' })).toContain('does not exist')
    expect(await reasonOf({ program: '' })).toContain('No program is set')
    expect(await reasonOf({ program: 'true', cwd: '/no/such/folder' })).toContain('The working folder "/no/such/folder"')
    const plain = join(bench.folder, 'plain.txt')
    await writeFile(plain, 'x', { mode: 0o600 })
    expect(await reasonOf({ program: plain })).toContain('may not be executed')
  })

  it('[RUN34] the environment is an allow list, the document’s own variables and our marks; no key reaches a child', async () => {
    process.env.TROUPE_TEST_KEY = 'test-key'
    process.env.LC_TIME = 'C'
    try {
      const bench = await openBench()
      const id = bench.persona(command('show-environment.mjs', [], { env: { OWN: 'yes', TROUPE_RUN: 'forged', TROUPE_ENGINE: 'forged' } }))
      const row = await bench.start(id)
      const seen = JSON.parse(textOf(await bench.events(row.id))) as { cwd: string; env: Record<string, string> }
      expect(seen.cwd).toBe(join(bench.folder, 'workspaces', id))
      expect(seen.env).toMatchObject({ PATH: process.env.PATH, LC_TIME: 'C', OWN: 'yes', TROUPE_RUN: row.id })
      expect(seen.env.TROUPE_ENGINE).toMatch(/^[0-9a-f]{16}:[0-9a-f]{16}$/)
      const allowed =
        /^(PATH|HOME|LANG|LANGUAGE|LC_.*|TMPDIR|TERM|USER|LOGNAME|SHELL|TZ|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS|OWN|TROUPE_RUN|TROUPE_ENGINE)$/
      expect(Object.keys(seen.env).filter((name) => !allowed.test(name))).toEqual([])
    } finally {
      delete process.env.TROUPE_TEST_KEY
      delete process.env.LC_TIME
    }
  })

  it('[RUN35] signs that arrive byte by byte come out whole', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('split-signs.mjs', ['Grüße, 世界 🎭!'])))
    const events = await bench.events(row.id)
    expect(textOf(events)).toBe('Grüße, 世界 🎭!')
  })

  it('[RUN36] a long line is cut at a whole sign, said once, and counted', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('long-lines.mjs', ['1001'], { limits: { lineBytes: 1001 } })))
    const events = await bench.events(row.id)
    expect(textOf(events)).toBe(`before\n${'ü'.repeat(500)}\nafter\n`)
    expect(events.filter((event) => event.kind === 'notice').map((event) => event.kind === 'notice' && event.code)).toEqual(['line-cut'])
    expect((await bench.ended(row.id)).cutBytes).toBe(501 * 2)
  })

  it('[RUN37] the output cap drops what follows, says it once, counts it, and lets the program finish', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('flood.mjs', ['1000000'], { limits: { outputBytes: 10_000 } })))
    const events = await bench.events(row.id)
    expect(textOf(events)).toHaveLength(10_000)
    expect(events.filter((event) => event.kind === 'notice').map((event) => event.kind === 'notice' && event.code)).toEqual(['output-cut'])
    const { run, result } = await bench.runs.get(row.id)
    const printed = Math.ceil(1_000_000 / 65_500) * 65_500 + 'the last line\n'.length
    expect(run).toMatchObject({ state: 'succeeded', cutBytes: printed - 10_000 })
    expect(result.endsWith('the last line\n')).toBe(true)
    expect(Buffer.byteLength(result)).toBeLessThanOrEqual(16 * 1024)
    expect(run.resultPreview.length).toBeLessThanOrEqual(240)
  })
})
