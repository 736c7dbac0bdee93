/** A room on a real store, with a clock that the test turns and a desktop that writes down what it was given. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Clock, makeLogger, SecretBook } from '#core'
import { systemChance, systemClock } from '#core/node'
import { type Desktop, type DesktopNote, notifyMigrations, openNotify } from '../../../extensions/engine/notify/mod.ts'
import { openStore, type Store } from '../../../extensions/engine/store/mod.ts'

export class TurnedClock implements Clock {
  #now = Date.UTC(2026, 10, 25, 12)
  #timers: { at: number; task: () => void }[] = []
  readonly now = (): number => this.#now
  readonly after = (delayMs: number, task: () => void): (() => void) => {
    const timer = { at: this.#now + delayMs, task }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer)
    }
  }
  /** Lets what was begun come to its end: the store answers in turn. */
  settle: () => Promise<void> = async () => undefined
  /** Runs what is due on the way, in order, and lets each finish. */
  async turn(ms: number): Promise<void> {
    const until = this.#now + ms
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.#timers = this.#timers.filter((one) => one !== due)
      this.#now = Math.max(this.#now, due.at)
      due.task()
      await this.settle()
    }
    this.#now = until
  }
}

export async function openTheStore(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-notify-'))
  const store = await openStore({
    folder,
    migrations: [...notifyMigrations],
    clock: systemClock,
    log: makeLogger('test', () => undefined),
  })
  onTestFinished(async () => {
    await store.stop()
    await rm(folder, { recursive: true, force: true })
  })
  return store
}

export interface StageOptions {
  readonly store?: Store
  readonly clock?: TurnedClock
  readonly newWindow?: boolean
}

export async function stage({ store, clock = new TurnedClock(), newWindow = false }: StageOptions = {}) {
  const book = new SecretBook()
  const shown: (DesktopNote & { click: () => void })[] = []
  const told: string[] = []
  const log: string[] = []
  const opened: number[] = []
  const rows = store ?? (await openTheStore())
  const settle = async () => {
    for (let turn = 0; turn < 4; turn += 1) await rows.read('SELECT 1').catch(() => undefined)
    await new Promise((resolve) => setImmediate(resolve))
  }
  clock.settle = settle
  const there = { state: 'shows', way: 'test', opens: true, detail: '' } as const
  const desktop: Desktop = {
    show: async (note, clicked) => {
      shown.push({ ...note, click: clicked })
      return there
    },
    state: () => there,
    look: async () => there,
    stop: () => undefined,
  }
  const room = await openNotify({
    store: rows,
    clock,
    chance: systemChance,
    log: makeLogger('notify', ({ message }) => void log.push(message)),
    announce: (topic, id, what) => void told.push(`${topic} ${what}${id === '' ? '' : ' id'}`),
    redactor: book.redactor,
    desktop,
    personaName: async (id) => (id.startsWith('per_') ? `Name of ${id}` : null),
    openWindow: async () => {
      opened.push(clock.now())
      return newWindow
    },
    minuteOfDay: (at) => new Date(at).getUTCHours() * 60 + new Date(at).getUTCMinutes(),
  })
  const failed = (personaId: string, more: Partial<Parameters<typeof room.announce>[0]> = {}) =>
    room.announce({ kind: 'failed', title: `${personaId} failed`, text: 'It broke.', subject: personaId, href: '/runs/r_1', ...more })
  return { room, clock, settle, book, shown, told, log, opened, failed }
}
