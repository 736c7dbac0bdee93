/** The documents' side on a real store in a temporary folder, with ports that a test can see and set. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ImportReading, type TeamDocument, type TeamDraft, teamDocument } from '#contract'
import { type Clock, makeLogger } from '#core'
import { systemChance, systemClock } from '#core/node'
import { openStore, type Store } from '../../../extensions/engine/store/mod.ts'
import { openTeams, type Teams, teamMigrations } from '../../../extensions/engine/team/mod.ts'

export interface DeskRoom {
  readonly teams: Teams
  readonly store: Store
  readonly announced: string[]
  readonly counts: { runs: number; running: number; queued: number }
  /** Names of the personas that stand, by id. */
  readonly personas: Map<string, string>
  reading: ImportReading
  /** The next write of the store is refused. */
  refuse: boolean
  stop(): Promise<void>
}

export async function openDeskRoom(): Promise<DeskRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-team-'))
  let now = 1_000_000
  const clock: Clock = { now: () => now++, after: systemClock.after }
  const log = makeLogger('team', () => undefined)
  const store = await openStore({ folder: join(folder, 'store'), migrations: teamMigrations, clock, log })
  const room: Omit<DeskRoom, 'teams'> = {
    store,
    announced: [],
    counts: { runs: 0, running: 0, queued: 0 },
    personas: new Map(),
    reading: { ok: false, message: 'This file is empty.', hint: '' },
    refuse: false,
    async stop() {
      await store.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  const teams = await openTeams({
    store: {
      read: (sql, params, bounds) => store.read(sql, params, bounds),
      write: (statements) => (room.refuse ? Promise.reject(new Error('the disk is full')) : store.write(statements)),
    },
    clock,
    chance: systemChance,
    log,
    announce: (_topic, id, what) => void room.announced.push(`${id} ${what}`),
    runs: {
      counts: async () => room.counts,
      ...neverAsked(['start', 'fork', 'get', 'stepsOf', 'answerOf', 'cancel', 'goOn', 'ended']),
    },
    personas: {
      async createAsleep(doc) {
        const id = `per_${room.personas.size}`
        room.personas.set(id, doc.name)
        return { id, name: doc.name }
      },
      remove: async (id) => void room.personas.delete(id),
    },
    readImport: async () => room.reading,
  })
  return Object.assign(room, { teams })
}

/** What these tests do not reach. */
function neverAsked<Name extends string>(names: readonly Name[]): Record<Name, () => Promise<never>> {
  const refuse = (name: Name) => [name, () => Promise.reject(new Error(`${name} was asked`))] as const
  return Object.fromEntries(names.map(refuse)) as Record<Name, () => Promise<never>>
}

export function teamOf(more: Partial<TeamDraft> = {}): TeamDocument {
  return teamDocument.parse({
    name: 'Small',
    nodes: [
      { id: 'a', name: 'Start', kind: 'manualStart' },
      { id: 'b', name: 'Set', kind: 'set', version: 3.4 },
    ],
    links: [{ from: { node: 'a' }, to: { node: 'b' } }],
    ...more,
  })
}
