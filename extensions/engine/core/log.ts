import type { Redactor } from './redactor.ts'

/** A log line is a level, a room, a sentence and small facts. Where it goes is handed in, behind `maskedSink`. */
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

/** The same sink behind the redactor: the one way to it. */
export function maskedSink(sink: LogSink, redactor: Redactor): LogSink {
  return (line) => sink(redactor.image ? { ...line, message: redactor.text(line.message), ...maskedFacts(line.facts, redactor) } : line)
}

const maskedFacts = (facts: Readonly<Record<string, unknown>> | undefined, redactor: Redactor) =>
  facts === undefined ? {} : { facts: redactor.value(facts) }
