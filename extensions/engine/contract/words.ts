/** Closed word lists that documents, screens and the command line share. */
export const RUN_STATES = ['queued', 'running', 'parked', 'succeeded', 'failed', 'cancelled', 'incomplete'] as const
export type RunState = (typeof RUN_STATES)[number]
/** States that a run never leaves. */
export const TERMINAL_STATES = ['succeeded', 'failed', 'cancelled', 'incomplete'] as const
export function isTerminal(state: RunState): boolean {
  return (TERMINAL_STATES as readonly string[]).includes(state)
}

/** Why a run ended, or waits. The message beside it says the particulars. */
export const RUN_REASONS = [
  'done', // succeeded: the body finished
  'exit-code', // failed: a command ended with a code that does not count as success
  'signal', // failed: a command was ended by a signal that we did not send
  'spawn', // failed: a program could not be started
  'timeout', // failed: the time limit
  'turn-limit', // failed: the model loop reached its turn limit
  'no-model', // failed: no model in the chain answered
  'invalid-input', // failed: the input or a parameter does not fit
  'tool', // failed: a tool broke in a way the model cannot mend
  'thread-died', // incomplete: the run's thread ended beneath it
  'engine-stopped', // incomplete: the engine was stopped in order while it ran
  'engine-crashed', // incomplete: the engine ended without a word while it ran
  'person', // cancelled: by the person
  'internal', // failed: a defect in Troupe
] as const
export type RunReasonCode = (typeof RUN_REASONS)[number]

export const SECTION_KINDS = ['identity', 'instructions', 'tools', 'examples', 'errors', 'own'] as const
export type SectionKind = (typeof SECTION_KINDS)[number]

/** Colours are design tokens; the window maps each to a light and a dark value with AA contrast. */
export const COLOURS = ['slate', 'red', 'orange', 'amber', 'green', 'teal', 'blue', 'indigo', 'violet', 'pink'] as const
export type Colour = (typeof COLOURS)[number]

/** Icons are names; the window draws each from its icon set. */
export const ICONS = [
  'user',
  'bot',
  'terminal',
  'disk',
  'folder',
  'file',
  'log',
  'shield',
  'archive',
  'search',
  'globe',
  'mail',
  'calendar',
  'code',
  'git',
  'pen',
  'book',
  'chart',
  'clock',
  'bell',
  'wrench',
  'flask',
  'database',
  'camera',
  'music',
  'heart',
  'star',
  'bolt',
] as const
export type Icon = (typeof ICONS)[number]

export const PROVIDER_KINDS = ['anthropic', 'openai', 'google', 'openai-compatible', 'ollama', 'lmstudio'] as const
export type ProviderKind = (typeof PROVIDER_KINDS)[number]

/** Exit codes of the command line, and of `troupe run` for each way a run can end. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 3, refused: 4, cancelled: 130 } as const
