import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunEvent } from '#contract'
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { boundDetail } from '../../extensions/engine/run/bound-detail.ts'
import { follow } from '../../extensions/engine/run/stream/follow.ts'
import { LogFile } from '../../extensions/engine/run/stream/log-file.ts'
import { LogReader } from '../../extensions/engine/run/stream/log-reader.ts'
import { RunStream } from '../../extensions/engine/run/stream/run-stream.ts'
import { LineCap } from '../../extensions/engine/run/thread/line-cap.ts'
import { Tail } from '../../extensions/engine/run/thread/tail.ts'
import { WholeSigns } from '../../extensions/engine/run/thread/whole-signs.ts'

const SIGNS = fc.constantFrom('a', '\n', 'ü', '世', '🎭', ' ', '\r\n')
const text = fc.array(SIGNS, { maxLength: 200 }).map((signs) => signs.join(''))
const cuts = fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 20 })

/** The bytes in chunks of the given sizes, over and over. */
function* chunked(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] as number
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** A slow clear twin of the line cap: sign by sign. */
function capped(whole: string, maxBytes: number): { text: string; dropped: number } {
  let kept = ''
  let dropped = 0
  for (const [n, line] of whole.split('\n').entries()) {
    if (n > 0) kept += '\n'
    let length = 0
    let full = false
    for (const sign of line) {
      const bytes = Buffer.byteLength(sign)
      full ||= length + bytes > maxBytes
      if (full) dropped += bytes
      else {
        kept += sign
        length += bytes
      }
    }
  }
  return { text: kept, dropped }
}

describe('output on its way', () => {
  it('[RUN35] signs split anywhere come out whole', () => {
    fc.assert(
      fc.property(text, cuts, (whole, sizes) => {
        const signs = new WholeSigns()
        let out = ''
        for (const chunk of chunked(Buffer.from(whole), sizes)) out += signs.push(chunk).toString('utf8')
        expect(out + signs.end().toString('utf8')).toBe(whole)
      }),
      { numRuns: 1000 },
    )
  })

  it('[RUN35] bytes that are no UTF-8 are neither lost nor held back for ever', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), cuts, (bytes, sizes) => {
        const signs = new WholeSigns()
        const out: Buffer[] = []
        for (const chunk of chunked(Buffer.from(bytes), sizes)) out.push(Buffer.from(signs.push(chunk)))
        out.push(signs.end())
        expect(Buffer.concat(out)).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it('[RUN36] the line cap agrees with its slow twin, however the bytes arrive', () => {
    fc.assert(
      fc.property(text, cuts, fc.integer({ min: 4, max: 40 }), (whole, sizes, maxBytes) => {
        const signs = new WholeSigns()
        const cap = new LineCap(maxBytes)
        let out = ''
        let dropped = 0
        const take = (bytes: Buffer): void => {
          const answer = cap.push(bytes)
          out += Buffer.concat(answer.kept).toString('utf8')
          dropped += answer.dropped
        }
        for (const chunk of chunked(Buffer.from(whole), sizes)) take(signs.push(chunk))
        take(signs.end())
        expect({ text: out, dropped }).toEqual(capped(whole, maxBytes))
      }),
      { numRuns: 2000 },
    )
  })

  it('[RUN37] the tail is the end of what came, in whole signs', () => {
    fc.assert(
      fc.property(text, cuts, fc.integer({ min: 4, max: 64 }), (whole, sizes, maxBytes) => {
        const tail = new Tail(maxBytes)
        for (const chunk of chunked(Buffer.from(whole), sizes)) tail.push(chunk)
        const out = tail.text()
        expect(whole.endsWith(out)).toBe(true)
        expect(Buffer.byteLength(out)).toBeLessThanOrEqual(maxBytes)
        if (Buffer.byteLength(whole) > maxBytes) expect(Buffer.byteLength(out)).toBeGreaterThan(maxBytes - 4)
        else expect(out).toBe(whole)
      }),
      // Found: one chunk larger than the tail, cut within a sign.
      { numRuns: 1000, examples: [['世aa', [5], 4]] },
    )
  })

  it('[RUN17] a detail is never larger than its bound, is JSON, and says what was cut', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), fc.integer({ min: 400, max: 4000 }), (detail, max) => {
        const bounded = boundDetail(detail, max)
        expect(Buffer.byteLength(JSON.stringify(bounded))).toBeLessThanOrEqual(max)
        if (Buffer.byteLength(JSON.stringify(detail)) <= max) expect(bounded).toEqual(JSON.parse(JSON.stringify(detail)))
        else expect(bounded.cutBytes).toBeGreaterThan(0)
      }),
    )
  })
})

