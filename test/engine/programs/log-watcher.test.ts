import { appendFileSync, closeSync, ftruncateSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { begin, plant, rooms, run } from './child.ts'

const LINES = [
  '2026-01-01T10:00:01Z INFO start',
  '2026-01-01T10:00:02Z ERROR no bread',
  '2026-01-01T10:01:00Z WARN low',
  '2026-01-01T10:01:30Z error again',
].join('\n')

describe('log watcher', () => {
  it('[PRG30] counts each pattern, whatever its case, and shows the last lines', async () => {
    const { root, work } = rooms()
    plant(root, { 'a log.log': `${LINES}\n` })
    const { code, out } = await run('log-watcher', [`--path=${join(root, 'a log.log')}`, '--patterns=error,warn,/no (bread|milk)/'], {
      cwd: work,
    })
    expect(code).toBe(0)
    expect(out).toContain('Lines  4, of which 3 match')
    expect(out).toMatch(/ 2 +█+ +error\n +1 +█+░+ +warn\n +1 +█+░+ +\/no \(bread\|milk\)\//)
    expect(out).toMatch(/Last 3 matching lines\n.*no bread\n.*WARN low\n.*error again\n/)
  })

  it('[PRG31] leaves out ignored lines, and reads text from its input', async () => {
    const { work } = rooms()
    const { out } = await run('log-watcher', ['--ignore=bread'], { cwd: work, stdin: LINES })
    expect(out).toContain('Input  ')
    expect(out).toContain('Lines  4, of which 2 match')
    expect(out).not.toContain('no bread')
  })

  it('[PRG32] names the minutes in which it burst', async () => {
    const { work } = rooms()
    const quiet = Array.from({ length: 40 }, (_, minute) => `2026-01-01 09:${String(minute).padStart(2, '0')}:00 error`)
    const burst = Array.from({ length: 60 }, () => 'Nov  3 10:07:12 host app: error')
    const { out } = await run('log-watcher', [], { cwd: work, stdin: [...quiet, ...burst].join('\n') })
    expect(out).toMatch(/11-03 10:07 +60 +burst\n/)
    expect(out).toMatch(/2026-01-01 09:00 +1\n/)
  })

  it('[PRG33] ends with 1 only when the alarm that was set is reached', async () => {
    const { work } = rooms()
    expect((await run('log-watcher', ['--alarm-at=4'], { cwd: work, stdin: LINES })).code).toBe(0)
    const { code, out } = await run('log-watcher', ['--alarm-at=3'], { cwd: work, stdin: LINES })
    expect(code).toBe(1)
    expect(out).toContain('Needs you: 3 matching lines, and the alarm is set to 3.')
  })

  it('[PRG34] with "only new" it goes on where it was, and notices a log that was replaced', async () => {
    const { root, work } = rooms()
    const log = join(root, 'app.log')
    writeFileSync(log, 'error one\n')
    const look = () => run('log-watcher', [`--path=${log}`, '--only-new=true'], { cwd: work })
    expect((await look()).out).toContain('of which 1 match')
    expect((await look()).out).toContain('Nothing new since the last run.')
    appendFileSync(log, 'fine\nerror two\n')
    const second = await look()
    expect(second.out).toContain('Lines  2, of which 1 match')
    expect(second.out).toContain('error two')
    expect(second.out).not.toContain('error one')
    renameSync(log, `${log}.1`)
    writeFileSync(log, 'error three, a line that is longer than all before\n')
    expect((await look()).out).toContain('error three')
  })

  it('[PRG35] reads only the end of a huge log, in little memory, and says so', async () => {
    const { root, work } = rooms()
    const log = join(root, 'huge.log')
    const file = openSync(log, 'w')
    ftruncateSync(file, 3_000_000_000)
    writeSync(file, '\nerror at the end\n', 3_000_000_000)
    closeSync(file)
    const { code, out } = await run('log-watcher', [`--path=${log}`, '--max-mb=2'], { cwd: work, nodeArgs: ['--max-old-space-size=16'] })
    expect(code).toBe(0)
    expect(out).toMatch(/its end \(the first 3\.0 GB was left out\)/)
    expect(out).toContain('of which 1 match')
  })

  it('[PRG36] takes a line without an end as one line', async () => {
    const { work } = rooms()
    const { out } = await run('log-watcher', [], { cwd: work, stdin: `error ${'x'.repeat(1_000_000)} error\nfine` })
    expect(out).toContain('Lines  2, of which 1 match')
  })

  it('[PRG37] looks at the logs of a folder', async () => {
    const { root, work } = rooms()
    plant(root, { 'one.log': 'error\n', 'two.log': 'error\nerror\n', 'image.png': 'error\n' })
    const { out } = await run('log-watcher', [`--path=${root}`], { cwd: work })
    expect(out).toContain('of which 3 match')
    expect(out).not.toContain('image.png')
  })

  it.each([
    ['a file that is not there', ['--path=/nowhere.log'], 3, 'it is not there'],
    ['a wrong expression', ['--patterns=/(/'], 2, 'is not a regular expression'],
    ['a boolean that is none', ['--only-new=perhaps'], 2, '--only-new expects true or false'],
  ])('[PRG38] refuses %s', async (_what, args, exit, words) => {
    const { work } = rooms()
    const { code, err } = await run('log-watcher', args, { cwd: work })
    expect(code).toBe(exit)
    expect(err).toContain(words)
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('[PRG39] ends in order on %s while it waits for input', async (signal, exit) => {
    const { work } = rooms()
    const child = begin('log-watcher', [], { cwd: work })
    child.stdin?.write('error\n')
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    child.kill(signal)
    const { code, err } = await child.ended
    expect(err).toBe('Stopped before the end: the report is not complete.\n')
    expect(code).toBe(exit)
  })
})
