/** A trigger's own jitter, between 0 and `mostMs`, from its id: the same every time and on every machine (FNV-1a). [SC22] */
export function jitterOf(id: string, mostMs: number): number {
  if (mostMs <= 0) return 0
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  // The low signs of an id that differ only at its end would otherwise stay neighbours.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) % (mostMs + 1)
}
