/** The engine's log: one JSON line for each entry, in files that are turned over by size, so that it never grows without bound. */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import type { LogLevel, LogSink } from '#core'

const FILE_BYTES = 4 * 1024 * 1024
const OLD_FILES = 3
/** One entry; the rest of a longer one is cut. */
const ENTRY_CHARS = 16_000

export interface LogFile {
  readonly sink: LogSink
  close(): void
}

/**
 * Writes at once and in order (an entry is small, and the last ones before a crash are those that matter); never throws: an engine
 * that cannot log goes on.
 */
export function openLogFile(folder: string, level: LogLevel = 'info'): LogFile {
  const path = join(folder, 'engine.log')
  let file: number | undefined
  let bytes = 0
  function reopen(): void {
    file = openSync(path, 'a', 0o600)
    bytes = fstatSync(file).size
  }
  function turnOver(): void {
    if (file !== undefined) closeSync(file)
    file = undefined
    for (let n = OLD_FILES - 1; n >= 1; n -= 1) rename(join(folder, `engine.${n}.log`), join(folder, `engine.${n + 1}.log`))
    rename(path, join(folder, 'engine.1.log'))
    reopen()
  }
  function write(line: string): void {
    try {
      if (file === undefined) reopen()
      else if (bytes > FILE_BYTES) turnOver()
      if (file !== undefined) bytes += writeSync(file, line)
    } catch {
      // The disk refuses: nowhere is left to say so.
    }
  }
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    { write },
  )
  return {
    sink({ level: at, room, message, facts }) {
      const cut = message.length > ENTRY_CHARS ? `${message.slice(0, ENTRY_CHARS)} …` : message
      logger[at]({ room, ...bounded(facts) }, cut)
    },
    close() {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

function bounded(facts: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, unknown>> {
  if (facts === undefined) return {}
  const short = (value: unknown) => (typeof value === 'string' && value.length > ENTRY_CHARS ? `${value.slice(0, ENTRY_CHARS)} …` : value)
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, short(value)]))
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch {
    // It is not there yet.
  }
}