describe('the log', () => {
  it('[RUN16] cut anywhere, it is opened at its last whole line, and reading from any number answers exactly what follows', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'troupe-log-'))
    try {
      const sizes = fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 60 })
      await fc.assert(
        fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (lengths, cut, from) => {
          const events: RunEvent[] = lengths.map((length, n) => ({
            seq: n + 1,
            at: n,
            kind: 'output',
            stream: 'stdout',
            text: 'ü'.repeat(length),
          }))
          const lines = events.map((event) => `${JSON.stringify(event)}\n`)
          const whole = Buffer.from(lines.join(''))
          const path = join(folder, 'log.jsonl')
          const kept = whole.subarray(0, cut % (whole.length + 1))
          await writeFile(path, kept)
          const { log, end } = await LogFile.open(path)
          let complete = 0
          for (let bytes = 0; complete < lines.length; complete++) {
            bytes += Buffer.byteLength(lines[complete] as string)
            if (bytes > kept.length) break
          }
          expect(end.lastLine === undefined ? 0 : (JSON.parse(end.lastLine) as RunEvent).seq).toBe(complete)
          await log.append(Buffer.from(lines.slice(complete).join('')))
          const first = (from % lengths.length) + 1
          const reader = new LogReader(path)
          const read: RunEvent[] = []
          for (;;) {
            const some = await reader.read((read.at(-1)?.seq ?? first - 1) + 1, log.bytes)
            if (some.length === 0) break
            read.push(...some)
          }
          await reader.close()
          await log.close()
          expect(read.map((event) => event.seq)).toEqual(events.slice(first - 1).map((event) => event.seq))
          expect(read).toEqual(events.slice(first - 1))
        }),
        { numRuns: 60 },
      )
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe('a stream under load', () => {
  it('[RUN10] followers of any speed, from any number, see every number once, while events keep coming', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'troupe-stream-'))
    let count = 0
    try {
      const sizes = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 20, maxLength: 120 })
      const followers = fc.array(fc.record({ from: fc.integer({ min: 1, max: 20 }), every: fc.integer({ min: 1, max: 9 }) }), {
        minLength: 1,
        maxLength: 4,
      })
      await fc.assert(
        fc.asyncProperty(sizes, followers, async (lengths, who) => {
          const log = makeLogger('test', () => undefined)
          const stream = new RunStream(join(folder, `${++count}.jsonl`), { clock: systemClock, log, written: () => undefined })
          stream.release()
          const seen = who.map(async ({ from, every }) => {
            const numbers: number[] = []
            for await (const { events } of follow(stream, from, systemClock, new AbortController().signal)) {
              numbers.push(...events.map((event) => event.seq))
              if (numbers.length % every === 0) await new Promise((resolve) => setTimeout(resolve, every))
            }
            return numbers
          })
          for (const [n, length] of lengths.entries()) {
            stream.append([{ kind: 'output', stream: 'stdout', text: 'x'.repeat(length) }])
            if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
          }
          await stream.end({ kind: 'state', state: 'succeeded', reason: { code: 'done', message: '' } }, 1)
          const last = lengths.length + 1
          for (const [index, numbers] of (await Promise.all(seen)).entries()) {
            const from = who[index]?.from ?? 1
            expect(numbers).toEqual(Array.from({ length: last - from + 1 }, (_, n) => from + n))
          }
        }),
        { numRuns: 40 },
      )
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
