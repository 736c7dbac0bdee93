/** Aligned tables that fit the terminal: one column gives way when a line would not fit; its text ends in an ellipsis, or it is left out. */

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Gives way first; the others keep their width. At most one column. */
  readonly gives?: boolean
  /** Colours a cell, after it was cut and padded. */
  readonly paint?: (text: string, row: number) => string
}

const GAP = '  '
/** The column that gives way keeps at least this. */
const LEAST = 12

export interface TableOptions {
  /** Columns of the terminal; undefined: lines may be as long as they are. */
  readonly width: number | undefined
  readonly dim: (text: string) => string
}

/** Lines with a heading; nothing for no rows. Control characters in a cell become visible signs. */
export async function table(columns: readonly Column[], rows: readonly (readonly string[])[], options: TableOptions): Promise<string> {
  if (rows.length === 0) return ''
  const cells = rows.map((row) => row.map(oneLine))
  const measure = await measurer(cells)
  const { used, widths } = layOut(columns, cells, measure, options.width)
  const pad = (text: string, index: number): string => {
    const width = widths[index] ?? 0
    const shown = measure(text) > width ? cut(text, width, measure) : text
    const space = ' '.repeat(Math.max(0, width - measure(shown)))
    const last = index === used.length - 1
    return used[index]?.column.align === 'right' ? space + shown : last ? shown : shown + space
  }
  const head = used.map(({ column }, index) => pad(column.title, index)).join(GAP)
  const body = cells.map((row, number) =>
    used
      .map(({ column, at }, index) => {
        const text = pad(row[at] ?? '', index)
        return column.paint ? column.paint(text, number) : text
      })
      .join(GAP)
      .trimEnd(),
  )
  return `${options.dim(head.trimEnd())}\n${body.join('\n')}\n`
}

interface Laid {
  readonly used: readonly { readonly column: Column; readonly at: number }[]
  readonly widths: readonly number[]
}

/** Columns without any text are left out, and so is the giving one where even its least does not fit. */
function layOut(columns: readonly Column[], cells: readonly (readonly string[])[], measure: Measure, width: number | undefined): Laid {
  const used = columns.map((column, at) => ({ column, at })).filter(({ at }) => cells.some((row) => row[at] !== ''))
  const widths = used.map(({ column, at }) => cells.reduce((most, row) => Math.max(most, measure(row[at] ?? '')), measure(column.title)))
  const giving = used.findIndex(({ column }) => column.gives)
  if (width === undefined || giving < 0) return { used, widths }
  const over = widths.reduce((sum, one) => sum + one, GAP.length * (widths.length - 1)) - width
  if (over <= 0) return { used, widths }
  const left = (widths[giving] ?? 0) - over
  if (left < LEAST) return { used: used.toSpliced(giving, 1), widths: widths.toSpliced(giving, 1) }
  return { used, widths: widths.with(giving, left) }
}

export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not reach the terminal
  return text.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}

type Measure = (text: string) => number

/** The library knows wide signs, and takes as long to load as all the rest: plain text does without it. */
async function measurer(cells: readonly (readonly string[])[]): Promise<Measure> {
  const plain = cells.every((row) => row.every((text) => /^[\u0020-\u007e\u00a0-\u00ff…–·✓✗→█░●○]*$/.test(text)))
  if (plain) return (text) => text.length
  return (await import('string-width')).default
}

function cut(text: string, width: number, measure: Measure): string {
  let shown = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (measure(shown) + measure(segment) > width - 1) break
    shown += segment
  }
  return `${shown}…`
}
