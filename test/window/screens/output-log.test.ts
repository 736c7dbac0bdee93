// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { createPump, SLICE_CHARS } from '../../../src/parts/terminal/pump.ts'
import { OutputLog } from '../../../src/screens/run/output-log.ts'

const out = (text: string) => ({ stream: 'stdout' as const, text })

describe('the output log', () => {
  it('keeps lines up to its bound and says how many went', () => {
    const log = new OutputLog(10, 1_000_000)
    for (let line = 0; line < 25; line++) log.append([out(`line ${line}\n`)])
    expect(log.lines).toBe(10)
    expect(log.droppedLines).toBe(15)
    expect(log.text().startsWith('line 15\n')).toBe(true)
  })

  it('is bounded by characters too, but never drops its newest piece', () => {
    const log = new OutputLog(1000, 100)
    log.append([out('a'.repeat(90)), out('b'.repeat(500))])
    expect(log.text()).toBe('b'.repeat(500))
  })

  it('lets a reader notice that the log ran away under it', () => {
    const log = new OutputLog(2, 1_000_000)
    log.append([out('1\n'), out('2\n'), out('3\n'), out('4\n')])
    const found = log.read(0)
    expect(found).toMatchObject({ at: 2, next: 3, chunk: { text: '3\n' } })
    expect(log.read(4)).toBeNull()
  })
})

describe('the pump into the terminal', () => {
  const setUp = () => {
    const log = new OutputLog()
    const written: string[] = []
    const waiting: (() => void)[] = []
    const pump = createPump(log, (text, done) => {
      written.push(text)
      waiting.push(done)
    })
    log.onAppend(pump.poke)
    return { log, pump, written, take: () => waiting.shift()?.() }
  }

  it('writes one slice at a time', () => {
    const { log, written, take } = setUp()
    for (let i = 0; i < 4; i++) log.append([out('x'.repeat(SLICE_CHARS))])
    expect(written).toHaveLength(1)
    take()
    expect(written).toHaveLength(2)
    take()
    take()
    take()
    expect(written.join('')).toBe(log.text())
  })

  it('writes nothing while paused, and everything after', () => {
    const { log, pump, written, take } = setUp()
    log.append([out('a')])
    pump.pause(true)
    take()
    log.append([out('b'), out('c')])
    expect(written).toEqual(['a'])
    pump.pause(false)
    expect(written).toEqual(['a', 'bc'])
  })

  it('pauses while idle', () => {
    const { log, pump, written } = setUp()
    pump.pause(true)
    log.append([out('a')])
    expect(written).toEqual([])
    pump.pause(false)
    expect(written).toEqual(['a'])
  })

  it('paints standard error, unless it has colours of its own', () => {
    const { log, written, take } = setUp()
    log.append([{ stream: 'stderr', text: 'bad' }])
    take()
    log.append([{ stream: 'stderr', text: '\x1b[32mgood' }])
    expect(written).toEqual(['\x1b[31mbad\x1b[39m', '\x1b[32mgood'])
  })
})
