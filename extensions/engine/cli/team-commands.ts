/** The commands of teams: imports of n8n workflow JSON, and the way back. */
import type { Command } from 'commander'
import type { Act } from './program.ts'

export function addTeams(program: Command, act: Act): void {
  const importing = () => import('./commands/import.ts')
  program
    .command('import <files...>')
    .description('show what n8n workflow JSON becomes here, node by node; with --out, write it as team files')
    .option('--dry-run', 'only show it; nothing is written', false)
    .option('-o, --out <folder>', 'write a team file for each workflow into this folder')
    .option('--all', 'list every node and finding that asks something of you', false)
    .action((files, options) => act(async (session) => (await importing()).importFiles(session, files, options)))
  const team = program.command('team').description('teams: graphs of personas and deterministic nodes')
  team
    .command('export <file>')
    .description('write a team file as n8n workflow JSON')
    .option('-o, --out <file>', 'into this file (default: standard output)')
    .action((file, options) => act(async (session) => (await importing()).exportTeam(session, file, options)))
}
