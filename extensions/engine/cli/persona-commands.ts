/** The part of the tree that is about personas: `troupe persona …`. */
import { type Command, Option } from 'commander'
import { AGENTS } from '#contract/plain'
import { collect, collectParam, optional, wholeNumber } from './option-values.ts'
import type { Act } from './program.ts'

export function addPersonas(program: Command, act: Act): void {
  const persona = program.command('persona').description('list, make and change personas')
  addPersonaLooks(persona, act)
  addPersonaChanges(persona, act)
  addPersonaMoves(persona, act)
}

function addPersonaLooks(persona: Command, act: Act): void {
  const looking = () => import('./commands/persona-list.ts')
  persona
    .command('list')
    .description('list the personas')
    .option('--archived', 'list the archive instead', false)
    .option('--text <text>', 'only with these words in name, summary, labels or prompt')
    .action((options) => act(async (session) => (await looking()).listPersonas(session, options)))
  persona
    .command('show <persona>')
    .description('show a persona whole')
    .option('--revision <number>', 'as it was in this revision', wholeNumber(1))
    .option('--yaml', 'as YAML, as persona create and save read it', false)
    .action((name, options) => act(async (session) => (await looking()).showPersona(session, name, options)))
  persona
    .command('diff <persona> [from] [to]')
    .description('compare two revisions; without numbers, the last two')
    .action((name, from, to) =>
      act(async (session) => (await looking()).diffPersona(session, name, optional(from, wholeNumber(1)), optional(to, wholeNumber(1)))),
    )
  persona
    .command('prompt <persona>')
    .description('print the prompt that a run would send, without running it')
    .option('-i, --input <text>', 'the input; - reads standard input', '')
    .option('-p, --param <name=value>', 'a parameter; may be given more than once', collectParam, {})
    .option('--revision <number>', 'of an older revision', wholeNumber(1))
    .option('--file <file>', 'of a changed text of it, YAML or JSON, that is not saved')
    .action((name, options) => act(async (session) => (await import('./commands/persona-prompt.ts')).showPrompt(session, name, options)))
  persona
    .command('export [persona...]')
    .description('write personas to one file')
    .option('-o, --output <file>', 'the file (default: standard output); never overwritten')
    .option('--all', 'every persona that is not in the archive', false)
    .action((names, options) => act(async (session) => (await looking()).exportPersonas(session, names, options)))
}

function addPersonaChanges(persona: Command, act: Act): void {
  const changing = () => import('./commands/persona-change.ts')
  persona
    .command('create')
    .description('create a persona from a file, a template, or options')
    .option('--file <file>', 'YAML or JSON of one persona; - reads standard input')
    .option('--template <id>', 'begin with a template')
    .option('--name <name>', 'its name')
    .option('--summary <text>', 'what it does, in one line')
    .option('--instructions <text>', 'its instructions')
    .option('--model <provider/model>', 'a model to run on; more than once for a chain', collect)
    .option('--command <program>', 'a program to run instead of a model')
    .addOption(
      new Option('--agent <name>', 'an agent CLI to run on instead of a model').choices([...AGENTS]).conflicts(['command', 'model']),
    )
    .option('--arg <text>', 'an argument of the program; may be given more than once', collect)
    .option('-m, --message <text>', 'a note on this revision')
    .action((options) => act(async (session) => (await changing()).createPersona(session, options)))
  persona
    .command('edit <persona>')
    .description('edit a persona in $VISUAL or $EDITOR')
    .option('-m, --message <text>', 'a note on this revision')
    .action((name, options) => act(async (session) => (await import('./commands/persona-edit.ts')).editPersona(session, name, options)))
  persona
    .command('save <persona>')
    .description('replace a persona by a file, as a new revision')
    .requiredOption('--file <file>', 'YAML or JSON of one persona; - reads standard input')
    .option('-m, --message <text>', 'a note on this revision')
    .action((name, options) => act(async (session) => (await changing()).savePersona(session, name, options)))
  persona
    .command('restore <persona> <revision>')
    .description('make an older revision the current one, as a new revision')
    .option('-m, --message <text>', 'a note on this revision', '')
    .action((name, revision, { message }) =>
      act(async (session) => (await changing()).restorePersona(session, name, wholeNumber(1)(revision), message)),
    )
  persona
    .command('import <file>')
    .description('show what a file would create and may do, and create it asleep; - reads standard input')
    .option('--plan', 'only show it', false)
    .option('-y, --yes', 'do not ask', false)
    .action((file, options) => act(async (session) => (await changing()).importPersonas(session, file, options)))
}

function addPersonaMoves(persona: Command, act: Act): void {
  const changing = () => import('./commands/persona-change.ts')
  persona
    .command('wake <persona>')
    .description('let a persona run (imported ones sleep)')
    .action((name) => act(async (session) => (await changing()).wakePersona(session, name, true)))
  persona
    .command('sleep <persona>')
    .description('let a persona refuse runs')
    .action((name) => act(async (session) => (await changing()).wakePersona(session, name, false)))
  persona
    .command('archive <persona>')
    .description('move a persona to the archive')
    .option('--undo', 'bring it back', false)
    .action((name, { undo }) => act(async (session) => (await changing()).archivePersona(session, name, !undo)))
  persona
    .command('arrange <persona...>')
    .description('put personas in this order among themselves')
    .option('--group <name>', 'move them to this group too; empty means none')
    .action((names, options) => act(async (session) => (await changing()).arrangePersonas(session, names, options)))
  persona
    .command('duplicate <persona>')
    .description('make a copy of a persona')
    .action((name) => act(async (session) => (await changing()).duplicatePersona(session, name)))
  persona
    .command('rm <persona>')
    .description('remove a persona with its revisions; its runs stay')
    .option('-y, --yes', 'do not ask', false)
    .action((name, { yes }) => act(async (session) => (await changing()).removePersona(session, name, yes)))
}
