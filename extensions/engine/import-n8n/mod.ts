/**
 * IMPORT-N8N: n8n workflow JSON in, a team with its personas and a report out; and back again. It refuses what is no workflow, with a
 * word on what it is instead; it drops nothing without a word; it never makes anything active, and never shows a secret that it found.
 */

export { exportWorkflow } from './export.ts'
export { type ImportFiles, openImport } from './open.ts'
