/** Part of the composition root: the door of the support bundle. What gathers is loaded when somebody asks. */
import type { Support } from './support/mod.ts'
import type { SupportFacts } from './support-parts.ts'

export function supportDoor(facts: SupportFacts): () => Promise<Support> {
  let opening: Promise<Support> | undefined
  return () => {
    opening ??= import('./support-parts.ts').then(({ openSupportParts }) => openSupportParts(facts))
    return opening
  }
}
