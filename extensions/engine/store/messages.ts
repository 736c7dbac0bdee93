/**
 * Every message between the door and the store thread. The law: each request has an id and gets exactly one answer, in any order;
 * `opened` or `refused` comes first, once; when the thread ends, the door fails every request that still waits.
 * Messages travel in arrays (wire.ts says how), so that many requests of one turn cost one hop.
 */
import type { ErrorCode } from '#contract/plain'
import { asTroupeError, type LogLevel, TroupeError } from '#core'
import type { SqlValue, Statement, StatementResult, StoreHealth } from './shapes.ts'

/** The first message to the thread, which may have been started earlier; the second one are the migrations. */
export interface ThreadData {
  readonly folder: string
  /** Journal bytes that call for a new snapshot; the database's own size when that is larger. */
  readonly snapshotAfterBytes: number
  /** How much a journal grows at a time. */
  readonly journalBlockBytes: number
  readonly compactThreadUrl: string
  /** Of a sealed store, or of one that shall be sealed. */
  readonly key: Uint8Array | undefined
  /** CANCEL_CELLS 32-bit cells: the door writes a read's id into cell (id mod CANCEL_CELLS) when its asker has gone. */
  readonly cancelled: SharedArrayBuffer
}

/** A cell that is written again before the thread has looked only means that one read runs to its end for nobody. */
export const CANCEL_CELLS = 256

export interface ReadRequest {
  readonly kind: 'read'
  readonly id: number
  readonly sql: string
  readonly params: readonly SqlValue[]
  readonly maxRows: number
  readonly maxBytes: number
  readonly timeoutMs: number
}

export interface WriteRequest {
  readonly kind: 'write'
  readonly id: number
  readonly statements: readonly Statement[]
  readonly durable: boolean
}

export interface BatchRequest {
  readonly kind: 'batch'
  readonly id: number
  readonly writes: readonly (readonly Statement[])[]
  readonly durable: boolean
}

export type Request =
  | ReadRequest
  | WriteRequest
  | BatchRequest
  | { readonly kind: 'health'; readonly id: number }
  | { readonly kind: 'compact'; readonly id: number }
  | { readonly kind: 'stop'; readonly id: number }

export interface RowsAnswer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly SqlValue[])[]
}

/** An error as it crosses the thread: its class is made again on the other side. */
export interface ErrorAnswer {
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string
  readonly facts?: Readonly<Record<string, unknown>>
}

/** One write of a batch. */
export type BatchAnswer = { readonly results: readonly StatementResult[] } | { readonly error: ErrorAnswer }

export type Answer =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly error: ErrorAnswer }
  | { readonly kind: 'rows'; readonly id: number; readonly value: RowsAnswer }
  | { readonly kind: 'written'; readonly id: number; readonly value: readonly StatementResult[] }
  | { readonly kind: 'batch'; readonly id: number; readonly value: readonly BatchAnswer[] }
  | { readonly kind: 'health'; readonly id: number; readonly value: StoreHealth }
  | { readonly kind: 'compacted'; readonly id: number }
  | { readonly kind: 'stopped'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ErrorAnswer }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string; readonly facts?: Readonly<Record<string, unknown>> }

export function packError(thrown: unknown): ErrorAnswer {
  const error = asTroupeError(thrown)
  return {
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.facts === undefined ? {} : { facts: error.facts }),
  }
}

export function unpackError(error: ErrorAnswer): TroupeError {
  return new TroupeError(error.code, error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.facts === undefined ? {} : { facts: error.facts }),
  })
}
