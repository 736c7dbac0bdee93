/** Breaks long lines between words to fit the terminal; what comes after the first begins under it. Without a width, nothing is broken. */
export function wrap(text: string, width: number | undefined, indent = 0): string {
  if (width === undefined) return text
  const room = Math.max(20, width - indent)
  const space = ' '.repeat(indent)
  return text
    .split('\n')
    .map((line) => wrapLine(line, room).join(`\n${space}`))
    .join(`\n${space}`)
}

/** A word that is longer than the line stays whole: it may be a path or a link, to be copied. */
function wrapLine(line: string, room: number): string[] {
  const begin = /^\s*(?:[-*•]|\d+\.)?\s*/.exec(line)?.[0] ?? ''
  const hanging = ' '.repeat(begin.length)
  const lines: string[] = []
  let current = ''
  for (const word of line.slice(begin.length).split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`
    if (begin.length + longer.length <= room || current === '') current = longer
    else {
      lines.push(current)
      current = word
    }
  }
  lines.push(current)
  return lines.map((text, index) => (index === 0 ? begin : hanging) + text)
}
