/** TEAMS: the list of teams, the canvas of one, and the import of n8n workflows. */
export { ImportWorkflow } from './import/import-dialog.tsx'
export { TeamScreen } from './team-screen.tsx'
export { TeamsScreen } from './teams-screen.tsx'
