/** Closed word lists that documents, screens and the command line share. */
export const RUN_STATES = ['queued', 'running', 'parked', 'succeeded', 'failed', 'cancelled', 'incomplete'] as const
export type RunState = (typeof RUN_STATES)[number]
/** States that a run never leaves. */
export const TERMINAL_STATES = ['succeeded', 'failed', 'cancelled', 'incomplete'] as const
export function isTerminal(state: RunState): boolean {
  return (TERMINAL_STATES as readonly string[]).includes(state)
}

/** What a change in the engine is about; one word a line, so that two who add one do not meet. */
export const CHANGE_TOPICS = [
  'persona',
  'team',
  'run',
  'provider',
  'settings',
  'vault',
  'credential',
  'store',
  'mcp',
  'notification',
  'inbox',
  'rule',
  'budget',
  'health',
  'trigger',
  'event',
  'webhook',
  'service',
  'reset',
] as const
export type ChangeTopic = (typeof CHANGE_TOPICS)[number]

/** Why a run ended, or waits. The message beside it says the particulars. */
export const RUN_REASONS = [
  'done', // succeeded: the body finished
  'exit-code', // failed: a command ended with a code that does not count as success
  'signal', // failed: a command was ended by a signal that we did not send
  'spawn', // failed: a program could not be started
  'timeout', // failed: the time limit
  'turn-limit', // failed: the model loop reached its turn limit
  'sealed', // parked: it needs a secret, and the vault is sealed
  'approval', // parked: a call of it waits for the person's yes
  'question', // parked: its model asked the person something
  'timer', // parked: until a time
  'input', // parked: it waits for something to be given to it
  'budget', // parked: a limit of what it may spend is reached
  'unknown-outcome', // parked: nobody knows whether a step had its effect, and it is not safe to repeat
  'loop', // parked: the same call with the same result again and again
  'retry', // parked: it failed, and is tried again at a time
  'credential', // failed: a credential that it needs is not granted, gone, or cannot be lent
  'no-model', // failed: no model in the chain answered
  'invalid-input', // failed: the input or a parameter does not fit
  'node', // failed: a node of a team did
  'tool', // failed: a tool broke in a way the model cannot mend
  'denied', // failed: what it needed was denied
  'diverged', // failed: its journal does not fit what it asks for now
  'replay-ended', // incomplete: a replay came to a call that was not recorded
  'thread-died', // incomplete: the run's thread ended beneath it
  'engine-stopped', // incomplete: the engine was stopped in order while it ran
  'engine-crashed', // incomplete: the engine ended without a word while it ran
  'person', // cancelled: by the person
  'internal', // failed: a defect in Troupe
] as const
export type RunReasonCode = (typeof RUN_REASONS)[number]

/**
 * Kinds of steps. `node`: a deterministic node of a team. `wait`: until a time. `approval`: a question that parked the run.
 * `message`: guidance that was taken into the conversation.
 */
export const STEP_KINDS = ['model', 'tool', 'command', 'node', 'wait', 'approval', 'message'] as const
export type StepKind = (typeof STEP_KINDS)[number]

/**
 * Whether a step may be done again when nobody knows if it had its effect. `read-only`: it changes nothing (or nothing but the bill).
 * `idempotent`: a second time changes nothing more. `unsafe`: the person is asked.
 */
export const STEP_SAFETY = ['read-only', 'idempotent', 'unsafe'] as const
export type StepSafety = (typeof STEP_SAFETY)[number]

/** What a person can tell of a step whose outcome nobody knows. */
export const STEP_ANSWERS = ['happened', 'did-not-happen', 'skip'] as const
export type StepAnswer = (typeof STEP_ANSWERS)[number]

/** How a run came to be. `fork`: from a step of another, whose earlier results it keeps. `replay`: another's steps again, without a call. */
export const RUN_ORIGINS = ['start', 'fork', 'replay'] as const
export type RunOrigin = (typeof RUN_ORIGINS)[number]

/** What a persona runs on: our own loop over models, a program, or an agent CLI. */
export const BODY_KINDS = ['model', 'command', 'agent'] as const
export type BodyKind = (typeof BODY_KINDS)[number]

/** Agent CLIs that are known by name; `own`: any other that speaks the Agent Client Protocol. */
export const AGENTS = ['claude', 'codex', 'gemini', 'goose', 'opencode', 'own'] as const
export type AgentName = (typeof AGENTS)[number]
export const AGENT_LABELS: Readonly<Record<AgentName, string>> = {
  claude: 'Claude Code',
  codex: 'Codex',
  gemini: 'Gemini CLI',
  goose: 'Goose',
  opencode: 'OpenCode',
  own: 'Another agent',
}

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

