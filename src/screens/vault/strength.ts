/** What the engine says of a passphrase while it is typed: asked when the typing pauses, and only the newest answer counts. */
import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { PassphraseStrength } from '#contract'
import { engine } from '../../link/mod.ts'

const PAUSE_MS = 150

export function createStrength(passphrase: Accessor<string>): Accessor<PassphraseStrength | undefined> {
  const [strength, setStrength] = createSignal<PassphraseStrength>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0
  createEffect(
    on(passphrase, (text) => {
      clearTimeout(timer)
      const mine = ++asked
      if (text === '') {
        setStrength(undefined)
        return
      }
      timer = setTimeout(async () => {
        // Without an answer there is no estimate; the engine refuses what is too short all the same.
        const answer = await engine.vault.strength({ passphrase: text }).catch(() => undefined)
        if (mine === asked) setStrength(answer)
      }, PAUSE_MS)
    }),
  )
  onCleanup(() => clearTimeout(timer))
  return strength
}
