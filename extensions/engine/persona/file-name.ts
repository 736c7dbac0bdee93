/** A name for one persona's file, or for several: small letters, digits and dashes on every system. */
export function fileNameFor(names: readonly string[]): string {
  const [first] = names
  if (names.length !== 1 || first === undefined) return `${names.length}-personas.troupe.yaml`
  const plain = first
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
  // Windows refuses these names with any ending.
  const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/.test(plain)
  return `${plain === '' ? 'persona' : reserved ? `persona-${plain}` : plain}.troupe.yaml`
}
