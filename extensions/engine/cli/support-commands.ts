/** `troupe support-bundle`. */
import type { Command } from 'commander'
import { collect } from './option-values.ts'
import type { Act } from './program.ts'

const HELP = `
It first lists what is in it, and asks before it writes. --show prints one entry, exactly as it would be written.`

export function addSupport(program: Command, act: Act): void {
  program
    .command('support-bundle')
    .description('write one file for somebody who helps: versions, health and log, with secrets hidden and your work left out')
    .option('--list', 'only list what would be in it', false)
    .option('--show <entry>', 'print this entry, and write nothing')
    .option('--without <entry>', 'leave this entry out; may be given more than once', collect)
    .option('-o, --output <file>', "the file (default: a new one in the data folder's exports); never overwritten")
    .option('-y, --yes', 'do not ask', false)
    .addHelpText('after', HELP)
    .action((options) => act(async (session) => (await import('./commands/support.ts')).supportBundle(session, options)))
}
