/** Guesses how grave a line is: by its JSON field, by the word that loggers put first, or by a word that says it. */
import type { ServiceLogLevel } from '#contract/plain'

const HEAD_CHARS = 300
const JSON_WORD = /"(?:level|severity|lvl)"\s*:\s*"?(\w+)/i
const WORDS: readonly (readonly [ServiceLogLevel, RegExp])[] = [
  ['error', /\b(?:fatal|panic|emerg(?:ency)?|alert|crit(?:ical)?|err(?:or)?s?|exception|traceback|segfault|failed|failure)\b/i],
  ['warn', /\b(?:warn(?:ing)?s?|deprecat\w+)\b/i],
  ['debug', /\b(?:debug|trace|verbose)\b/i],
]
/** A word that a logger put there outweighs words of the message: `[info] no errors`. */
const PUT_THERE = /(?:^|[\s[(<|=])(fatal|panic|crit|critical|error|err|warn|warning|notice|info|debug|trace|verbose)(?=[\]\s)>|:=]|$)/i
/** pino and bunyan write numbers. */
const NUMBERS: readonly (readonly [number, ServiceLogLevel])[] = [
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [0, 'debug'],
]

export function guessLevel(line: string): ServiceLogLevel {
  const head = line.slice(0, HEAD_CHARS)
  const field = head.trimStart().startsWith('{') ? JSON_WORD.exec(head)?.[1] : undefined
  if (field !== undefined) {
    const number = Number(field)
    if (Number.isInteger(number)) return NUMBERS.find(([least]) => number >= least)?.[1] ?? 'info'
    return byWord(field) ?? 'info'
  }
  // Near the beginning only: further on it is what somebody says.
  const put = PUT_THERE.exec(head.slice(0, 60))?.[1]
  if (put !== undefined && /^(?:info|notice)$/i.test(put)) return 'info'
  return (put === undefined ? undefined : byWord(put)) ?? byWord(head) ?? 'info'
}

const byWord = (text: string): ServiceLogLevel | undefined => WORDS.find(([, words]) => words.test(text))?.[0]
