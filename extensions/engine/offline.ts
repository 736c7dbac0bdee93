/** The composition root of a look into a data folder that no engine has open: for the command line. */
import { findPlaces, systemClock } from '#core/node'
import { everyAfterRestore, everyMigration } from './doors.ts'
import { loadInspection } from './store/mod.ts'

/** NOT_FOUND: there is no store. Nothing is migrated, and only `restore` writes into the store's folder. */
export async function openOffline(data: string | undefined) {
  const places = findPlaces({ data })
  const known = Object.fromEntries((await everyMigration()).map(({ room, number }) => [room, number]))
  const rooms = { known, after: await everyAfterRestore(), clock: systemClock }
  const inspection = (await loadInspection())(places.storeDir)
  return {
    exportsDir: places.exportsDir,
    status: () => inspection.status(known),
    verify: (name?: string) => inspection.verify(name),
    export: (path: string) => inspection.export(path),
    async planRestore(name: string) {
      const plan = await inspection.planRestore(name, rooms)
      return { ...plan, tables: [...plan.tables], notes: rooms.after.flatMap(({ note }) => (note === '' ? [] : [note])) }
    },
    restore: (name: string, digest: string) => inspection.restore(name, digest, rooms),
  }
}
