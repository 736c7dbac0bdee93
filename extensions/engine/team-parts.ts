/** Part of the composition root: teams, plugged into personas, runs and imports. Everything here is opened with the first call that asks for a team. */
import { type Announce, type Chance, type Clock, type Logger, once } from '#core'
import type { ImportFiles } from './import-n8n/mod.ts'
import type { Personas } from './persona/mod.ts'
import type { Runs } from './run/mod.ts'
import type { Store } from './store/mod.ts'
import { openTeams, type Teams } from './team/mod.ts'

interface Ground {
  readonly store: Store
  readonly clock: Clock
  readonly chance: Chance
  readonly announce: Announce
  readonly log: Logger
}

interface Others {
  /** Opened after teams are. */
  readonly runs: () => Runs
  readonly personas: Personas
  readonly imports: ImportFiles
}

/** The team's words for n8n's types, asked with the first file: sandbox and libraries are no part of a start. */
export const n8nKinds = async () => (await import('./team/thread.ts')).N8N_KINDS

export function openTeamParts(ground: Ground, { runs, personas, imports }: Others): () => Promise<Teams> {
  return once(() =>
    openTeams({
      ...ground,
      runs: {
        counts: (teamId) => runs().activity(teamId),
        start: (ask) => runs().start(ask),
        fork: (ask) => runs().fork(ask),
        get: (id) => runs().get(id),
        stepsOf: (id) => runs().stepsOf(id),
        answerOf: (id, step) => runs().answerOf(id, step),
        cancel: (id) => runs().cancel(id),
        goOn: (id, answer) => runs().goOn(id, answer),
        async ended(id) {
          const events = runs().follow(id, 1)
          // An engine that stops ends the stream with STOPPING; who asked looks at the row.
          try {
            while (!(await events.next()).done);
          } catch {
            return
          }
        },
      },
      personas: {
        createAsleep: async (doc, message) => {
          const { id, doc: made } = await personas.createAsleep(doc, message)
          return { id, name: made.name }
        },
        remove: (id) => personas.remove(id),
      },
      readImport: (text) => imports.read(text),
    }),
  )
}
