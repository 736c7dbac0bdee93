/** What is copied from here leaves the clipboard again, unless something else took its place. */
import { toast } from '../../parts/mod.ts'

/** As DESIGN's vault asks: 30 s. */
const CLEARED_AFTER_MS = 30_000

/** Copies, says so, and clears the clipboard after 30 s when it still holds this text. */
export async function copyForAWhile(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch (thrown) {
    toast.error(`${what} was not copied`, thrown)
    return
  }
  toast.ok(`${what} was copied; the clipboard is cleared in 30 seconds`)
  setTimeout(() => void clearIfOurs(text), CLEARED_AFTER_MS)
}

async function clearIfOurs(text: string): Promise<void> {
  // A browser that does not let us look lets us clear all the same: better an empty clipboard than a key in it.
  const now = await navigator.clipboard.readText().catch(() => text)
  if (now === text) await navigator.clipboard.writeText('').catch(() => undefined)
}
