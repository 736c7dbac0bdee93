/** The `troupe store` branch of the command tree. */
import type { Command } from 'commander'
import { wholeNumber } from './option-values.ts'
import type { Act } from './program.ts'

const HELP = `
status, verify and export also work without an engine, and on a database that this build refuses (a newer or a damaged one): then
nothing is started, claimed or changed. A file is named as status lists it, e.g. backup-0000000000000042-person.`

export function addStore(program: Command, act: Act): void {
  const looking = () => import('./commands/store-look.ts')
  const changing = () => import('./commands/store-change.ts')
  const sealing = () => import('./commands/store-seal.ts')
  const store = program.command('store').description('the database: health, backups, restore, retention').addHelpText('after', HELP)
  store
    .command('status')
    .description('tell sizes, checks, snapshots and backups')
    .action(() => act(async (session) => (await looking()).storeStatus(session)))
  store
    .command('events')
    .description('list what was done to the data as a whole, the newest first')
    .action(() => act(async (session) => (await looking()).storeEvents(session)))
  store
    .command('verify [file]')
    .description('look through the database, or through one snapshot or backup; exit code 1 when something is wrong')
    .action((file) => act(async (session) => (await looking()).verifyStore(session, file)))
  store
    .command('export')
    .description('write the database as a plain SQLite file; sealed fields stay sealed')
    .option('-o, --output <file>', "the file (default: a new one in the data folder's exports); never overwritten")
    .action((options) => act(async (session) => (await looking()).exportStore(session, options)))
  store
    .command('backup')
    .description('make a backup now, and open it to see that it is whole')
    .action(() => act(async (session) => (await changing()).backUp(session)))
  store
    .command('remove <file>')
    .description('remove a backup')
    .option('-y, --yes', 'do not ask', false)
    .action((file, { yes }) => act(async (session) => (await changing()).removeBackup(session, file, yes)))
  store
    .command('restore <file>')
    .description('put the database back to a snapshot or backup; what it replaces is backed up first, and the engine restarts')
    .option('--plan', 'only tell what would be gone', false)
    .option('-y, --yes', 'do not ask', false)
    .action((file, options) => act(async (session) => (await changing()).restore(session, file, options)))
  store
    .command('seal')
    .description("encrypt the whole database with the vault's key; the plain files and backups are removed, and the engine restarts")
    .option('--start <how>', 'how the engine gets the key at its starts: keyring, or passphrase (troupe engine --unlock)', 'keyring')
    .option('-y, --yes', 'do not ask', false)
    .action((options) => act(async (session) => (await sealing()).seal(session, options)))
  store
    .command('unseal')
    .description('write the whole database as it is without a key; the sealed backups are removed, and the engine restarts')
    .option('-y, --yes', 'do not ask', false)
    .action((options) => act(async (session) => (await sealing()).unseal(session, options.yes)))
  store
    .command('compact')
    .description('make a snapshot of everything so far, so that the journals begin anew')
    .action(() => act(async (session) => (await changing()).compact(session)))
  store
    .command('prune')
    .description('remove ended runs as the settings runsKeptDays and runsKeptMb say, or as the options do')
    .option('--days <number>', 'those that ended longer ago', wholeNumber(0, 36_500))
    .option('--mb <number>', 'the oldest, until the files of the others fit', wholeNumber(0, 100_000_000))
    .option('--plan', 'only tell what would go', false)
    .option('-y, --yes', 'do not ask', false)
    .action((options) => act(async (session) => (await changing()).prune(session, options)))
}
