/** Hooks that are on, by the digest of their path; their keys while the vault is open. [WH2], [WH3] */
import { createHash } from 'node:crypto'
import type { TriggerWhen } from '#contract'

export type HookWhen = Extract<TriggerWhen, { kind: 'webhook' }>

export interface Hook {
  readonly triggerId: string
  readonly when: HookWhen
  readonly source: string
  readonly pathSha256: string
  /** Tokens of its rate, and when they were last counted. */
  tokens: number
  countedAt: number
}

export const digestOf = (path: string): string => createHash('sha256').update(path).digest('hex')

/** Takes a token. Answers 0, or in how many seconds there is one again. [WH7] */
export function takeToken(hook: Hook, now: number): number {
  const { perMinute } = hook.when
  // A clock that was set back gives none, and takes none.
  const passed = Math.max(0, now - hook.countedAt)
  hook.tokens = Math.min(perMinute, hook.tokens + (passed / 60_000) * perMinute)
  hook.countedAt = now
  if (hook.tokens >= 1) {
    hook.tokens -= 1
    return 0
  }
  return Math.max(1, Math.ceil(((1 - hook.tokens) * 60) / perMinute))
}

export const RECEIVED = 'troupe.webhook.received'

/** Under which its texts lie in the vault. */
export const ownerOf = (id: string): string => `webhook:${id}`
