/** Which window `engine.open` shows: Neutralino's own while its page lives, any other anew, or none for an engine that is to show none. */
import type { EngineStatus } from '#contract'
import type { Clock } from '#core'

export interface ShowPorts {
  readonly clock: Clock
  /** Neutralino, when it started this engine. */
  readonly host: { showWindow(): Promise<void>; pageEnded(): boolean } | undefined
  /** Shows none by itself. */
  readonly headless: boolean
  readonly rootDir: string
  readonly dataDir: string
  readonly runtimeDir: string
  readonly env: NodeJS.ProcessEnv
}

export interface Shown {
  readonly window: EngineStatus['window']
  readonly why: string
  /** The one-time link, when no window could be shown. */
  readonly url: string | null
}

export interface WindowShower {
  shown(): EngineStatus['window']
  /** `anyway`: the person asked just now, so a headless engine opens one too. */
  open(link: () => string, how?: { readonly anyway: boolean }): Promise<Shown>
}

export function windowShower({ host, headless, ...ports }: ShowPorts): WindowShower {
  let shown: EngineStatus['window'] = host ? 'neutralino' : 'none'
  return {
    shown: () => shown,
    async open(link, { anyway } = { anyway: false }) {
      if (host && !host.pageEnded()) {
        await host.showWindow()
        return { window: 'neutralino', why: 'it was there already, and was brought to the front', url: null }
      }
      const ended = host ? 'the page of its own window has ended; ' : ''
      if (headless && !anyway) return { window: 'none', why: `${ended}this engine was started with --headless`, url: link() }
      const { makeWindowOpener } = await import('./cli/mod.ts')
      const opened = await makeWindowOpener(ports).open(link)
      shown = opened.window
      return { ...opened, why: `${ended}${opened.why}` }
    },
  }
}
