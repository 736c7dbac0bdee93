/** A log line is a level, a room, a sentence and small facts. Where it goes is handed in; secrets never come here. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogSink = (line: {
  readonly level: LogLevel
  readonly room: string
  readonly message: string
  readonly facts?: Readonly<Record<string, unknown>>
}) => void

export interface Logger {
  debug(message: string, facts?: Readonly<Record<string, unknown>>): void
  info(message: string, facts?: Readonly<Record<string, unknown>>): void
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void
  error(message: string, facts?: Readonly<Record<string, unknown>>): void
}

export function makeLogger(room: string, sink: LogSink): Logger {
  const at = (level: LogLevel) => (message: string, facts?: Readonly<Record<string, unknown>>) =>
    sink(facts === undefined ? { level, room, message } : { level, room, message, facts })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
