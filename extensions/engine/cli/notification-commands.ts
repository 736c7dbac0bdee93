/** The `troupe notifications` branch of the command tree. */
import { type Command, Option } from 'commander'
import { NOTIFICATION_KINDS, NOTIFICATION_LEVELS } from '#contract/plain'
import { collect, wholeNumber } from './option-values.ts'
import type { Act } from './program.ts'

const HELP = `
Kinds: ${NOTIFICATION_KINDS.join(', ')}. Levels: desktop (shown by the desktop, and kept), window (kept alone), off.
A notification is named by its number in the list, its id, or a beginning of its id.`

export function addNotifications(program: Command, act: Act): void {
  const commands = () => import('./commands/notification.ts')
  const notifications = program
    .command('notifications')
    .description('what Troupe told you while you looked elsewhere')
    .addHelpText('after', HELP)
  notifications
    .command('list', { isDefault: true })
    .description('list them, the newest first')
    .option('-u, --unread', 'only those that were not read', false)
    .option('-k, --kind <kind>', 'only of this kind; may be given more than once', collect)
    .option('-n, --limit <number>', 'at most so many', wholeNumber(1, 500), 20)
    .action((options) => act(async (session) => (await commands()).listNotifications(session, options)))
  notifications
    .command('read [notification...]')
    .description('mark these as read; without any, all')
    .option('--unread', 'mark them as not read', false)
    .action((names, options) => act(async (session) => (await commands()).markNotifications(session, names, options.unread)))
  notifications
    .command('open <notification>')
    .description('show the window at the place of this one')
    .action((name) => act(async (session) => (await commands()).openNotification(session, name)))
  notifications
    .command('clear [notification...]')
    .description('remove these; without any, all that were read')
    .action((names) => act(async (session) => (await commands()).clearNotifications(session, names)))
  notifications
    .command('test')
    .description('have the desktop show one now; exit code 1 when it cannot')
    .action(() => act(async (session) => (await commands()).testNotification(session)))
  notifications
    .command('preferences')
    .description('what is wished: print it, or change what the options say')
    .option('--persona <persona>', 'for this persona alone')
    .addOption(new Option('--kind <kind>', 'which kind --level is for (default: all)').choices(NOTIFICATION_KINDS))
    .addOption(
      new Option('--level <level>', 'how it is told; "as-others" with --persona: as for everyone').choices([
        ...NOTIFICATION_LEVELS,
        'as-others',
      ]),
    )
    .option('--quiet <from-to>', 'hours in which the desktop shows nothing, such as 22:00-07:00, or "off"')
    .option('--coalesce <minutes>', 'like ones within so many minutes become one; 0: never', wholeNumber(0, 1440))
    .action((options) => act(async (session) => (await commands()).notificationPreferences(session, options)))
}
