/**
 * sql.js's WASM imports, wrapped: the file traffic of tapped databases is seen, everything else passes straight through. Which import
 * is which is handed in (`names`), since they are minified.
 */
import { TroupeError } from '#core'
import { PAGE_BYTES, type PageFile, type RawFiles } from './page-file.ts'

export interface ImportNames {
  readonly seek: string
  readonly read: string
  readonly write: string
  readonly truncate: string
}

/** WASI's number for an input/output error. */
const EIO = 29

type Import = (...args: unknown[]) => unknown
export interface Call {
  readonly name: string
  readonly args: readonly unknown[]
  readonly result: unknown
  /** The first buffer of an iovec after the call, when the arguments look like one. */
  readonly buffer: Uint8Array | null
  /** The 32-bit word where the last argument points, after the call. */
  readonly out: number
}

/** The part of the WebAssembly interface that is used; TypeScript's own description of it comes only with a browser's. */
export type Imports = Record<string, Record<string, unknown>>
interface WasmMemory {
  readonly buffer: ArrayBuffer
}
export interface WasmInstance {
  readonly exports: Record<string, unknown>
}
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: Imports) => WasmInstance
  readonly Memory: new () => WasmMemory
}
export const wasm = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly

/** The wrapped imports. Untapped files and all other imports pass straight through. */
export class Taps implements RawFiles {
  readonly files = new Map<number, PageFile>()
  names: ImportNames | undefined
  scratch = 0
  interrupt: (() => boolean) | null = null
  readonly #originals = new Map<string, Import>()
  readonly #positions = new Map<number, number>()
  #memory: WasmMemory | undefined
  #calls: Call[] | undefined

  wrap(imports: Imports): Imports {
    const spaces = Object.entries(imports)
    if (spaces.length !== 1) throw unexpected(`sql-wasm.wasm imports from ${spaces.length} modules instead of one`)
    const [space, functions] = spaces[0] as [string, Record<string, unknown>]
    const wrapped: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(functions)) {
      if (typeof value !== 'function') {
        wrapped[name] = value
        continue
      }
      this.#originals.set(name, value as Import)
      wrapped[name] = (...args: unknown[]) => this.#call(name, value as Import, args)
    }
    return { [space]: wrapped }
  }

  attach(instance: WasmInstance): void {
    this.#memory = Object.values(instance.exports).find((value) => value instanceof wasm.Memory)
    if (!this.#memory) throw unexpected('sql-wasm.wasm exports no memory')
  }

  /** Everything that the imports were asked while `act` ran. */
  record(act: () => unknown): readonly Call[] {
    this.#calls = []
    try {
      act()
      return this.#calls
    } finally {
      this.#calls = undefined
    }
  }

  seek(fd: number, offset: number): void {
    const status = this.#original('seek')(fd, BigInt(offset), 0, this.scratch)
    if (status !== 0) throw unexpected(`a seek to ${offset} answered ${String(status)}`)
  }

  read(fd: number, offset: number, into: Uint8Array): number {
    this.seek(fd, offset)
    const buffer = this.scratch + 64
    const words = new Uint32Array(this.#bytes.buffer, this.scratch, 4)
    words[0] = buffer
    words[1] = Math.min(into.length, PAGE_BYTES)
    const status = this.#original('read')(fd, this.scratch, 1, this.scratch + 8)
    if (status !== 0) throw unexpected(`a read at ${offset} answered ${String(status)}`)
    const count = new Uint32Array(this.#bytes.buffer, this.scratch, 4)[2] as number
    into.set(this.#bytes.subarray(buffer, buffer + count))
    return count
  }

  get #bytes(): Uint8Array {
    return new Uint8Array((this.#memory as WasmMemory).buffer)
  }

  #original(what: 'seek' | 'read' | 'write' | 'truncate'): Import {
    return this.#originals.get(this.names?.[what] ?? '') as Import
  }

  #call(name: string, original: Import, args: unknown[]): unknown {
    const { names } = this
    if (names !== undefined && this.files.size > 0) {
      const fd = args[0] as number
      if (name === names.seek) this.#positions.set(fd, Number(args[1]))
      else if (name === names.read && this.interrupt?.()) return EIO
      else if (name === names.write) this.#beforeWrite(fd, args)
      else if (name === names.truncate) this.files.get(fd)?.beforeTruncate(Number(args[1]))
    }
    const result = original(...args)
    if (this.#calls) this.#calls.push({ name, args, result, ...this.#look(args) })
    return result
  }

  #beforeWrite(fd: number, args: readonly unknown[]): void {
    const file = this.files.get(fd)
    if (!file) return
    const offset = this.#positions.get(fd) ?? -1
    const vectors = new Uint32Array(this.#bytes.buffer, args[1] as number, 2)
    file.beforeWrite(offset, args[2] === 1 ? (vectors[1] as number) : -1)
    this.seek(fd, offset)
  }

  #look(args: readonly unknown[]): { buffer: Uint8Array | null; out: number } {
    const bytes = this.#bytes
    const word = (at: unknown): number =>
      typeof at === 'number' && at > 0 && at % 4 === 0 && at + 4 <= bytes.length ? (new Uint32Array(bytes.buffer, at, 1)[0] as number) : -1
    const start = word(args[1])
    const length = typeof args[1] === 'number' ? word(args[1] + 4) : -1
    const plausible = start > 0 && length > 0 && length <= 1 << 20 && start + length <= bytes.length
    return { buffer: plausible ? bytes.slice(start, start + length) : null, out: word(args.at(-1)) }
  }
}

export function unexpected(what: string, cause?: unknown): TroupeError {
  return new TroupeError('INTERNAL', `sql.js does not behave as the store needs it: ${what}.`, {
    cause,
    hint: 'Use the sql.js version that package.json pins (1.16.0), with its own sql-wasm.wasm.',
  })
}
