/** What each way to the desktop is. One of them is chosen by the system; `open.ts` keeps its state. */
import type { DesktopNote } from '../ports.ts'

/** Why a way cannot show anything, for a person, with what to do. */
export class CannotShow extends Error {}

export interface WayThere {
  /** By what, e.g. `D-Bus (mako 1.8)`. */
  readonly way: string
  /** Whether a click opens the screen. */
  readonly opens: boolean
}

export interface Way {
  /** Rejects with CannotShow. */
  show(note: DesktopNote, clicked: () => void): Promise<WayThere>
  /** Asks without showing anything; undefined: that cannot be told before it is tried. Rejects with CannotShow. */
  look(): Promise<WayThere | undefined>
  stop(): void
}

/** The part of the session bus that is used here. */
export interface Bus {
  call(ask: {
    readonly destination: string
    readonly path: string
    readonly interface: string
    readonly member: string
    readonly signature?: string
    readonly body?: readonly unknown[]
  }): Promise<{ readonly sender: string; readonly body: readonly unknown[] }>
  signals(
    of: string,
    heard: (signal: { readonly sender: string; readonly member: string; readonly body: readonly unknown[] }) => void,
  ): Promise<void>
  variant(signature: string, value: unknown): unknown
  onGone(gone: () => void): void
  close(): void
}

/** Runs a short program to its end. */
export type Run = (
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
) => Promise<{ readonly code: number | null; readonly said: string }>
