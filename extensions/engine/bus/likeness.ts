/** Like errors have one group: their text without what differs from one to the next. [BU6] */
export function groupOf(code: string, message: string): string {
  const like = message
    .replace(/"[^"]*"/g, '"…"')
    .replace(/\b[a-z]{2,4}_[0-9a-z]{16}\b/g, '…')
    .replace(/\d+/g, '0')
    .slice(0, 80)
  return `${code}: ${like}`
}
