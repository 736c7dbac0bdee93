/** What went into a step and came out of it, as text that can be read. */

/** Objects as indented JSON; a text that is JSON too; every other text as it is. */
export function pretty(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') return JSON.stringify(value, null, 2)
  const trimmed = value.trim()
  if (!/^[[{]/.test(trimmed) || trimmed.length > 200_000) return value
  try {
    return JSON.stringify(JSON.parse(trimmed), null, 2)
  } catch {
    return value
  }
}

/** Characters and lines shown before a person asks for the rest. */
export const PREVIEW_CHARS = 2_000
export const PREVIEW_LINES = 14

export function preview(text: string): { readonly text: string; readonly more: boolean } {
  let end = Math.min(text.length, PREVIEW_CHARS)
  let at = -1
  for (let line = 0; line < PREVIEW_LINES; line++) {
    at = text.indexOf('\n', at + 1)
    if (at === -1 || at > end) break
    if (line === PREVIEW_LINES - 1) end = at
  }
  // An empty rest is nothing to ask for.
  return { text: text.slice(0, end), more: text.slice(end).trim() !== '' }
}

const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of terminals are control characters (ECMA-48).
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]|[\x00-\x08\x0b\x0c\x0e-\x1f]/g

/** Terminal output as plain text: without colours and movements, and of a line that was written over only the last. */
export function plainOutput(raw: string): string {
  return raw
    .replace(/\r\n/g, '\n')
    .replace(ESCAPES, '')
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r', line.length - 2) + 1).replace(/\r$/, ''))
    .join('\n')
}

/** The last lines of a text. */
export function tail(text: string, lines: number): { readonly text: string; readonly more: boolean } {
  let at = text.endsWith('\n') ? text.length - 1 : text.length
  for (let line = 0; line < lines; line++) {
    at = text.lastIndexOf('\n', at - 1)
    if (at === -1) return { text, more: false }
  }
  return { text: text.slice(at + 1), more: true }
}
