/** What the room needs from outside, and the port that it is for others. */
import type { DesktopNotifying, NotificationRow } from '#contract'
import type { Announce, Chance, Clock, Logger, Redactor, RowReader, Statement } from '#core'

export type { Migration, SqlValue, Statement } from '#core'

/** What another room says. */
export interface Announcement {
  readonly kind: NotificationRow['kind']
  /** A few words, e.g. `Disk guardian failed`. */
  readonly title: string
  /** One or two sentences: what happened, what to do. */
  readonly text: string
  /** The id of the persona it is about, whose preferences hold; null: none. */
  readonly subject: string | null
  /** The screen that it opens, as the window's address has it after `#`: `/runs/r_…`. */
  readonly href: string
  /** What makes two of one kind and persona alike; left out: the title. */
  readonly key?: string
  /** Said once for its kind and key, ever: also after it was removed, and after a restart. For reminders. Default false. */
  readonly once?: boolean
}

export interface NotifyStore extends RowReader {
  /** Resolves when it is durable. */
  write(statements: readonly Statement[]): Promise<readonly { readonly changes: number }[]>
}

/** One notification as the desktop is to show it. */
export interface DesktopNote {
  /** The same tag replaces the one that is shown. */
  readonly tag: string
  readonly title: string
  readonly text: string
  readonly urgent: boolean
}

/** The desktop's own notifications. */
export interface Desktop {
  /** Never rejects; answers how it went. `clicked` may be called later, once. */
  show(note: DesktopNote, clicked: () => void): Promise<DesktopNotifying>
  /** What is known so far, without trying. */
  state(): DesktopNotifying
  /** Asks whether it could, without showing anything. */
  look(): Promise<DesktopNotifying>
  stop(): void
}

export interface NotifyPorts {
  readonly store: NotifyStore
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  readonly redactor: Pick<Redactor, 'text'>
  readonly desktop: Desktop
  /** A persona's name; null: there is none of that id. */
  readonly personaName: (id: string) => Promise<string | null>
  /** Brings a window to the front. True: it is a new one, whose page asks for the place when it begins. */
  readonly openWindow: () => Promise<boolean>
  /** Minute of the day (0–1439) at this time, in the engine's zone. Default: this machine's. */
  readonly minuteOfDay?: (at: number) => number
}
