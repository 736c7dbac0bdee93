/**
 * Part of the composition root: the door of the notifications. A start costs no more than this; the room is loaded and opened with the first
 * announcement or question.
 */
import type { CredentialRow, EngineStatus, RunFilter, RunRow } from '#contract'
import { type Announce, type Chance, type Clock, type Logger, messageOf, type Scope, type SecretBook } from '#core'
import type { Announcement, Notify } from './notify/mod.ts'
import type { NotifyParts } from './notify-parts.ts'
import type { Store } from './store/mod.ts'

/** Reminders are looked for soon after the start, and then so often. */
const FIRST_LOOK_MS = 20_000
const LOOK_MS = 3_600_000
/** States of a run that may be news. */
const NEWS: ReadonlySet<string> = new Set(['parked', 'succeeded', 'failed', 'incomplete'])

export interface NotifyDoor {
  /** The port of every other room. Never rejects. */
  announce(said: Announcement): Promise<void>
  room(): Promise<Notify>
  /** The run room's `announce`, which is listened to. */
  hear(announce: Announce): Announce
  /** Once, when the engine listens. */
  begin(): void
}

/** What every room is given. */
interface NotifyGround {
  readonly store: Store
  readonly clock: Clock
  readonly chance: Chance
  readonly announce: Announce
  readonly log: Logger
}

type OpenWindow = () => Promise<{ readonly window: EngineStatus['window'] }>

interface DoorPorts extends NotifyGround {
  readonly env: NodeJS.ProcessEnv
  readonly book: SecretBook
  readonly scope: Scope
  readonly startedAt: number
  readonly openWindow: OpenWindow
}

/** Rooms that are opened after this door, and are asked only later. */
interface NotifyOthers {
  readonly personas: { nameOf(id: string): Promise<string | null> }
  readonly runs: {
    get(id: string): Promise<{ readonly run: RunRow }>
    list(ask: { filter: RunFilter; offset: number; limit: number }): Promise<{ rows: RunRow[] }>
  }
  readonly credentials: () => Promise<{ list(): Promise<readonly CredentialRow[]> }>
}

export function notifyDoor({ book, openWindow, scope, ...ports }: DoorPorts, others: () => NotifyOthers): NotifyDoor {
  const { clock } = ports
  let opening: Promise<NotifyParts> | undefined
  let timer: (() => void) | undefined
  let stopped = false
  const parts = () => {
    opening ??= import('./notify-parts.ts').then(({ openNotifyParts }) =>
      openNotifyParts({
        ...{ store: ports.store, clock, chance: ports.chance, announce: ports.announce, log: ports.log },
        ...{ env: ports.env, startedAt: ports.startedAt },
        redactor: book.redactor,
        // Neutralino's window is the one that was there; the others are opened anew.
        openWindow: async () => ['app-window', 'browser'].includes((await openWindow()).window),
        personaName: (id) => others().personas.nameOf(id),
        run: async (id) => (await others().runs.get(id)).run,
        incompleteRuns: async (limit) => (await others().runs.list({ filter: { states: ['incomplete'] }, offset: 0, limit })).rows,
        credentials: async () => (await others().credentials()).list(),
      }),
    )
    // A store that refuses now may answer the next time.
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }
  const refused = ({ kind }: Announcement, thrown: unknown) =>
    ports.log.warn('A notification could not be kept.', { kind, problem: messageOf(thrown) })
  const quietly = (work: (to: NotifyParts) => Promise<void>) => {
    if (!stopped) void parts().then(work, () => undefined)
  }
  const look = () => {
    quietly((to) => to.credentials())
    timer = clock.after(LOOK_MS, look)
  }
  scope.add('notifications', () => void opening?.then(({ room }) => room.stop()))
  return {
    async announce(said) {
      if (!stopped)
        await parts().then(
          ({ room }) => room.announce(said),
          (thrown: unknown) => refused(said, thrown),
        )
    },
    room: async () => (await parts()).room,
    hear: (announce) => (topic, id, what) => {
      announce(topic, id, what)
      if (topic === 'run' && NEWS.has(what)) quietly((to) => to.run(id))
    },
    begin() {
      // Stopped first of all: what ends with the engine is no news.
      scope.add('news', () => {
        stopped = true
        timer?.()
      })
      timer = clock.after(FIRST_LOOK_MS, () => {
        quietly((to) => to.left())
        look()
      })
    },
  }
}
