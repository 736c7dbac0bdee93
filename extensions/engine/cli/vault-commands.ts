/** `troupe vault …`: names, arguments, options and one line of help each. */
import { type Command, InvalidArgumentError } from 'commander'
import { SLOT_KINDS } from '#contract/plain'
import { collect, wholeNumber } from './option-values.ts'
import type { Act } from './program.ts'

const SECRETS = '\nPassphrases and codes are asked for without being shown, or read as lines of standard input; never given as arguments.'

export function addVault(program: Command, act: Act): void {
  const commands = () => import('./commands/vault.ts')
  const log = () => import('./commands/vault-audit.ts')
  const vault = program.command('vault').description('where secrets are sealed').addHelpText('after', SECRETS)
  vault
    .command('init')
    .description('make the vault; never over another')
    .option('--no-passphrase', 'without a passphrase (then with the keyring)')
    .option('--keyring', "also opened by this desktop's keyring", false)
    .option('--recovery', 'also opened by a recovery code, which is printed once', false)
    .option('--seal-store', 'also encrypt the whole store, from its beginning on; the engine restarts once', false)
    .action((options) => act(async (session) => (await commands()).initVault(session, options)))
  vault
    .command('unlock')
    .description('open it')
    .option('--keyring', 'with the keyring')
    .option('--recovery', 'with a recovery code')
    .action((options) => act(async (session) => (await commands()).unlockVault(session, options)))
  vault
    .command('lock')
    .description('lock it')
    .action(() => act(async (session) => (await commands()).lockVault(session)))
  vault
    .command('status')
    .description('tell how it is')
    .action(() => act(async (session) => (await commands()).vaultStatus(session)))
  addSlots(vault, act)
  vault
    .command('rotate')
    .description('a new master key: every value is sealed anew; goes on where it was stopped')
    .option('--stop', 'stop one that is under way', false)
    .option('-d, --detach', 'only begin it', false)
    .action((options) => act(async (session) => (await commands()).rotateKey(session, options)))
  vault
    .command('auto-lock')
    .description('when it locks by itself')
    .option('--idle <minutes>', 'after so many minutes without a use, or "never"', idle)
    .option('--suspend', 'when the machine is suspended')
    .option('--no-suspend', 'not when the machine is suspended')
    .action((options) => act(async (session) => (await commands()).setAutoLock(session, options)))
  vault
    .command('audit')
    .description('what was done with it, the newest first')
    .option('--verify', 'check that nothing was removed, changed or reordered', false)
    .option('--kind <kind>', 'only of this kind; may be given more than once', collect)
    .option('--credential <id>', 'only about this credential')
    .option('-n, --limit <number>', 'at most so many', wholeNumber(1, 1_000_000), 50)
    .action((options) => act(async (session) => (await log()).showAudit(session, options)))
  vault
    .command('check')
    .description('open every value once, and tell which are damaged')
    .action(() => act(async (session) => (await log()).checkFields(session)))
}

function addSlots(vault: Command, act: Act): void {
  const commands = () => import('./commands/vault-slots.ts')
  const slots = vault
    .command('slots')
    .description('the ways into the vault')
    .action(() => act(async (session) => (await commands()).listSlots(session)))
  slots
    .command('add')
    .description('add a way in')
    .addArgument(vault.createArgument('<kind>').choices(SLOT_KINDS))
    .option('--label <text>', 'a name for people')
    .action((kind, options) => act(async (session) => (await commands()).addSlot(session, kind, options)))
  slots
    .command('change <slot>')
    .description('a new passphrase, keyring entry or recovery code in its place')
    .option('--label <text>', 'only give it another name')
    .action((slot, options) => act(async (session) => (await commands()).changeSlot(session, slot, options)))
  slots
    .command('remove <slot>')
    .description('remove a way in; the last one stays')
    .action((slot) => act(async (session) => (await commands()).removeSlot(session, slot)))
  slots
    .command('confirm')
    .description('type a recovery code back, so that it counts')
    .action(() => act(async (session) => (await commands()).confirmSlot(session)))
}

function idle(text: string): number | null {
  if (text === 'never') return null
  const minutes = Number(text)
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1440)
    throw new InvalidArgumentError('It is a number of minutes from 1 to 1440, or "never".')
  return minutes
}
