/**
 * The document and how it became what it is: edits forward, undo and redo backward and forward, each a patch. Edits that belong
 * together (one drag, one word typed) are one step. Rules CV1 to CV6.
 */
import type { TeamDocument } from '#contract'
import { applied, inverted, type Patch, patchBetween } from './patch.ts'

/** Steps that can be undone; the oldest are forgotten. */
export const MOST_STEPS = 500

export interface Step {
  /** What was done, for the menu: "Move 3 nodes". */
  readonly words: string
  readonly patch: Patch
  /** Steps of one series, one after the other, are one step. */
  readonly series: string | undefined
}

export interface History {
  readonly doc: TeamDocument
  readonly done: readonly Step[]
  readonly undone: readonly Step[]
}

export const begin = (doc: TeamDocument): History => ({ doc, done: [], undone: [] })

/** A document that says the same changes nothing. What was undone is gone with the next edit. */
export function edited(history: History, next: TeamDocument, words: string, series?: string): History {
  const patch = patchBetween(history.doc, next)
  if (patch === undefined) return history
  const last = history.done.at(-1)
  if (series !== undefined && last?.series === series) {
    const before = applied(history.doc, inverted(last.patch))
    const whole = patchBetween(before, next)
    const done = history.done.slice(0, -1)
    return { doc: next, done: whole === undefined ? done : [...done, { words, patch: whole, series }], undone: [] }
  }
  return { doc: next, done: [...history.done, { words, patch, series }].slice(-MOST_STEPS), undone: [] }
}

export function undone(history: History): History {
  const step = history.done.at(-1)
  if (step === undefined) return history
  return { doc: applied(history.doc, inverted(step.patch)), done: history.done.slice(0, -1), undone: [...history.undone, step] }
}

export function redone(history: History): History {
  const step = history.undone.at(-1)
  if (step === undefined) return history
  return { doc: applied(history.doc, step.patch), done: [...history.done, step], undone: history.undone.slice(0, -1) }
}
