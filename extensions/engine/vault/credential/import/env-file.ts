/**
 * Reads a `.env` file. The libraries for that (dotenv, Node's own `util.parseEnv`) drop what they do not understand without a word, and an
 * import may not; a test compares this reader with Node's on everything that both take.
 *
 *     NAME=value   export NAME=value   NAME='as it is, over several lines'   NAME="with \n, \r and \""   NAME=`as it is`   # remark
 */
export interface EnvFile {
  /** The last one of a name counts, as it does in a shell. */
  readonly variables: ReadonlyMap<string, string>
  readonly skipped: readonly { readonly from: string; readonly why: string }[]
}

const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*/

export function readEnvFile(text: string): EnvFile {
  const variables = new Map<string, string>()
  const skipped: { from: string; why: string }[] = []
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  let at = 0
  let line = 1
  while (at < source.length) {
    const { end, name, value, why } = readLine(source, at)
    const from = `line ${line}`
    if (why !== undefined) skipped.push({ from: name === undefined ? from : `${from}, ${name}`, why })
    else if (name !== undefined && value !== undefined) {
      if (variables.has(name)) skipped.push({ from: name, why: `It is set more than once; the one in line ${line} counts.` })
      variables.set(name, value)
    }
    line += source.slice(at, end).split('\n').length - 1
    at = end
  }
  return { variables, skipped }
}

interface Line {
  /** Where the next line begins. */
  readonly end: number
  readonly name?: string
  readonly value?: string
  readonly why?: string
}

function readLine(source: string, at: number): Line {
  const lineEnd = endOfLine(source, at)
  const line = source.slice(at, lineEnd).trim()
  if (line === '' || line.startsWith('#')) return { end: lineEnd }
  const head = ASSIGNMENT.exec(source.slice(at, lineEnd))
  if (!head) return { end: lineEnd, why: 'It is no assignment of the form NAME=value.' }
  const [whole, name = ''] = head
  const start = at + whole.length
  const quote = source[start]
  if (quote === "'" || quote === '"' || quote === '`') return quoted(source, start, quote, name)
  const bare = source
    .slice(start, lineEnd)
    .replace(/(^|\s)#.*$/s, '')
    .trim()
  return { end: lineEnd, name, ...(bare === '' ? { why: 'It has no value.' } : { value: bare }) }
}

function quoted(source: string, start: number, quote: string, name: string): Line {
  const close = closingQuote(source, start + 1, quote)
  if (close < 0) return { end: endOfLine(source, start), name, why: `The ${quote} at its beginning is never closed.` }
  const end = endOfLine(source, close)
  const rest = source.slice(close + 1, end).trim()
  if (rest !== '' && !rest.startsWith('#')) return { end, name, why: 'Something stands behind the closing quote.' }
  const inside = source.slice(start + 1, close)
  const value =
    quote === '"' ? inside.replace(/\\([nrt"\\$])/g, (_all, sign: string) => ({ n: '\n', r: '\r', t: '\t' })[sign] ?? sign) : inside
  return { end, name, ...(value === '' ? { why: 'It has no value.' } : { value }) }
}

function closingQuote(source: string, from: number, quote: string): number {
  for (let at = from; at < source.length; at += 1) {
    if (quote === '"' && source[at] === '\\') at += 1
    else if (source[at] === quote) return at
  }
  return -1
}

/** Just after the line's end, or the text's. */
function endOfLine(source: string, at: number): number {
  const found = source.indexOf('\n', at)
  return found < 0 ? source.length : found + 1
}
