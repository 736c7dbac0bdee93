/** The updater with its ports, for whoever asks: what the build pinned, and which executable runs. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, TroupeError } from '#core'
import { type Layout, type Places, programPlace } from '#core/node'
import type { Updates } from './update/mod.ts'

export type { Updates } from './update/mod.ts'

/** REFUSED when this Troupe is not the single executable, or its build names no place for updates. */
export async function openUpdateParts(layout: Layout, places: Places, env: Readonly<Record<string, string | undefined>>): Promise<Updates> {
  const program = programPlace()?.program
  if (program === undefined) throw fixed('only the single executable replaces itself', 'Get the new version where this one came from.')
  const path = join(layout.root, 'release.json')
  if (!existsSync(path)) throw fixed('its build names no place where newer versions lie', 'Get the new version where this one came from.')
  const { openUpdates, releaseSchema } = await import('./update/mod.ts')
  mkdirSync(places.dataDir, { recursive: true, mode: 0o700 })
  return openUpdates({
    release: releaseSchema.parse(JSON.parse(readFileSync(path, 'utf8'))),
    program,
    version: layout.version,
    system: `${process.platform}-${process.arch}`,
    seenPath: join(places.dataDir, 'updates.json'),
    now: Date.now,
    fetching: authority(env.NODE_EXTRA_CA_CERTS),
  })
}

/** Node reads this variable at its own start only, and an executable may have had it cleared. */
function authority(path: string | undefined): { readonly ca?: string } {
  if (!path) return {}
  try {
    return { ca: readFileSync(path, 'utf8') }
  } catch (thrown) {
    throw fixed(`NODE_EXTRA_CA_CERTS names a file that cannot be read (${messageOf(thrown)})`, 'Correct the variable, or unset it.')
  }
}

function fixed(why: string, hint: string): TroupeError {
  return new TroupeError('REFUSED', `This Troupe does not update itself: ${why}.`, { hint })
}
