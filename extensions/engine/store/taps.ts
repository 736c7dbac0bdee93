/**
 * sql.js's WASM imports, wrapped: the files of tapped databases are ours (page-file.ts) and Emscripten's file system never sees their
 * bytes; everything else passes straight through. Which import is which is handed in (`names`), since they are minified.
 */
import { TroupeError } from '#core'
import type { PageFile } from './page-file.ts'

export interface ImportNames {
  readonly seek: string
  readonly read: string
  readonly write: string
  readonly truncate: string
  readonly stat: string
}

/** WASI's number for an input/output error. */
const EIO = 29
/** In Emscripten's struct stat. */
const STAT_SIZE_AT = 24

type Import = (...args: unknown[]) => unknown
type FileImport = (fd: number, a: number | bigint, b: number, c: number) => unknown
export interface Call {
  readonly name: string
  readonly args: readonly unknown[]
  readonly result: unknown
  /** The first buffer of an iovec after the call, when the arguments look like one. */
  readonly buffer: Uint8Array | null
  /** The 32-bit word where the last argument points, after the call. */
  readonly out: number
  /** The 64-bit word 24 bytes behind that, which is a file's size in a struct stat. */
  readonly size: bigint
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
  compile(bytes: Uint8Array): Promise<object>
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: Imports) => WasmInstance
  readonly Memory: new () => WasmMemory
}
export const wasm = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly

export class Taps {
  /** Set before the first file is opened. */
  names: ImportNames | undefined
  interrupt: (() => boolean) | null = null
  readonly #files = new Map<number, PageFile>()
  /** The file that is being opened: the next descriptor that is not known yet is its own. */
  #opening: PageFile | null = null
  #memory: WasmMemory | undefined
  #view = new DataView(new ArrayBuffer(0))
  #bytes = new Uint8Array(0)
  #calls: Call[] | undefined

