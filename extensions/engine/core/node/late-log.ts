/** A log whose library is loaded after the engine listens: what is logged before that is kept, and written then. */
import type { LogSink } from '#core'
import type { LogFile } from './log-file.ts'

const KEPT = 1000

export interface LateLog {
  readonly sink: LogSink
  /** Loads the library and writes what was kept. */
  load(folder: string): Promise<void>
  close(): void
}

export function lateLog(): LateLog {
  const kept: Parameters<LogSink>[0][] = []
  let file: LogFile | undefined
  return {
    sink(line) {
      if (file) file.sink(line)
      else if (kept.length < KEPT) kept.push(line)
    },
    async load(folder) {
      if (file) return
      const { openLogFile } = await import('./log-file.ts')
      file ??= openLogFile(folder)
      for (const line of kept.splice(0)) file.sink(line)
    },
    close: () => file?.close(),
  }
}
