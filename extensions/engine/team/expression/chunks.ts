/**
 * The splitter: text and code of one template. Purely textual, as n8n's is: the first `}}` ends the code, even inside a string;
 * `\{{` is text and keeps its backslash; a `{{` that is never closed is code to the end.
 */

export interface TextChunk {
  readonly kind: 'text'
  readonly text: string
}

export interface CodeSpan {
  readonly kind: 'code'
  readonly source: string
  /** Zero-based place of the code in the template, for messages. */
  readonly offset: number
}

export type Chunk = TextChunk | CodeSpan

/** `template` without its leading `=`. Empty text is left out, so exactly one code chunk means a typed value. */
export function splitTemplate(template: string): readonly Chunk[] {
  const chunks: Chunk[] = []
  let text = ''
  let at = 0
  while (at < template.length) {
    const open = template.indexOf('{{', at)
    if (open === -1) break
    if (template[open - 1] === '\\') {
      text += template.slice(at, open + 2)
      at = open + 2
      continue
    }
    text += template.slice(at, open)
    if (text !== '') chunks.push({ kind: 'text', text })
    text = ''
    const close = template.indexOf('}}', open + 2)
    const end = close === -1 ? template.length : close
    chunks.push({ kind: 'code', source: template.slice(open + 2, end), offset: open + 2 })
    at = close === -1 ? end : close + 2
  }
  text += template.slice(at)
  if (text !== '') chunks.push({ kind: 'text', text })
  return chunks
}

/** True when a parameter's text is an expression at all: its first character is `=`. */
export function isExpression(value: unknown): value is `=${string}` {
  return typeof value === 'string' && value.startsWith('=')
}
