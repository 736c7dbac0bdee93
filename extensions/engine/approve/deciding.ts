/** A person's decision about one thing that waits: whether it fits, and what becomes of it. A pure function. */
import type { Decided, Decision } from '#contract'
import { answerText, whyUnfit } from './asked.ts'
import { asRecord } from './call-line.ts'
import { digestOf } from './digest.ts'
import type { Approval, Ending } from './table.ts'

export type Judged =
  | { readonly ok: true; readonly ending: Omit<Ending, 'at' | 'by'> }
  | { readonly ok: false; readonly refusal: Extract<Decided, { ok: false }> }

export const callDigest = (tool: string, args: unknown): string => digestOf({ tool, args })

export function judgeDecision(one: Approval, decision: Decision, seen: string | undefined): Judged {
  if (one.state !== 'waiting') return refuse(one.id, one.state === 'withdrawn' ? 'gone' : 'answered', whoWasFirst(one))
  if (one.call && seen !== one.digest) {
    const message = seen === undefined ? 'Say which call you saw, by its digest.' : 'What waits is not the call that you saw; look again.'
    return refuse(one.id, 'changed', message)
  }
  switch (decision.kind) {
    case 'deny':
      return ended('denied', decision.reason.trim())
    case 'approve':
      if (one.question) return refuse(one.id, 'unfit', 'This is a question; answer it, or say no.')
      return decision.args === undefined ? ended('approved', '') : approveEdited(one, decision.args)
    case 'answer': {
      if (!one.question) return refuse(one.id, 'unfit', 'This is no question; approve it, or say no.')
      const unfit = whyUnfit(one.question, decision)
      if (unfit !== null) return refuse(one.id, 'unfit', unfit)
      const said = answerText(one.question, decision)
      return { ok: true, ending: { state: 'answered', said, edited: { chosen: decision.chosen, text: decision.text } } }
    }
  }
}

function approveEdited(one: Approval, args: unknown): Judged {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) {
    return refuse(one.id, 'unfit', 'Arguments are an object, such as {"path": "notes.txt"}.')
  }
  const before = asRecord(one.call?.args)
  const after = asRecord(args)
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => digestOf(before[name] ?? null) !== digestOf(after[name] ?? null),
  )
  if (changed.length === 0) return ended('approved', '')
  return { ok: true, ending: { state: 'approved', said: `with changed arguments: ${changed.join(', ')}`, edited: args } }
}

const ended = (state: 'approved' | 'denied', said: string): Judged => ({ ok: true, ending: { state, said, edited: null } })

export const refuse = (id: string, why: Extract<Decided, { ok: false }>['why'], message: string): Extract<Judged, { ok: false }> => ({
  ok: false,
  refusal: { ok: false, id, why, message },
})

const WORDS = { waiting: 'waits', approved: 'approved', denied: 'denied', answered: 'answered', withdrawn: 'withdrawn' } as const

/** For the second one. */
export function whoWasFirst({ state, decidedBy, said }: Approval): string {
  if (state === 'withdrawn') return `It waits no longer: ${said || 'its run has ended.'}`
  return `${decidedBy} was first: ${WORDS[state]}${said === '' ? '' : `, ${said}`}.`
}