  wrap(imports: Imports): Imports {
    const spaces = Object.entries(imports)
    if (spaces.length !== 1) throw unexpected(`sql-wasm.wasm imports from ${spaces.length} modules instead of one`)
    const [space, functions] = spaces[0] as [string, Record<string, unknown>]
    const wrapped = Object.fromEntries(
      Object.entries(functions).map(([name, value]) => [name, typeof value === 'function' ? this.#wrapped(name, value as Import) : value]),
    )
    return { [space]: wrapped }
  }

  attach(instance: WasmInstance): void {
    this.#memory = Object.values(instance.exports).find((value) => value instanceof wasm.Memory)
    if (!this.#memory) throw unexpected('sql-wasm.wasm exports no memory')
  }

  /** Memory as it is now: it moves when it grows. */
  get bytes(): Uint8Array {
    this.#look()
    return this.#bytes
  }

  get view(): DataView {
    this.#look()
    return this.#view
  }

  /** While `act` runs, the file that it opens is this one; answers what gives its descriptor back. */
  opening(file: PageFile, act: () => void): () => void {
    this.#opening = file
    try {
      act()
    } finally {
      this.#opening = null
    }
    const fds = [...this.#files].filter(([, one]) => one === file).map(([fd]) => fd)
    if (fds.length !== 1) throw unexpected(`opening a database used ${fds.length} files`)
    return () => void this.#files.delete(fds[0] as number)
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

  #wrapped(name: string, original: Import): Import {
    // Known names are wrapped once and for all; without them every import is watched, until calibration knows.
    const { names } = this
    const kind = (Object.keys(names ?? {}) as (keyof ImportNames)[]).find((one) => names?.[one] === name)
    if (kind) return this.#routed(kind, original as unknown as FileImport) as unknown as Import
    if (names) return original
    const routes = new Map<keyof ImportNames, FileImport>()
    return (...args) => {
      if (this.names) {
        const later = (Object.keys(this.names) as (keyof ImportNames)[]).find((one) => this.names?.[one] === name)
        if (!later) return original(...args)
        const route = routes.get(later) ?? this.#routed(later, original as unknown as FileImport)
        routes.set(later, route)
        return (route as unknown as Import)(...args)
      }
      const result = original(...args)
      this.#calls?.push({ name, args, result, ...this.#inspect(args) })
      return result
    }
  }

  /** An import that serves our own files itself. */
  #routed(kind: keyof ImportNames, original: FileImport): FileImport {
    if (kind === 'seek')
      return (fd, offset, whence, out) => {
        const file = this.#file(fd)
        if (!file || whence !== 0) return original(fd, offset, whence, out)
        file.position = Number(offset)
        this.view.setBigInt64(out, offset as bigint, true)
        return 0
      }
    if (kind === 'read')
      return (fd, vectors, count, out) => {
        const file = this.#file(fd)
        if (!file) return original(fd, vectors, count, out)
        if (this.interrupt?.()) return EIO
        return this.#transfer(vectors as number, count, out, (at, length) => file.read(this.#bytes, at, length))
      }
    if (kind === 'write')
      return (fd, vectors, count, out) => {
        const file = this.#file(fd)
        if (!file) return original(fd, vectors, count, out)
        return this.#transfer(vectors as number, count, out, (at, length) => {
          file.write(this.#bytes, at, length)
          return length
        })
      }
    if (kind === 'truncate')
      return (fd, bytes, b, c) => {
        const file = this.#file(fd)
        if (!file) return original(fd, bytes, b, c)
        try {
          file.truncate(Number(bytes))
          return 0
        } catch {
          return -EIO
        }
      }
    return (fd, out, b, c) => {
      const result = original(fd, out, b, c)
      const file = this.#file(fd)
      if (file) this.view.setBigInt64((out as number) + STAT_SIZE_AT, BigInt(file.bytes), true)
      return result
    }
  }

  #file(fd: number): PageFile | undefined {
    const file = this.#files.get(fd)
    if (file || !this.#opening) return file
    this.#files.set(fd, this.#opening)
    return this.#opening
  }

  #transfer(vectors: number, count: number, out: number, move: (at: number, length: number) => number): number {
    const { view } = this
    let done = 0
    try {
      for (let at = vectors; at < vectors + count * 8; at += 8) done += move(view.getUint32(at, true), view.getUint32(at + 4, true))
    } catch {
      // No memory for a page. An exception must not fly through SQLite, which would be left half done; an error it can take back.
      return EIO
    }
    view.setUint32(out, done, true)
    return 0
  }

  #look(): void {
    const buffer = (this.#memory as WasmMemory).buffer
    if (this.#bytes.buffer === buffer) return
    this.#bytes = new Uint8Array(buffer)
    this.#view = new DataView(buffer)
  }

  #inspect(args: readonly unknown[]): Pick<Call, 'buffer' | 'out' | 'size'> {
    const { bytes, view } = this
    const last = args.at(-1)
    const word = (at: unknown): number =>
      typeof at === 'number' && at > 0 && at % 4 === 0 && at + 4 <= bytes.length ? view.getUint32(at, true) : -1
    const start = word(args[1])
    const length = typeof args[1] === 'number' ? word(args[1] + 4) : -1
    const plausible = start > 0 && length > 0 && length <= 1 << 20 && start + length <= bytes.length
    const sized = typeof last === 'number' && last > 0 && last + STAT_SIZE_AT + 8 <= bytes.length
    return {
      buffer: plausible ? bytes.slice(start, start + length) : null,
      out: word(last),
      size: sized ? view.getBigInt64(last + STAT_SIZE_AT, true) : -1n,
    }
  }
}

export function unexpected(what: string, cause?: unknown): TroupeError {
  return new TroupeError('INTERNAL', `sql.js does not behave as the store needs it: ${what}.`, {
    cause,
    hint: 'Use the sql.js version that package.json pins (1.16.0), with its own sql-wasm.wasm.',
  })
}
