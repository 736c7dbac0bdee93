/** The room on a real store in a temporary folder, with ports that a test can see and set. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PersonaDoc, type PersonaDocInput, personaDoc } from '#contract'
import { type Clock, makeLogger } from '#core'
import { systemChance, systemClock } from '#core/node'
import {
  openPersonas,
  type PersonaPorts,
  type Personas,
  personaMigrations,
  workspaceFolders,
} from '../../../extensions/engine/persona/mod.ts'
import { openStore, type Store } from '../../../extensions/engine/store/mod.ts'

export interface TestRoom {
  readonly personas: Personas
  readonly store: Store
  readonly folder: string
  /** What was announced, as "id what". */
  readonly announced: string[]
  readonly counts: { runs: number; running: number; queued: number }
  readonly providers: string[]
  readonly logged: string[]
  /** Milliseconds; each reading is one later than the one before. */
  readonly clock: Clock
  stop(): Promise<void>
}

export async function openTestRoom(more: Partial<PersonaPorts> = {}): Promise<TestRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-persona-'))
  let now = 1_000_000
  const clock: Clock = { now: () => now++, after: systemClock.after }
  const logged: string[] = []
  const log = makeLogger('persona', (line) => void logged.push(line.message))
  const store = await openStore({ folder: join(folder, 'store'), migrations: personaMigrations, clock, log }).catch(
    async (thrown: unknown) => {
      await rm(folder, { recursive: true, force: true })
      throw thrown
    },
  )
  const announced: string[] = []
  const counts = { runs: 0, running: 0, queued: 0 }
  const providers: string[] = []
  const personas = openPersonas({
    store,
    clock,
    chance: systemChance,
    log,
    announce: (_topic, id, what) => void announced.push(`${id} ${what}`),
    runs: { counts: async () => counts },
    workspaces: workspaceFolders({ workspaces: join(folder, 'workspaces'), trash: join(folder, 'trash') }, clock),
    providers: async () => providers,
    ...more,
  })
  return {
    personas,
    store,
    folder,
    announced,
    counts,
    providers,
    logged,
    clock,
    async stop() {
      await store.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A whole document with the defaults filled in. */
export function docOf(more: Partial<PersonaDocInput> = {}): PersonaDoc {
  return personaDoc.parse({ name: 'Someone', body: { kind: 'model' }, ...more })
}

export function section(id: string, text: string, more: Record<string, unknown> = {}) {
  return { id, kind: 'instructions' as const, text, ...more }
}
