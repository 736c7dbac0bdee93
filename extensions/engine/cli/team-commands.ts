/** The commands of teams: imports of n8n workflow JSON, the documents, and the way back. */
import type { Command } from 'commander'
import { followOptions, optional, wholeNumber } from './option-values.ts'
import type { Act } from './program.ts'

export function addTeams(program: Command, act: Act): void {
  program
    .command('import <files...>')
    .description('show what n8n workflow JSON becomes here, node by node, and make teams of it: personas asleep, nothing active')
    .option('--dry-run', 'only show it; nothing is made', false)
    .option('-y, --yes', 'do not ask', false)
    .option('-o, --out <folder>', 'write a team file for each workflow into this folder instead')
    .option('--all', 'list every node and finding that asks something of you', false)
    .action((files, options) => act(async (session) => (await import('./commands/import.ts')).importFiles(session, files, options)))
  const team = program.command('team').description('teams: graphs of personas and deterministic nodes')
  addLooks(team, act)
  addChanges(team, act)
  addMoves(team, act)
  addRuns(team, act)
}

function addRuns(team: Command, act: Act): void {
  followOptions(
    team
      .command('run <team>')
      .description('run a team by hand and follow it to its end, node by node; Ctrl+C cancels it')
      .option('-i, --input <json|text>', 'an item, a list of items, or a text; - reads standard input (default: one empty item)')
      .option('--from <node>', 'begin at this node (default: the only start)')
      .option('--until <node>', 'end when this node has run')
      .option('--keep <run>', 'keep what an earlier run gave before --from, and go on there')
      .option('--revision <number>', 'run an older revision', wholeNumber(1))
      .option('--file <file>', 'try this text of it, YAML or JSON, without saving it')
      .option('--no-pinned', 'pinned nodes run as others do'),
  ).action((name, options) => act(async (session) => (await import('./commands/team-run.ts')).runTeam(session, name, options)))
  team
    .command('go-on <run>')
    .description('go on with a run that waits at a node')
    .option('-i, --input <json|text>', 'with these items (default: with what the node had ready)')
    .option('--deny', 'do not approve it: the run ends there', false)
    .action((run, options) => act(async (session) => (await import('./commands/team-run.ts')).goOn(session, run, options)))
  team
    .command('items <run> <node>')
    .description('print the items that a node gave in a run')
    .option('--output <number>', 'of this output, from 0', wholeNumber(0), 0)
    .option('--run <number>', 'of this run of the node, from 0 (default: its last)', wholeNumber(0))
    .option('-n, --limit <number>', 'at most so many', wholeNumber(1, 500), 50)
    .action((run, node, options) => act(async (session) => (await import('./commands/team-run.ts')).showItems(session, run, node, options)))
}

function addLooks(team: Command, act: Act): void {
  const looking = () => import('./commands/team.ts')
  team
    .command('list')
    .description('list the teams, the newest change first')
    .option('--archived', 'list the archive instead', false)
    .action((options) => act(async (session) => (await looking()).listTeams(session, options)))
  team
    .command('show <team>')
    .description('show a team: its nodes, where each leads, its revisions')
    .option('--revision <number>', 'as it was in this revision', wholeNumber(1))
    .option('--yaml', 'as YAML, as team create and save read it', false)
    .action((name, options) => act(async (session) => (await looking()).showTeam(session, name, options)))
  team
    .command('diff <team> [from] [to]')
    .description('compare two revisions; without numbers, the last two')
    .action((name, from, to) =>
      act(async (session) => (await looking()).diffTeam(session, name, optional(from, wholeNumber(1)), optional(to, wholeNumber(1)))),
    )
  team
    .command('report <team>')
    .description('tell what its import made of each node')
    .option('--all', 'list every node and finding that asks something of you', false)
    .option('-o, --out <file>', 'write the whole report as JSON into this file')
    .action((name, options) => act(async (session) => (await looking()).showReport(session, name, options)))
  team
    .command('export <team>')
    .description('write a team, or a team file, as n8n workflow JSON')
    .option('--team', 'as a team file instead', false)
    .option('-o, --out <file>', 'into this file (default: standard output); never overwritten')
    .action((name, options) => act(async (session) => (await looking()).exportTeam(session, name, options)))
}

function addChanges(team: Command, act: Act): void {
  const changing = () => import('./commands/team-change.ts')
  team
    .command('create')
    .description('create a team from a file')
    .requiredOption('--file <file>', 'YAML or JSON of one team, or a team file; - reads standard input')
    .option('-m, --message <text>', 'a note on this revision')
    .action((options) => act(async (session) => (await changing()).createTeam(session, options)))
  team
    .command('edit <team>')
    .description('edit a team in $VISUAL or $EDITOR')
    .option('-m, --message <text>', 'a note on this revision')
    .action((name, options) => act(async (session) => (await changing()).editTeam(session, name, options)))
  team
    .command('save <team>')
    .description('replace a team by a file, as a new revision')
    .requiredOption('--file <file>', 'YAML or JSON of one team; - reads standard input')
    .option('-m, --message <text>', 'a note on this revision')
    .action((name, options) => act(async (session) => (await changing()).saveTeam(session, name, options)))
  team
    .command('restore <team> <revision>')
    .description('make an older revision the current one, as a new revision')
    .option('-m, --message <text>', 'a note on this revision', '')
    .action((name, revision, { message }) =>
      act(async (session) => (await changing()).restoreTeam(session, name, wholeNumber(1)(revision), message)),
    )
}

function addMoves(team: Command, act: Act): void {
  const changing = () => import('./commands/team-change.ts')
  team
    .command('activate <team>')
    .description('let its triggers start it (imported teams are not active)')
    .option('--undo', 'by hand only', false)
    .action((name, { undo }) => act(async (session) => (await changing()).activateTeam(session, name, !undo)))
  team
    .command('archive <team>')
    .description('move a team to the archive')
    .option('--undo', 'bring it back', false)
    .action((name, { undo }) => act(async (session) => (await changing()).archiveTeam(session, name, !undo)))
  team
    .command('duplicate <team>')
    .description('make a copy of a team')
    .action((name) => act(async (session) => (await changing()).duplicateTeam(session, name)))
  team
    .command('rm <team>')
    .description('remove a team with its revisions; its runs stay')
    .option('-y, --yes', 'do not ask', false)
    .action((name, { yes }) => act(async (session) => (await changing()).removeTeam(session, name, yes)))
}
