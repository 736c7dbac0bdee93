/** Word lists and bounds of triggers, events and webhooks; plain, so that the window can use them without zod. */
export const TRIGGER_KINDS = ['manual', 'schedule', 'event', 'webhook', 'file', 'poll', 'chain', 'composite', 'clipboard', 'focus'] as const
export type TriggerKind = (typeof TRIGGER_KINDS)[number]

/** What made a fire. */
export const FIRE_CAUSES = ['schedule', 'catch-up', 'event', 'person', 'backfill', 'queue'] as const
export type FireCause = (typeof FIRE_CAUSES)[number]

/**
 * due → waiting ⇄ asking → starting → started → ended; every other one is an end. `missed` and `skipped` have no run and a reason.
 * `counted`: a due time for which another fire's run stands (coalesced).
 */
export const FIRE_STATES = [
  'waiting',
  'asking',
  'starting',
  'started',
  'ended',
  'skipped',
  'missed',
  'counted',
  'dry-run',
  'failed',
] as const
export type FireState = (typeof FIRE_STATES)[number]

/** Why a fire has no run, or waits. The text beside it says the particulars. */
export const FIRE_WHYS = [
  'asleep', // the machine was suspended at the due time
  'off', // Troupe was not running
  'busy', // Troupe ran, and came too late
  'clock', // the clock was set forward over the due time
  'catch-up-limit', // missed, and more than the policy makes up for
  'coalesced', // one run stands for it and others
  'overlap', // a run of the trigger was under way
  'queued', // waits until the run before it has ended
  'staggered', // waits for its place among those that are caught up
  'debounce', // more of the same came right after it
  'quiet-hours',
  'outside-hours',
  'rate-limit',
  'cool-down',
  'duplicate', // the same dedupe key came before
  'paused', // schedules are paused
  'disabled', // the trigger is off
  'expired', // the trigger has outlived its end
  'stopped', // it failed too often in a row
  'skip-next', // the person skipped it
  'ask', // waits for the person's yes
  'declined', // the person said no
  'unanswered', // nobody answered in time
  'depth', // the cascade is too deep
  'count', // the cascade has too many events
  'cost', // the cascade has cost too much
  'loop', // the trigger is its own cause
  'persona', // the persona is asleep, archived or gone
  'invalid', // input or parameters do not fit
  'queue-full', // the queue of runs was full
  'budget', // the persona's budget is used up
  'error', // a defect or a refusing disk; the text says which
] as const
export type FireWhy = (typeof FIRE_WHYS)[number]

/** pending → delivered | skipped | dead; a dead one is redriven (pending again) or discarded. */
export const DELIVERY_STATES = ['pending', 'delivered', 'skipped', 'dead', 'discarded'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

export const SIGNATURE_STYLES = ['none', 'github', 'stripe', 'slack', 'generic'] as const
export type SignatureStyle = (typeof SIGNATURE_STYLES)[number]

export const WEBHOOK_OUTCOMES = [
  'accepted', // 202: stored
  'duplicate', // 202: the same delivery was stored before
  'bad-signature', // 401
  'stale', // 401: its timestamp is out of tolerance
  'replayed', // 401: its signature was used before
  'unknown-path', // 404
  'wrong-method', // 405
  'too-large', // 413
  'bad-body', // 400
  'rate-limit', // 429
  'sealed', // 503: the signature cannot be checked while the vault is locked
  'too-slow', // 408
  'refused', // 503: the event could not be stored
] as const
export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number]

export const TRIGGER_LIMITS = {
  /** Triggers in all, and of one persona. */
  triggers: 100_000,
  templateChars: 100_000,
  /** Payload of one event, as JSON. */
  eventBytes: 1024 * 1024,
  conditions: 20,
  patterns: 20,
  /** Fires in one answer. */
  pageRows: 500,
  /** Due times that one account counts one by one; of more, the number is not known (null). */
  countedDueTimes: 10_000,
  /** A fire this late still counts as on time. */
  onTimeMs: 90_000,
  /** Between two fires that are caught up. */
  staggerMs: 5_000,
  /** How long a question to the person waits. */
  askMs: 24 * 3_600_000,
  /** Cascades: how deep, how many events, how much of known cost in US dollars. */
  cascadeDepth: 8,
  cascadeEvents: 200,
  cascadeCostUsd: 5,
  /** Tries of one delivery before it is a dead letter. */
  deliveryTries: 6,
  /** A webhook's body. */
  webhookBytes: 1024 * 1024,
  /** Requests that a webhook may send in a minute, by default. */
  webhookPerMinute: 120,
  /** How long an entry of the webhook log keeps its body. */
  webhookLogRows: 2_000,
  /** Files named in one batch of a file trigger; the rest is counted. */
  filesNamed: 500,
} as const
