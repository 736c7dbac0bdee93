/** Plugs the care of the store: what is pruned belongs to the run room, and a restore asks the engine to start anew. */
import type { Settings } from '#contract'
import { type Announce, type LogSink, makeLogger, type Scope } from '#core'
import { type Ending, type Layout, type Places, systemClock } from '#core/node'
import { everyAfterRestore, everyMigration } from './doors.ts'
import type { RunFolders } from './run/mod.ts'
import type { Care, Store } from './store/mod.ts'
import { keyForSealing } from './store-key.ts'
import type { Vault } from './vault/mod.ts'

interface CarePlan {
  readonly env: NodeJS.ProcessEnv
  readonly places: Places
  readonly layout: Layout
  readonly sink: LogSink
  readonly scope: Scope
  readonly end: (ending: Ending) => void
  /** The key of a sealed store, and where that of one which is about to be is put. */
  readonly kept: { key: Uint8Array | undefined }
}

interface CareGround {
  readonly store: Store
  readonly serve: { readonly announce: Announce }
  readonly sealed: boolean
}

interface CareRooms {
  readonly settings: { readonly current: Settings }
  readonly vault: Vault
  readonly runFolders: RunFolders
}

/** The answer to whoever asked for a restore goes out before the stop begins. */
const ANSWER_MS = 100

export async function openStoreCare(
  { env, places, layout, sink, scope, end, kept }: CarePlan,
  { store, serve: { announce }, sealed }: CareGround,
  { settings, vault, runFolders }: CareRooms,
): Promise<Care> {
  const [{ openCare }, { runRetention }, migrations, afterRestore] = await Promise.all([
    import('./store/mod.ts'),
    import('./run/mod.ts'),
    everyMigration(),
    everyAfterRestore(),
  ])
  const care = openCare({
    store,
    clock: systemClock,
    announce,
    log: makeLogger('store', sink),
    folder: places.storeDir,
    exportsDir: places.exportsDir,
    settings: () => settings.current,
    migrations,
    afterRestore,
    key: sealed ? kept.key : undefined,
    prepareSealing: async (start) => {
      kept.key = await keyForSealing({ env, places, layout, sink }, vault, start)
    },
    prunable: runRetention({ store, folders: runFolders, clock: systemClock, log: makeLogger('run', sink), announce }),
    restart: (why) => void systemClock.after(ANSWER_MS, () => end({ why, code: 0, again: true })),
    careThreadUrl: layout.module('store/care-thread.ts'),
  })
  scope.add('care of the store', () => care.stop())
  return care
}
