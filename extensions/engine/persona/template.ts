/** Ready-made personas: written as data in `templates/`, checked here before anybody sees them. */

import type { z } from 'zod'
import { type TemplateRow, templateRow } from '#contract'

/** What a template's author writes: a document whose defaults may be left out. */
export type TemplateInput = z.input<typeof templateRow>

/**
 * The templates as the window and the command line list them, defaults filled in.
 * Throws when one does not fit the contract or two share an id: a defect in what ships, found by the room's tests.
 */
export function parseTemplates(inputs: readonly TemplateInput[]): readonly TemplateRow[] {
  const seen = new Set<string>()
  return inputs.map((input) => {
    if (seen.has(input.id)) throw new Error(`two templates have the id ${input.id}; give one of them another`)
    seen.add(input.id)
    return templateRow.parse(input)
  })
}
