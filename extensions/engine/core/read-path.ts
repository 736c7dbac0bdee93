/** A value inside JSON by a path such as `data.items[0].id`; undefined when there is none. Own fields only. */
export function readPath(value: unknown, path: string): unknown {
  let at = value
  for (const part of path.replace(/\[(\d+)\]/g, '.$1').split('.')) {
    if (part === '') continue
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[part]
  }
  return at
}
