/** The room itself: what was announced, what is wished, and what the desktop shows of it. The rules are in SPEC.md. */
import {
  type DesktopNotifying,
  type NotificationPage,
  type NotificationPatch,
  type NotificationPreferences,
  type NotificationRow,
  windowPlace,
} from '#contract'
import { LIMITS } from '#contract/plain'
import { messageOf, newId, oneAtATime, TroupeError } from '#core'
import { Pace } from './pace.ts'
import type { Announcement, NotifyPorts } from './ports.ts'
import { Preferences } from './preferences.ts'
import { localMinute } from './quiet.ts'
import {
  findNotification,
  likeOne,
  markRows,
  type PageAsk,
  pageOf,
  putNotification,
  removeRows,
  saidOnce,
  unreadOf,
  wasSaid,
} from './rows.ts'

/** Where a notification leads that has no place of its own. */
const CENTRE = '/notifications'
/** How long a click's place waits for a window to take it. */
const PLACE_MS = 60_000

export interface Notify {
  /** Stores it, tells the windows, and has the desktop show it, as the preferences say. Never rejects. */
  announce(said: Announcement): Promise<void>
  /** Whether one of this kind would be kept: who must look things up first can spare it. */
  wants(kind: NotificationRow['kind'], personaId: string | null): boolean
  list(ask: PageAsk): Promise<NotificationPage>
  mark(ids: readonly string[] | undefined, unread: boolean): Promise<void>
  clear(ids: readonly string[] | undefined): Promise<number>
  preferences(): Promise<NotificationPreferences>
  setPreferences(patch: NotificationPatch): Promise<NotificationPreferences>
  desktop(): Promise<DesktopNotifying>
  test(): Promise<DesktopNotifying>
  /** NOT_FOUND. */
  open(id: string): Promise<void>
  take(): string | null
  stop(): void
}

export async function openNotify(ports: NotifyPorts): Promise<Notify> {
  const room = new NotifyRoom(ports)
  await room.load()
  return room
}

class NotifyRoom implements Notify {
  readonly #ports: NotifyPorts
  readonly #wishes: Preferences
  readonly #pace: Pace
  readonly #inTurn = oneAtATime()
  #place: { readonly href: string; readonly until: number } | undefined

  constructor(ports: NotifyPorts) {
    this.#ports = ports
    this.#wishes = new Preferences(ports)
    const { clock, store, desktop, minuteOfDay = localMinute, announce } = ports
    this.#pace = new Pace({
      ...{ clock, desktop, minuteOfDay },
      quiet: () => this.#wishes.quiet,
      unread: (ids) => unreadOf(store, ids),
      clicked: (id) => void this.#clicked(id),
      tried: () => announce('notification', '', 'desktop'),
    })
  }

  load(): Promise<void> {
    return this.#wishes.load()
  }

  async announce(said: Announcement): Promise<void> {
    try {
      const level = this.#wishes.levelOf(said.kind, said.subject)
      if (level === 'off') return
      const row = await this.#inTurn(() => this.#keep(said))
      if (!row) return
      this.#ports.announce('notification', row.id, row.count > 1 ? 'again' : 'new')
      if (level === 'desktop') await this.#pace.show(row)
    } catch (thrown) {
      this.#ports.log.warn('A notification could not be kept.', { kind: said.kind, problem: messageOf(thrown) })
    }
  }

  /** undefined: it is to be said once, and was. */
  async #keep({ kind, title, text, subject: personaId, href, key, once }: Announcement): Promise<NotificationRow | undefined> {
    const { store, clock, chance, redactor } = this.#ports
    const at = clock.now()
    const words = {
      title: cut(redactor.text(title), LIMITS.notificationTitleChars),
      text: cut(redactor.text(text), LIMITS.notificationTextChars),
    }
    const alike = redactor.text(key ?? title)
    const said = `${kind} ${alike}`
    if (once && (await wasSaid(store, said))) return undefined
    const { coalesceMs } = this.#wishes
    const like = coalesceMs === 0 ? undefined : await likeOne(store, { kind, key: alike, personaId, since: at - coalesceMs })
    const fresh = { id: newId(chance, 'n'), kind, personaId, count: 0, firstAt: at, readAt: null }
    const row = { ...(like ?? fresh), ...words, href: this.#placeOf(href), count: (like?.count ?? 0) + 1, at }
    await store.write([...putNotification(row, alike), ...(once ? saidOnce(said, at) : [])])
    return row
  }

  #placeOf(href: string): string {
    if (windowPlace.safeParse(href).success) return href
    this.#ports.log.warn('A notification named a place that is none of the window.', {})
    return CENTRE
  }

  wants(kind: NotificationRow['kind'], personaId: string | null): boolean {
    return this.#wishes.levelOf(kind, personaId) !== 'off'
  }

  list(ask: PageAsk): Promise<NotificationPage> {
    return pageOf(this.#ports.store, ask)
  }

  async mark(ids: readonly string[] | undefined, unread: boolean): Promise<void> {
    await this.#inTurn(() => this.#ports.store.write([markRows(ids, unread ? null : this.#ports.clock.now())]))
    this.#ports.announce('notification', '', 'marked')
  }

  async clear(ids: readonly string[] | undefined): Promise<number> {
    const [removed] = await this.#inTurn(() => this.#ports.store.write([removeRows(ids)]))
    this.#ports.announce('notification', '', 'cleared')
    return removed?.changes ?? 0
  }

  preferences(): Promise<NotificationPreferences> {
    return this.#wishes.all()
  }

  async setPreferences(patch: NotificationPatch): Promise<NotificationPreferences> {
    const { persona } = patch
    if (persona && (await this.#ports.personaName(persona.id)) === null) {
      throw new TroupeError('NOT_FOUND', `There is no persona "${persona.id}".`)
    }
    await this.#inTurn(() => this.#wishes.set(patch))
    this.#ports.announce('notification', '', 'preferences')
    return await this.preferences()
  }

  desktop(): Promise<DesktopNotifying> {
    return this.#ports.desktop.look()
  }

  async test(): Promise<DesktopNotifying> {
    const note = { tag: 'test', title: 'Troupe can reach you here', text: 'This is what a notification looks like.', urgent: false }
    const answer = await this.#ports.desktop.show(note, () => void this.#clicked(undefined))
    this.#ports.announce('notification', '', 'desktop')
    return answer
  }

  async open(id: string): Promise<void> {
    if (!(await findNotification(this.#ports.store, id))) {
      throw new TroupeError('NOT_FOUND', 'There is no such notification; it may be gone by its age.')
    }
    await this.#clicked(id)
  }

  async #clicked(id: string | undefined): Promise<void> {
    const { store, clock, announce, openWindow, log } = this.#ports
    try {
      const row = id === undefined ? undefined : await findNotification(store, id)
      this.#place = { href: row?.href ?? CENTRE, until: clock.now() + PLACE_MS }
      if (row?.readAt === null) await this.mark([row.id], false)
      // Pages that stand already ask for the place now; a new one asks when it begins. Whoever is first has it.
      if (!(await openWindow())) announce('notification', id ?? '', 'open')
    } catch (thrown) {
      log.warn('The window of a notification could not be shown.', { problem: messageOf(thrown) })
    }
  }

  take(): string | null {
    const place = this.#place
    this.#place = undefined
    return place && this.#ports.clock.now() < place.until ? place.href : null
  }

  stop(): void {
    this.#pace.stop()
    this.#ports.desktop.stop()
  }
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`
}
