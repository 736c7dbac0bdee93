/** Bounds and words of services; the unit is in the name. */
export const SERVICE_LIMITS = {
  /** Configured services. */
  services: 100,
  /** Services that one may need. */
  needs: 20,
  /** The first wait before a service is started again; it doubles with each end in a row. */
  backOffFirstMs: 1_000,
  backOffMostMs: 30_000,
  /** So much of a wait is left to chance, so that several do not start in step. */
  backOffJitter: 0.2,
  /** One more end by itself within `budgetMs`, and it is not started again. */
  budgetEnds: 5,
  budgetMs: 60_000,
  /** Healthy for so long: its ends are forgotten. */
  resetMs: 60_000,
  /** Lines kept in memory for each service, and their text together. */
  ringLines: 2_000,
  ringBytes: 512 * 1024,
  /** A longer line is cut, and it is said. */
  lineBytes: 16 * 1024,
  /** What is kept of a service that says more: lines and bytes a second. A burst may be four times as much. */
  linesPerSecond: 500,
  bytesPerSecond: 256 * 1024,
  /** One file of its log, and how many of them; older ones go. */
  logFileBytes: 2 * 1024 * 1024,
  logFiles: 4,
  /** Lines of one answer. */
  logAnswerLines: 1_000,
  /** How often memory and CPU are looked at while a service runs, and how many looks are kept. */
  lookMs: 3_000,
  looks: 60,
} as const

/** What the person wants of a service. */
export const SERVICE_DESIRED = ['on', 'off', 'on-demand'] as const
/**
 * stopped: it does not run, and is not to. waiting: it is to run, and waits (for others, for the vault, before it is tried again). starting: it runs
 * and is not ready. ready. degraded: it runs, and something about it is wrong. stopping. failed: it does not run, and is not tried again by itself.
 */
export const SERVICE_STATES = ['stopped', 'waiting', 'starting', 'ready', 'degraded', 'stopping', 'failed'] as const
export type ServiceState = (typeof SERVICE_STATES)[number]
/** Why a service is in its state; the message beside it says the particulars. */
export const SERVICE_REASONS = [
  'asked', // a person asked for it
  'idle', // nobody used it
  'done', // it ended by itself with exit code 0, as it may
  'ended', // it ended by itself
  'cannot-start', // its program could not be started
  'port-taken', // something else has its port
  'not-ready', // it was not ready in time
  'unhealthy', // its health probe failed
  'limit', // it took more memory or CPU than it may
  'needs', // it waits for another service, or has lost it
  'sealed', // the vault is locked
  'credential', // a credential that it needs cannot be lent, or was taken back
  'gave-up', // it ended too often
  'would-not-stop', // processes of it are left that could not be ended
] as const
export type ServiceReason = (typeof SERVICE_REASONS)[number]
export const SERVICE_LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type ServiceLogLevel = (typeof SERVICE_LOG_LEVELS)[number]
