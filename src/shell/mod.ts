/**
 * SHELL: the frame around the screens: places to go, commands, shortcuts, messages, and what stands when the engine is gone.
 * It knows no screen; main.tsx puts them in.
 */

export { type Action, useActions } from './actions.ts'
export { askImport, type ImportAsk, importAsked } from './ask-import.ts'
export { askRun, runAsked } from './ask-run.ts'
export { Shell } from './shell.tsx'
export { SETTINGS_SECTIONS } from './shell-actions.ts'