/** What a notification is about: a question to the person, a run that failed, one that was done, a budget at its limit, something to remember. */
export const NOTIFICATION_KINDS = ['needs-you', 'failed', 'done', 'budget', 'reminder'] as const
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number]
/** desktop: shown by the desktop and kept in the window. window: kept in the window alone. off: neither. */
export const NOTIFICATION_LEVELS = ['desktop', 'window', 'off'] as const
export type NotificationLevel = (typeof NOTIFICATION_LEVELS)[number]

/** Ways to the vault's master key. */
export const SLOT_KINDS = ['passphrase', 'keyring', 'recovery'] as const
export type SlotKind = (typeof SLOT_KINDS)[number]

/** Why the vault is sealed. */
export const VAULT_LOCK_REASONS = ['start', 'person', 'idle', 'suspend', 'stopping'] as const
export type VaultLockReason = (typeof VAULT_LOCK_REASONS)[number]

/** Expected outcomes of what asks for a key; each has its own message. */
export const UNLOCK_FAILURES = [
  'no-vault', // there is none yet
  'exists', // there is one already: it is never made anew over another
  'wrong-passphrase', // no passphrase slot opens with it
  'mistyped-code', // the recovery code's checksum does not fit
  'wrong-code', // a sound code of this vault, and its slot is gone or was replaced
  'missing-keyring', // no keyring answers, or it has no entry for this vault
  'locked-keyring', // it is there, and was not unlocked
  'other-vault', // a sound key, of another vault
  'damaged-header', // the vault's own file cannot be trusted
  'damaged-field', // a sealed value cannot be trusted
  'delayed', // too soon after wrong tries
  'no-slot', // the vault has no slot of that kind or id
  'last-slot', // the only way in cannot be taken away
  'cancelled', // the caller left
] as const
export type UnlockFailure = (typeof UNLOCK_FAILURES)[number]

/** What the audit log tells of. */
export const AUDIT_KINDS = [
  'init',
  'unlock',
  'lock',
  'reauthenticate',
  'slot-add',
  'slot-change',
  'slot-remove',
  'rotate',
  'setting',
  'credential-add',
  'credential-change',
  'credential-remove',
  'credential-check',
  'grant',
  'revoke',
  'lend',
  'lease-end',
  'send',
  'reveal',
  'copy',
  'export',
  'import',
  'read-field',
  'tamper',
] as const
export type AuditKind = (typeof AUDIT_KINDS)[number]
export const AUDIT_OUTCOMES = ['done', 'failed', 'refused'] as const
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number]

/** Headings under which connectors and credentials are listed, in this order. */
export const CONNECTOR_CATEGORIES = [
  'generic',
  'models',
  'development',
  'communication',
  'productivity',
  'google',
  'microsoft',
  'database',
  'storage',
  'mail',
  'commerce',
  'marketing',
  'search',
] as const
export type ConnectorCategory = (typeof CONNECTOR_CATEGORIES)[number]

/**
 * What a connector's field is, for the form: `choice` has a list, `lines` is text of several lines, `totp` takes an otpauth address
 * or its key, `connected` is put in by an OAuth connection and is in no form.
 */
export const FIELD_KINDS = ['text', 'secret', 'lines', 'url', 'host', 'port', 'email', 'choice', 'totp', 'connected'] as const
export type FieldKind = (typeof FIELD_KINDS)[number]

/** Only `verified` is green: it was tried and it worked. */
export const HEALTH_STATES = ['unchecked', 'verified', 'failed', 'unverifiable'] as const
export type HealthState = (typeof HEALTH_STATES)[number]

/** Tables of password managers that an import can read. */
export const IMPORT_FORMATS = ['auto', 'bitwarden', '1password', 'keepassxc'] as const
export type ImportFormat = (typeof IMPORT_FORMATS)[number]

/** Why a backup of the database was made. */
export const BACKUP_REASONS = ['migration', 'schedule', 'person', 'restore'] as const
export type BackupReason = (typeof BACKUP_REASONS)[number]

/** Long work on the store; one at a time. */
export const STORE_JOBS = ['verify', 'backup', 'plan', 'restore', 'export', 'prune', 'seal'] as const
export type StoreJobKind = (typeof STORE_JOBS)[number]

/** What the rows of a table are, for people. A table without a word is shown by its name. */
export const TABLE_NOUNS: Readonly<Record<string, string>> = {
  run: 'runs',
  run_step: 'steps of runs',
  persona: 'personas',
  persona_revision: 'revisions',
  team: 'teams',
  team_revision: 'revisions of teams',
  team_import: "reports of teams' imports",
  provider: 'providers',
  setting: 'settings',
  memory: 'things the window remembers',
  client: 'clients',
}

/** Exit codes of the command line, and of `troupe run` for each way a run can end. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 3, refused: 4, cancelled: 130 } as const
