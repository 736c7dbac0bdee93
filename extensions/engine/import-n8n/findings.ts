/** What an import has to say beyond each node's own outcome. Closed: a code that is not here does not compile. */
import type { ImportFinding, ImportFindingCode } from '#contract'

const MOST = 2_000

export interface Findings {
  add(code: ImportFindingCode, node: string | null, message: string): void
  readonly list: readonly ImportFinding[]
}

/** Bounded; the last one says how many more there were. */
export function makeFindings(): Findings {
  const list: ImportFinding[] = []
  let more = 0
  return {
    add(code, node, message) {
      if (list.length < MOST) list.push({ code, node, message })
      else more++
    },
    get list() {
      return more === 0 ? list : [...list, { code: 'more' as const, node: null, message: `${more} more findings are not listed.` }]
    },
  }
}
