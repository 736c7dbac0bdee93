/** Secrets that somebody pasted into parameters. They are told by their place and form, never shown, and taken out of the team. */
import { type Bag, isBag } from './reading.ts'

export interface PastedSecret {
  /** Where it stood, e.g. `headerParameters.parameters.0.value`. */
  readonly path: string
  /** What it seems to be. */
  readonly what: string
}

const HEADER_NAMES =
  /^(authorization|proxy-authorization|x-?api-?key|api-?key|apikey|x-auth-token|x-access-token|access-?token|private-token|x-api-token|token)$/i
/** Query and body fields of these names usually carry keys. */
const FIELD_NAMES = /^(api_?key|apikey|access_?token|auth_?token|client_?secret|secret|password|token|key)$/i
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^(Bearer|Basic|Token|Bot)\s+[A-Za-z0-9._~+/=-]{12,}$/i, 'an authorization header'],
  [/^sk-[A-Za-z0-9_-]{16,}$/, 'an API key'],
  [/^(gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,}$/, 'a GitHub token'],
  [/^xox[abprs]-[A-Za-z0-9-]{10,}$/, 'a Slack token'],
  [/^AIza[A-Za-z0-9_-]{30,}$/, 'a Google API key'],
  [/^AKIA[A-Z0-9]{16}$/, 'an AWS key'],
  [/^\d{8,10}:[A-Za-z0-9_-]{30,}$/, 'a Telegram bot token'],
  [/^eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}$/, 'a JSON web token'],
  [/^-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
]
/** What people write where a key would go. */
const STAND_INS = /^(|=?\{\{[\s\S]*\}\}|.*(your|my|insert|replace|example|placeholder|xxx|changeme|here|redacted|<|\.\.\.|…|\*{3}).*)$/i
const SHORTEST = 12

export const TAKEN_OUT = '[taken out: a secret, see the import report]'

/** A copy of the parameters without the secrets, and where they were. */
export function withoutSecrets(parameters: Bag): { readonly parameters: Bag; readonly found: readonly PastedSecret[] } {
  const found: PastedSecret[] = []
  const clean = cleaned(parameters, [], found) as Bag
  return found.length === 0 ? { parameters, found } : { parameters: clean, found }
}

/** Recursion is bounded: `reading.ts` refuses what is deeper than 200 levels. */
function cleaned(value: unknown, path: readonly string[], found: PastedSecret[]): unknown {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map((one, at) => cleaned(one, [...path, String(at)], found))
  if (!isBag(value)) return value
  const copy: Bag = {}
  for (const [key, inner] of Object.entries(value)) {
    const what = typeof inner === 'string' ? secretIn(key, inner, value) : undefined
    if (what !== undefined) found.push({ path: [...path, key].join('.'), what })
    Object.defineProperty(copy, key, {
      value: what !== undefined ? TAKEN_OUT : cleaned(inner, [...path, key], found),
      enumerable: true,
      writable: true,
      configurable: true,
    })
  }
  return copy
}

/** `holder` tells the name of a `{name, value}` pair, which is how n8n lists headers and fields. */
function secretIn(key: string, text: string, holder: Bag): string | undefined {
  const plain = text.startsWith('=') ? text.slice(1) : text
  if (plain.length < SHORTEST || plain.length > 4_000 || plain.includes('{{') || STAND_INS.test(plain)) return undefined
  const form = FORMS.find(([pattern]) => pattern.test(plain))
  if (form) return form[1]
  const name = key === 'value' && typeof holder.name === 'string' ? holder.name : key
  if (/\s/.test(plain)) return undefined
  if (HEADER_NAMES.test(name) && key === 'value') return 'the value of an authorization header'
  if (FIELD_NAMES.test(name) && key === 'value' && looksRandom(plain)) return `the value of “${name}”`
  return undefined
}

/** Words are read aloud; keys mix letters and digits. */
const looksRandom = (text: string): boolean => /\d/.test(text) && /[a-z]/i.test(text) && text.length >= 20 && !/^https?:/.test(text)
