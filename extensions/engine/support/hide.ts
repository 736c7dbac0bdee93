/**
 * What leaves is hidden twice: what the redactor knows, and what looks like a secret or says who somebody is. The shapes are coarse on purpose:
 * a word too many is hidden rather than one too few.
 */
import type { SupportPorts } from './ports.ts'

const PIECE_CHARS = 64 * 1024
/** A shorter one stands in too many innocent words. */
const SHORTEST_NAME = 3
const HIDDEN = '[hidden]'

interface Shape {
  readonly finds: RegExp
  readonly instead: string
}

const SHAPES: readonly Shape[] = [
  { finds: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, instead: HIDDEN },
  // user:password@ of an address
  { finds: /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"'\\]+@/gi, instead: `$1${HIDDEN}@` },
  { finds: /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, instead: `$1 ${HIDDEN}` },
  {
    finds:
      /((?:authorization|x-api-key|api[_-]?key|access[_-]?token|refresh[_-]?token|client[_-]?secret|passphrase|password|passwd|secret|token)\\?["']?\s*[:=]\s*\\?["']?)(?!\[hidden\]|\{\{|null\b|true\b|false\b|(?:bearer|basic)\s)[^\s"'\\,;&}]{4,}/gi,
    instead: `$1${HIDDEN}`,
  },
]

export interface Hidden {
  readonly text: string
  /** How many places were hidden. */
  readonly count: number
}

/** In pieces, so that nothing waits long for it. Whatever lies across two pieces is found all the same. */
export async function hide(text: string, ports: Pick<SupportPorts, 'redactor' | 'names'>): Promise<Hidden> {
  const masks = masksIn(text)
  const known = await redacted(text, ports.redactor)
  let count = Math.max(0, masksIn(known) - masks)
  const out: string[] = []
  for (const piece of piecesOf(known)) {
    const clean = shaped(piece, ports.names)
    count += clean.count
    out.push(clean.text)
    await breath()
  }
  return { text: out.join(''), count }
}

async function redacted(text: string, redactor: SupportPorts['redactor']): Promise<string> {
  const stream = redactor.textStream()
  const out: string[] = []
  for (let from = 0; from < text.length; from += PIECE_CHARS) {
    out.push(stream.push(text.slice(from, from + PIECE_CHARS)))
    await breath()
  }
  return out.join('') + stream.end()
}

function shaped(piece: string, names: SupportPorts['names']): Hidden {
  let text = piece
  let count = 0
  for (const { finds, instead } of SHAPES) {
    text = text.replace(finds, (_found, kept: unknown) => {
      count += 1
      return instead.replace('$1', typeof kept === 'string' ? kept : '')
    })
  }
  for (const { word, instead } of names) {
    if (word.length < SHORTEST_NAME) continue
    const parts = text.split(word)
    count += parts.length - 1
    text = parts.join(instead)
  }
  return { text, count }
}

const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const masksIn = (text: string): number => text.split(/\{\{credential\.|\[key /).length - 1

/** Cut at line ends. A key block of many lines is not cut: a piece goes on to its end. */
function* piecesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    let to = text.indexOf('\n', from + PIECE_CHARS)
    const block = text.indexOf('-----BEGIN ', from)
    const end = block === -1 ? -1 : text.indexOf('-----END ', block)
    if (to !== -1 && block !== -1 && block < to && end > to) to = text.indexOf('\n', end)
    to = to === -1 ? text.length : to + 1
    yield text.slice(from, to)
    from = to
  }
}
