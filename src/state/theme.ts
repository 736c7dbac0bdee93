/** Theme, contrast and motion: what the person chose, or else what the system says, put onto the document's root. */
import { createEffect, createRoot, createSignal } from 'solid-js'
import type { Settings } from '#contract'
import { settings } from './stores.ts'

export type Appearance = Pick<Settings, 'theme' | 'contrast' | 'motion'>

const QUERIES = { dark: '(prefers-color-scheme: dark)', high: '(prefers-contrast: more)', reduced: '(prefers-reduced-motion: reduce)' }

const [theme, setTheme] = createSignal<'light' | 'dark'>('light')
/** What stands now, after following the system; for parts that draw by themselves (editor, terminal). */
export const shownTheme = theme

/** Keeps the root's attributes in step with the settings and the system, for the window's life. */
export function applyTheme(): void {
  createRoot(() => {
    const system = {
      dark: systemSays(QUERIES.dark),
      high: systemSays(QUERIES.high),
      reduced: systemSays(QUERIES.reduced),
    }
    createEffect(() => {
      const chosen: Appearance = settings.value() ?? { theme: 'system', contrast: 'system', motion: 'system' }
      const shown = chosen.theme === 'system' ? (system.dark() ? 'dark' : 'light') : chosen.theme
      const high = chosen.contrast === 'system' ? system.high() : chosen.contrast === 'high'
      const reduced = chosen.motion === 'system' ? system.reduced() : chosen.motion === 'reduced'
      const root = document.documentElement
      root.dataset.theme = shown
      root.dataset.contrast = high ? 'high' : 'normal'
      root.dataset.motion = reduced ? 'reduced' : 'full'
      setTheme(shown)
    })
  })
}

function systemSays(query: string) {
  const media = matchMedia(query)
  const [matches, setMatches] = createSignal(media.matches)
  media.addEventListener('change', (event) => setMatches(event.matches))
  return matches
}
