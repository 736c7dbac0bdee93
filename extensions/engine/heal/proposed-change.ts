/** What a model may propose, and a persona with it: [HE42]. Everything that is not named here stays as it is. */

import { z } from 'zod'
import { type PersonaDoc, personaDoc } from '#contract'
import { LIMITS } from '#contract/plain'

const wanted = z.strictObject({
  why: z.string().min(1).max(4000),
  sections: z
    .array(z.strictObject({ id: z.string(), text: z.string().max(LIMITS.sectionChars) }))
    .max(LIMITS.sections)
    .default([]),
  limits: z.strictObject({ timeoutMs: z.int().optional(), turns: z.int().optional() }).default({}),
  temperature: z.number().min(0).max(2).optional(),
})

export type Proposed = { readonly ok: true; readonly why: string; readonly doc: PersonaDoc } | { readonly ok: false; readonly why: string }

/** What the model is told, as the system side of its run. */
export const PROPOSER = `You mend the definition of an AI persona whose runs fail. You are given its definition as JSON and what its failed runs said.
Answer with one JSON object and nothing else:
{"why": "in one or two sentences, for the person who owns it",
 "sections": [{"id": "the id of a section that is there", "text": "its whole new text"}],
 "limits": {"timeoutMs": 600000, "turns": 25},
 "temperature": 0.2}
Leave out what need not change. You cannot change tools, models, programs, credentials or names. Change as little as will help.
If nothing in the definition is at fault, answer {"why": "…"} alone.`

/** The JSON object in a model's answer, also between words or in a fence. */
export function readProposal(answer: string, before: PersonaDoc): Proposed {
  const from = answer.indexOf('{')
  const to = answer.lastIndexOf('}')
  const parsed = wanted.safeParse(from < 0 || to <= from ? undefined : jsonOf(answer.slice(from, to + 1)))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return {
      ok: false,
      why: `The model’s answer is no proposal: ${issue ? `${issue.path.join('.') || 'it'}: ${issue.message}` : 'it has no JSON object'}.`,
    }
  }
  const { why, sections, limits, temperature } = parsed.data
  const unknown = sections.find(({ id }) => !before.sections.some((section) => section.id === id))
  if (unknown) return { ok: false, why: `The model would change a section "${unknown.id}", which is not there.` }
  const texts = new Map(sections.map(({ id, text }) => [id, text]))
  const doc = personaDoc.safeParse({
    ...before,
    sections: before.sections.map((section) => ({ ...section, text: texts.get(section.id) ?? section.text })),
    limits: { ...before.limits, ...limits },
    body: before.body.kind === 'model' && temperature !== undefined ? { ...before.body, temperature } : before.body,
  })
  if (!doc.success)
    return { ok: false, why: `What the model proposed does not fit: ${doc.error.issues[0]?.message ?? 'it is no persona'}.` }
  return { ok: true, why, doc: doc.data }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
