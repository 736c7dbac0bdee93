/** What the clock did between two looks at it. [SC20] */
export type Look =
  | { readonly kind: 'steady' }
  /** Suspended, or set forward. */
  | { readonly kind: 'slept'; readonly from: number; readonly to: number }
  | { readonly kind: 'back'; readonly from: number; readonly to: number }

/** A timer this much late is no busy machine any more. */
export const SLEPT_MS = 20_000

export function look(last: number, planned: number, now: number): Look {
  if (now < last) return { kind: 'back', from: last, to: now }
  if (now - planned > SLEPT_MS) return { kind: 'slept', from: last, to: now }
  return { kind: 'steady' }
}
