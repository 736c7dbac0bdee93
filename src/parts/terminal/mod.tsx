/**
 * TERMINAL: raw output as a terminal shows it (xterm.js), loaded when the first one is shown. It only shows: nothing typed
 * goes anywhere. Follow, pause, search and copy are driven through the remote that `ref` receives.
 */
import { lazy, Suspense } from 'solid-js'
import type { PumpSource } from './pump.ts'

export interface TerminalSource extends PumpSource {
  onAppend(listener: () => void): () => void
}
export interface TerminalRemote {
  pause(paused: boolean): void
  toEnd(): void
  /** Finds and shows the next (or previous) place; false when there is none. */
  find(text: string, direction: 'next' | 'previous'): boolean
  clearFind(): void
  selection(): string
  focus(): void
}
export interface TerminalProps {
  readonly source: TerminalSource
  readonly label: string
  readonly scrollback: number
  ref?(remote: TerminalRemote): void
  /** True while the newest line is in view. */
  onFollow?(following: boolean): void
  readonly class?: string | undefined
}

const XtermTerminal = lazy(async () => ({ default: (await import('./xterm.tsx')).XtermTerminal }))

export function Terminal(props: TerminalProps) {
  return (
    <Suspense fallback={<p class="p-3 text-muted">Loading the terminal …</p>}>
      <XtermTerminal {...props} />
    </Suspense>
  )
}
