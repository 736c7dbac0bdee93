/** RUN: one run, live or ended, to be read and repeated; and two runs side by side. It starts runs through the engine and decides nothing about them. */

export { CompareScreen } from './compare-screen.tsx'
export { copyText, saveFile } from './fold.tsx'
export { createRunFollow, type RunFollow } from './follow.ts'
export type { RunGiven } from './last-given.ts'
export { RunDialog, RunFields, type Runnable, startParams } from './run-dialog.tsx'
export { RunScreen } from './run-screen.tsx'
export { StepsPane } from './steps-pane.tsx'
export { TerminalPane } from './terminal-pane.tsx'
export { createWide } from './wide.ts'
