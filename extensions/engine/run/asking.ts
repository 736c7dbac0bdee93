/** What is asked of a new run, whole: its document, and its prompt with everything filled in. */
import { TroupeError } from '#core'
import type { Asked } from './asked.ts'
import type { StartAsk } from './door.ts'
import { placesOf, type RunPersona, type RunPorts } from './ports.ts'
import { refuseSleeping } from './sleeping.ts'

/** INVALID: nothing to run was named. WRONG_STATE: it is archived, or asleep. */
export async function askedOf(
  ports: RunPorts,
  ask: StartAsk,
): Promise<{ readonly persona: RunPersona | undefined; readonly asked: Asked }> {
  const { personaId, draft, input, params, credentials = [] } = ask
  const persona = ask.subject ?? (personaId === undefined ? undefined : await ports.personaOf(personaId, draft ? undefined : ask.revision))
  if (persona) refuseSleeping(persona)
  const doc = draft ?? persona?.doc
  if (!doc) throw new TroupeError('INVALID', 'A run needs a persona, or a draft to try; neither was named.')
  const { prompt } = await ports.prepare(doc, { input, params, places: placesOf(ports) })
  // Who pastes a secret that is lent just now asks with its mask instead.
  return { persona, asked: ports.secrets.redactor.value({ doc, input, params, prompt, credentials }) }
}
