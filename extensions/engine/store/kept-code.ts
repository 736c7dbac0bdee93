/**
 * SQLite's machine code, kept for as long as the process lives. V8 has one copy of it for all threads with the same bytes, and drops it
 * with the last of them. Threads that come and go while others start then make and drop it again and again, and V8 has ended the whole
 * process over that ("Check failed: jit_page.has_value()", nodejs/node 64500). It also makes opening a store quicker by a fifth.
 */
import { readFile } from 'node:fs/promises'
import { wasm } from './taps.ts'
import { defaultWasmPath } from './wasm-path.ts'

let _kept: Promise<unknown> | undefined

/** Half a millisecond, since the thread that just opened has compiled it. Without the code (the file is gone) everything works as well. */
export function keepCode(wasmPath = defaultWasmPath()): void {
  _kept ??= readFile(wasmPath)
    .then((bytes) => wasm.compile(bytes))
    .catch(() => {
      _kept = undefined
    })
}
