/**
 * Carries a child's standard output and error into the run: without secrets, whole signs, line cap, output cap, and backpressure:
 * while too much is on its way to the disk the pipes are not read, so the child waits, and memory stays small.
 */
import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { LineCap } from './line-cap.ts'
import { Tail } from './tail.ts'
import type { ThreadIo } from './thread-io.ts'
import { WholeSigns } from './whole-signs.ts'

/** How Node ends after an error that nobody caught: the error, its stack, its fields, and its own version as the last line. */
const NODE_CRASH = /^(.+)\n +at [\s\S]*\nNode\.js v\d\S*$/m

type StreamName = 'stdout' | 'stderr'

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

export class Pump {
  readonly #io: ThreadIo
  readonly #lineBytes: number
  readonly #tail: Tail
  readonly #errors = new Tail(4096)
  readonly #sources: Readable[] = []
  #held = false

  constructor(io: ThreadIo, lineBytes: number, tailBytes: number) {
    this.#io = io
    this.#lineBytes = lineBytes
    this.#tail = new Tail(tailBytes)
  }

  attach(source: Readable, name: StreamName): void {
    const clean = this.#io.redactor.stream()
    const signs = new WholeSigns()
    const lines = new LineCap(this.#lineBytes)
    this.#sources.push(source)
    const take = (bytes: Buffer): void => {
      this.#tail.push(bytes)
      if (name === 'stderr') this.#errors.push(bytes)
      if (this.#io.full) this.#io.drop(bytes.length, 'output')
      else this.#take(signs.push(bytes), lines, name)
    }
    source.on('data', (chunk: Buffer) => {
      take(asBuffer(clean.push(chunk)))
      if (this.#io.busy) void this.#hold()
    })
    source.on('end', () => {
      take(asBuffer(clean.end()))
      this.#take(signs.end(), lines, name)
    })
    // A pipe that breaks has ended; the exit code says the rest.
    source.on('error', () => undefined)
  }

  /** The last bytes of both streams as they came. */
  result(): string {
    return this.#tail.text()
  }

  /** The last line of the child's standard error that says something, in plain signs and shortened; empty when there is none. */
  lastError(): string {
    const text = stripVTControlCharacters(this.#errors.text()).trimEnd()
    const last = NODE_CRASH.exec(text)?.[1] ?? text.split(/[\r\n]+/).at(-1) ?? ''
    return last.trim().slice(0, 300).toWellFormed()
  }

  /** Stops reading for good: what still holds the pipes open is not waited for. */
  close(): void {
    for (const source of this.#sources) source.destroy()
  }

  #take(bytes: Buffer, lines: LineCap, name: StreamName): void {
    const { kept, dropped } = lines.push(bytes)
    for (const slice of kept) this.#io.output(name, slice.toString('utf8'))
    this.#io.drop(dropped, 'line')
  }

  async #hold(): Promise<void> {
    if (this.#held) return
    this.#held = true
    for (const source of this.#sources) source.pause()
    await this.#io.drained()
    this.#held = false
    for (const source of this.#sources) source.resume()
  }
}
