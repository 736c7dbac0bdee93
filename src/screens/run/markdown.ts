/**
 * A model's text as blocks that can be drawn as elements: headings, lists, quotes, code, paragraphs with bold, emphasis, code and
 * links. Never markup: what is not understood stays the text it was. Small on purpose; a run's text is read, not published.
 */
export type Span =
  | { readonly kind: 'text' | 'bold' | 'italic' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: 'quote' | 'paragraph' | 'table'; readonly text: string }
  | { readonly kind: 'rule' }

const FENCE = /^ {0,3}(```+|~~~+)\s*([\w+-]*)/
const ITEM = /^\s{0,8}(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/

/**
 * Cuts a text into pieces that stand for themselves: at empty lines outside of code. While a text grows only the last piece
 * changes, so that what is drawn for the ones before can stay.
 */
export function pieces(text: string): readonly string[] {
  const found: string[] = []
  let fence = ''
  let piece: string[] = []
  const end = () => {
    if (piece.length > 0) found.push(piece.join('\n'))
    piece = []
  }
  for (const line of text.split('\n')) {
    const mark = FENCE.exec(line)?.[1]
    if (fence !== '') {
      piece.push(line)
      if (mark?.startsWith(fence)) {
        fence = ''
        end()
      }
    } else if (mark !== undefined) {
      end()
      fence = mark
      piece.push(line)
    } else if (line.trim() === '') end()
    else piece.push(line)
  }
  end()
  return found
}

/** The blocks of one piece. */
export function blocks(piece: string): readonly Block[] {
  const lines = piece.split('\n')
  const fence = FENCE.exec(lines[0] ?? '')
  if (fence) {
    const closed = lines.length > 1 && (lines.at(-1) ?? '').trim().startsWith(fence[1] ?? '```')
    return [{ kind: 'code', language: fence[2] ?? '', text: lines.slice(1, closed ? -1 : undefined).join('\n') }]
  }
  const found: Block[] = []
  let plain: string[] = []
  const flush = () => {
    if (plain.length > 0)
      found.push({
        kind: plain.length > 1 && plain.every((line) => line.trim().startsWith('|')) ? 'table' : 'paragraph',
        text: plain.join('\n'),
      })
    plain = []
  }
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line)
    const item = ITEM.exec(line)
    if (heading) {
      flush()
      found.push({ kind: 'heading', level: (heading[1] ?? '#').length, text: heading[2] ?? '' })
    } else if (/^ {0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) {
      flush()
      found.push({ kind: 'rule' })
    } else if (item) {
      flush()
      const items: string[] = []
      for (; at < lines.length; at++) {
        const next = ITEM.exec(lines[at] ?? '')
        if (next) items.push(next[2] ?? '')
        else items[items.length - 1] += `\n${(lines[at] ?? '').trim()}`
      }
      found.push({ kind: 'list', ordered: item[1] !== undefined, items })
    } else if (/^ {0,3}>/.test(line)) {
      flush()
      const quoted: string[] = []
      for (; at < lines.length && /^ {0,3}>/.test(lines[at] ?? ''); at++) quoted.push((lines[at] ?? '').replace(/^ {0,3}> ?/, ''))
      at -= 1
      found.push({ kind: 'quote', text: quoted.join('\n') })
    } else plain.push(line)
  }
  flush()
  return found
}

// Every part is bounded and none can begin within itself, so that a hostile text costs no more than its length.
const SPAN =
  /(`{1,3})([^`]{1,1000})\1|\*\*(?=\S)([^*]{1,1000})(?<=\S)\*\*|(?<![\w*])\*(?=[^\s*])([^*]{1,1000})(?<=\S)\*(?![\w*])|\[([^\][\n]{1,300})\]\((https?:\/\/[^\s)]{1,2000})\)/g

export function spans(text: string): readonly Span[] {
  const found: Span[] = []
  let from = 0
  for (const match of text.matchAll(SPAN)) {
    if (match.index > from) found.push({ kind: 'text', text: text.slice(from, match.index) })
    if (match[2] !== undefined) found.push({ kind: 'code', text: match[2] })
    else if (match[3] !== undefined) found.push({ kind: 'bold', text: match[3] })
    else if (match[4] !== undefined) found.push({ kind: 'italic', text: match[4] })
    else found.push({ kind: 'link', text: match[5] ?? '', href: match[6] ?? '' })
    from = match.index + match[0].length
  }
  if (from < text.length) found.push({ kind: 'text', text: text.slice(from) })
  return found
}
