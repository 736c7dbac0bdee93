/**
 * The spellings of a secret that a program, a server or a library writes without meaning to hide it. Each is a row of bytes to look for.
 * Rejected: decoding the text and looking for the plain value (a stream would have to be decoded in every way at once, at every place).
 * Not found: a secret that was encrypted, compressed, reversed, spelled in two ways within one copy, or base64 of more than itself that was cut into lines.
 */
import { base64, base64Inside, hex } from './redactor-base.ts'

/** Shorter values are in too many innocent texts, and too quickly guessed, to be looked for. Bytes, without white space at the ends. */
export const MIN_SECRET_BYTES = 6
/** Longer ones are not lent: each is held in some forty spellings. */
export const MAX_SECRET_BYTES = 64 * 1024
/** A line of a value with several (a private key) is looked for by itself, since programs print line by line. */
const MIN_LINE_BYTES = 16

const encoder = new TextEncoder()

/** Every spelling once; empty for a value that is too short. */
export function formsOf(value: string | Uint8Array): Uint8Array[] {
  const bytes = trimmed(typeof value === 'string' ? encoder.encode(value) : value)
  if (bytes.length < MIN_SECRET_BYTES) return []
  const forms = new Map<string, Uint8Array>()
  const add = (form: string | Uint8Array): void => {
    const row = typeof form === 'string' ? encoder.encode(form) : form
    if (row.length >= MIN_SECRET_BYTES) forms.set(latin(row), row)
  }
  add(Uint8Array.from(bytes))
  for (const text of [...base64Forms(bytes), hex(bytes), hex(bytes).toUpperCase()]) add(text)
  const text = asText(bytes)
  for (const piece of text === undefined ? [] : [text, ...longLines(text)]) for (const form of textForms(piece)) add(form)
  return [...forms.values()]
}

/** Without white space at either end: programs drop it, and base64 at any offset still finds the rest. */
export function trimmed(bytes: Uint8Array): Uint8Array {
  const isSpace = (byte: number | undefined): boolean => byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13)
  let from = 0
  let to = bytes.length
  while (from < to && isSpace(bytes[from])) from++
  while (to > from && isSpace(bytes[to - 1])) to--
  return bytes.subarray(from, to)
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const latin = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')

function longLines(text: string): readonly string[] {
  if (!/[\r\n]/.test(text)) return []
  const lines = text.split(/[\r\n]+/).map((line) => line.trim())
  // The first and last line of a PEM file say what it is, and are the same in all of them.
  return lines.filter((line) => line.length >= MIN_LINE_BYTES && !line.startsWith('-----'))
}

/** Base64 at each of the three offsets at which it may lie in a longer text, both alphabets; as a URL holds it; and cut into lines as programs do. */
function base64Forms(bytes: Uint8Array): readonly string[] {
  const whole = base64(bytes)
  const standard = [whole, ...[0, 1, 2].map((offset) => base64Inside(bytes, offset))]
  const inUrl = standard.filter((text) => /[+/=]/.test(text)).flatMap((text) => bothCases(percent(text, /[A-Za-z0-9]/)))
  const urlSafe = standard.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  const lines = [64, 76].flatMap((width) => {
    if (whole.length <= width) return []
    const rows = whole.match(new RegExp(`.{1,${width}}`, 'g')) ?? []
    return ['\n', '\r\n', '\\n'].map((end) => rows.join(end))
  })
  return [...standard, ...inUrl, ...urlSafe, ...lines]
}

function textForms(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const slashed = json.replaceAll('/', '\\/')
  return [
    text,
    ...urlForms(text),
    json,
    slashed,
    JSON.stringify(json).slice(1, -1),
    ...[json, slashed].flatMap((form) => bothUnicode(form, /[^ -~]/)),
    // As libraries write JSON that may stand in a page (Go, PHP, Rails).
    ...[json, slashed].flatMap((form) => bothUnicode(form, /[^ -~]|[<>&']/)),
    ...bothUnicode(text, /[\s\S]/),
    // A shell's own quoting, and text in a page.
    text.replaceAll("'", "'\\''"),
    text.replaceAll(/["$`\\]/g, '\\$&'),
    text.replaceAll(/[^\w./:@%+=,-]/g, '\\$&'),
    html(text, '&#39;'),
    html(text, '&#x27;'),
  ]
}

function urlForms(text: string): readonly string[] {
  const kept = [
    /[A-Za-z0-9\-_.~!'()*]/, // encodeURIComponent
    /[A-Za-z0-9\-_.~]/, // RFC 3986 section 2.3
    /[A-Za-z0-9\-_.~/]/, // Python's quote
    /[A-Za-z0-9\-_.~!'()*;,/?:@&=+$#]/, // encodeURI
    /[A-Za-z0-9\-_.*]/, // a form's own set, with %20
    /(?!)/, // every byte
  ].flatMap((set) => bothCases(percent(text, set)))
  // application/x-www-form-urlencoded: a space is a plus.
  const forms = [/[A-Za-z0-9\-_.* ]/, /[A-Za-z0-9\-_.~ ]/].flatMap((set) =>
    bothCases(percent(text, set)).map((form) => form.replaceAll(' ', '+')),
  )
  return [...kept, ...forms]
}

/** Signs that match `kept` stay; the bytes of all others are written as %XX. */
function percent(text: string, kept: RegExp): string {
  let out = ''
  for (const sign of text) {
    if (kept.test(sign)) out += sign
    else for (const byte of encoder.encode(sign)) out += `%${hex(Uint8Array.of(byte)).toUpperCase()}`
  }
  return out
}

const bothCases = (text: string): readonly string[] => [text, text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]

/** Every UTF-16 unit that matches is written as \uXXXX, with small and with large letters. */
function bothUnicode(text: string, which: RegExp): readonly string[] {
  const unit = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
  const all = new RegExp(which.source, 'g')
  return [text.replaceAll(all, unit), text.replaceAll(all, (sign) => `\\u${unit(sign).slice(2).toUpperCase()}`)]
}

function html(text: string, apostrophe: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": apostrophe }
  return text.replaceAll(/[&<>"']/g, (sign) => names[sign] ?? sign)
}
