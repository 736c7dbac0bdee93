/** Plugs the care of the store: what is pruned belongs to the run room, and a restore asks the engine to start anew. */
import type { Settings } from '#contract'
import { type Announce, type LogSink, makeLogger } from '#core'
import { type Ending, type Layout, type Places, systemClock } from '#core/node'
import { everyAfterRestore, everyMigration } from './doors.ts'
import type { RunFolders } from './run/mod.ts'
import type { Care, Store } from './store/mod.ts'

interface CareParts {
  readonly store: Store
  readonly announce: Announce
  readonly settings: () => Settings
  readonly runFolders: RunFolders
  readonly places: Places
  readonly layout: Layout
  readonly sink: LogSink
  readonly end: (ending: Ending) => void
  /** Of a sealed store. */
  readonly key: Uint8Array | undefined
  readonly prepareSealing: (start: 'keyring' | 'passphrase') => Promise<void>
}

/** The answer to whoever asked for a restore goes out before the stop begins. */
const ANSWER_MS = 100

export async function openStoreCare({
  store,
  announce,
  settings,
  runFolders,
  places,
  layout,
  sink,
  end,
  key,
  prepareSealing,
}: CareParts): Promise<Care> {
  const [{ openCare }, { runRetention }, migrations, afterRestore] = await Promise.all([
    import('./store/mod.ts'),
    import('./run/mod.ts'),
    everyMigration(),
    everyAfterRestore(),
  ])
  return openCare({
    store,
    clock: systemClock,
    announce,
    log: makeLogger('store', sink),
    folder: places.storeDir,
    exportsDir: places.exportsDir,
    settings,
    migrations,
    afterRestore,
    key,
    prepareSealing,
    prunable: runRetention({ store, folders: runFolders, clock: systemClock, log: makeLogger('run', sink), announce }),
    restart: (why) => void systemClock.after(ANSWER_MS, () => end({ why, code: 0, again: true })),
    careThreadUrl: layout.module('store/care-thread.ts'),
  })
}
