/** TOOL, second door: what a team's nodes use in a run thread, behind the same guards as a model's tools. */
export { teamHttp } from './team-http.ts'
export { workspaceFiles as teamFiles } from './workspace-files.ts'
