/** `troupe credential …`: names, arguments, options and one line of help each. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { CREDENTIAL_LIMITS, IMPORT_FORMATS } from '#contract/plain'
import { collect, collectParam, wholeNumber } from './option-values.ts'
import type { Act } from './program.ts'

const SECRETS =
  '\nSecret values are asked for without being shown, or read as lines of standard input in the order in which they are asked; never given as arguments.'

export function addCredentials(program: Command, act: Act): void {
  const credential = program
    .command('credential')
    .description('secrets in the vault, and who may borrow them')
    .addHelpText('after', SECRETS)
  addLooking(credential, act)
  addChanging(credential, act)
  addLending(credential, act)
  addTransfer(credential, act)
}

function addLooking(credential: Command, act: Act): void {
  const commands = () => import('./commands/credential.ts')
  credential
    .command('connectors [word]')
    .description('the kinds of credentials there are')
    .action((word) => act(async (session) => (await commands()).listConnectors(session, word)))
  credential
    .command('list')
    .description('list them, with what is known of each')
    .action(() => act(async (session) => (await commands()).listCredentials(session)))
  credential
    .command('show <credential>')
    .description('all but its values')
    .action((name) => act(async (session) => (await commands()).showCredential(session, name)))
  credential
    .command('check <credential...>')
    .description('try it; 0: it works, 1: it does not, or nobody can tell')
    .action((names) => act(async (session) => (await commands()).checkCredentials(session, names)))
  credential
    .command('reveal <credential> <field>')
    .description('print one value, after asking who you are')
    .action((name, field) => act(async (session) => (await commands()).revealField(session, name, field)))
  credential
    .command('code <credential>')
    .description('print its one-time code of now, after asking who you are')
    .action((name) => act(async (session) => (await commands()).printCode(session, name)))
  const { default: standard, min, max } = CREDENTIAL_LIMITS.generated
  credential
    .command('generate')
    .description('print a random password')
    .option('--length <signs>', 'how long', wholeNumber(min, max), standard)
    .option('--no-signs', 'letters and digits only')
    .option('--readable', 'without signs that look alike', false)
    .action((options) => act(async (session) => (await commands()).generate(session, options)))
}

function addChanging(credential: Command, act: Act): void {
  const commands = () => import('./commands/credential-change.ts')
  valueOptions(credential.command('add <name>').description('put one in; its secret fields are asked for'))
    .requiredOption('--connector <id>', 'what kind it is: troupe credential connectors')
    .action((name, options) => act(async (session) => (await commands()).addCredential(session, name, options)))
  valueOptions(credential.command('edit <credential>').description('change it'))
    .option('--rename <name>', 'another name')
    .action((name, options) => act(async (session) => (await commands()).editCredential(session, name, options)))
  credential
    .command('connect <credential>')
    .description('connect it in the browser (OAuth)')
    .action((name) => act(async (session) => (await commands()).connectCredential(session, name)))
  credential
    .command('attach <credential> <file>')
    .description('keep a file with it, sealed')
    .action((name, file) => act(async (session) => (await commands()).attachFile(session, name, file)))
  credential
    .command('detach <credential> <attachment>')
    .description('remove an attached file')
    .action((name, attachment) => act(async (session) => (await commands()).detachFile(session, name, attachment)))
  credential
    .command('fetch <credential> <attachment>')
    .description('write an attached file, after asking who you are')
    .requiredOption('-o, --output <file>', 'the file; never overwritten')
    .action((name, attachment, { output }) => act(async (session) => (await commands()).fetchFile(session, name, attachment, output)))
}

function valueOptions(command: Command): Command {
  return command
    .option('--label <text>', 'a name for people')
    .option('--set <field=value>', 'a field that is no secret; may be given more than once', collectParam, {})
    .option('--secret <field>', 'ask for this secret field too; may be given more than once', collect)
    .option('--file <field=path>', 'read a field from a file; may be given more than once', collectParam, {})
    .option('--host <host>', 'another host where it may be sent; may be given more than once', collect)
    .option('--private', 'its hosts may be on your own network')
    .option('--expires <day>', 'the day on which it ends: 2027-01-31, or "never"', day)
    .option('--rotate <days>', 'remind after so many days, or "never"', days)
}

function addLending(credential: Command, act: Act): void {
  const commands = () => import('./commands/credential-lending.ts')
  credential
    .command('grant <credential> <persona>')
    .description('let a persona borrow it')
    .option('--field <field>', 'only this field; may be given more than once', collect)
    .option('--host <host>', 'only for this host; may be given more than once', collect)
    .option('--environment', 'as variables of its programs, not behind placeholders', false)
    .action((name, persona, options) => act(async (session) => (await commands()).grantCredential(session, name, persona, options)))
  credential
    .command('revoke <credential> [persona]')
    .description('take it back from a persona; without one: from all, until a new value is put in')
    .option('-y, --yes', 'do not ask', false)
    .action((name, persona, { yes }) => act(async (session) => (await commands()).revokeCredential(session, name, persona, yes)))
  credential
    .command('rm <credential>')
    .description('remove it')
    .option('--end-leases', 'also when a run holds it just now', false)
    .option('-y, --yes', 'do not ask', false)
    .action((name, options) => act(async (session) => (await commands()).removeCredential(session, name, options)))
}

function addTransfer(credential: Command, act: Act): void {
  const commands = () => import('./commands/credential-transfer.ts')
  credential
    .command('import [file]')
    .description('from a .env file, a CSV file of Bitwarden, 1Password or KeePassXC, or a sealed file of Troupe')
    .addOption(new Option('--format <program>', 'where a CSV file comes from').choices(IMPORT_FORMATS))
    .option('--environment', "from the engine's own environment instead of a file", false)
    .option('--plan', 'only show what would be imported', false)
    .option('--all', 'also what is probably no secret', false)
    .option('-y, --yes', 'do not ask', false)
    .action((file, options) => act(async (session) => (await commands()).importCredentials(session, file, options)))
  credential
    .command('export [credential...]')
    .description('into one file, sealed by a passphrase of its own; all when none is named')
    .requiredOption('-o, --output <file>', 'the file; never overwritten')
    .action((names, { output }) => act(async (session) => (await commands()).exportCredentials(session, names, output)))
}

function day(text: string): number | null {
  if (text === 'never') return null
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(at)) throw new InvalidArgumentError('It is a day such as 2027-01-31, or "never".')
  return at
}

function days(text: string): number | null {
  return text === 'never' ? null : wholeNumber(1, 3650)(text)
}
