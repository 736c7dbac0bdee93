/** The note of starts, in the data folder: read and written before anything else is opened, so that a crash of whatever follows is in it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const NAME = 'starts.json'

/** null: there is none, or it cannot be read. */
export function readStartNote(dataDir: string): string | null {
  try {
    return readFileSync(join(dataDir, NAME), 'utf8')
  } catch {
    return null
  }
}

/** Not synced: a power cut is no crash of ours. Answers why it could not be written; null when it was. */
export function writeStartNote(dataDir: string, note: unknown): string | null {
  try {
    writeFileSync(join(dataDir, NAME), JSON.stringify(note), { mode: 0o600 })
    return null
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}
