/** Where SQLite lies: apart from what runs it, since the main thread only hands the path on. */
import { createRequire } from 'node:module'

/** sql-wasm.wasm of the pinned sql.js. */
export function defaultWasmPath(): string {
  return createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm')
}
