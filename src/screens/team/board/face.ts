/** What a node's card shows: told to the drawing whenever it changes, and to nobody else. */
import type { TeamNode } from '#contract'

export type LiveState = 'waiting' | 'running' | 'parked' | 'done' | 'failed'

export interface Face {
  readonly title: string
  readonly kind: TeamNode['kind']
  readonly sign: string
  readonly family: string
  readonly subtitle: string
  readonly disabled: boolean
  readonly pinned: boolean
  /** A problem of the check: its worst weight. */
  readonly problem: 'stops' | 'asks' | undefined
  readonly selected: boolean
  readonly inputs: number
  readonly outputs: readonly string[]
  readonly live: { readonly state: LiveState; readonly words: string } | undefined
}

export const sameFace = (a: Face | undefined, b: Face): boolean => a !== undefined && JSON.stringify(a) === JSON.stringify(b)
