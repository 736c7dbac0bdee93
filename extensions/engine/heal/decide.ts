/** From a failure, what was tried before, and the time, to what is done now. Pure: [HE1] to [HE10]. */
import type { FailureClass, HealChange } from '#contract/plain'
import { CLASSES, HEALING } from './classes.ts'

export interface Failure {
  readonly class: FailureClass
  /** One line. */
  readonly message: string
  readonly provider: string | null
  readonly tool: string | null
  /** What the provider asked for; null: it said nothing. */
  readonly retryAfterMs: number | null
  /** When the account's window begins anew, milliseconds since 1970. */
  readonly resetAt: number | null
  /** false: the run cannot go on from where it was (a command; a step whose outcome nobody knows). */
  readonly resumable: boolean
}

export interface Counters {
  /** Attempts of this run that healing has begun. */
  readonly attempts: number
  /** Plain tries of this class since the last progress. */
  readonly tries: number
  /** This failure, by its signature, in a row without a finished step between; this time included. */
  readonly same: number
  /** Rungs that were taken for this run. */
  readonly rungs: readonly HealChange[]
  /** Attempts of the persona in the last 24 hours. */
  readonly personaAttempts: number
  readonly hasNextModel: boolean
}

export type Action =
  | {
      readonly kind: 'retry'
      readonly at: number
      readonly change: HealChange
      /** The tool that is switched off. */
      readonly about: string
      readonly tell: boolean
      readonly message: string
    }
  | { readonly kind: 'ask'; readonly message: string; readonly advice: string }
  | { readonly kind: 'give-up'; readonly why: 'not-healed' | 'futile' | 'healing-budget' | 'not-safe'; readonly message: string }

/** `chance`: from 0 up to 1. */
export function decide(failure: Failure, counters: Counters, now: number, chance: number): Action {
  const policy = CLASSES[failure.class]
  const said = `${policy.words}: ${failure.message}`
  const giveUp = (why: Extract<Action, { kind: 'give-up' }>['why'], more: string): Action => ({
    kind: 'give-up',
    why,
    message: `${said} ${more} ${policy.advice}`.replace(/\s+/g, ' '),
  })
  const wanted = policy.tries > 0 || policy.ladder.length > 0
  if (!failure.resumable && wanted) return giveUp('not-safe', 'It is not tried again by itself, since nobody knows what was done.')
  if (wanted && counters.attempts >= HEALING.perRun) return giveUp('healing-budget', `It was tried ${counters.attempts + 1} times.`)
  if (wanted && counters.personaAttempts >= HEALING.perPersonaDay) {
    return giveUp('healing-budget', `This persona was tried again ${counters.personaAttempts} times in a day.`)
  }
  const futile = counters.same >= HEALING.futile
  if (counters.tries < policy.tries && !futile) {
    const waitMs = Math.max(backoff(policy.baseMs, policy.maxMs, counters.tries, chance), floorOf(failure, now, chance))
    return retry(failure, now + waitMs, 'none', '', said)
  }
  const rung = policy.ladder.find((change) => !counters.rungs.includes(change) && applies(change, failure, counters))
  if (rung !== undefined) {
    const about = rung === 'switch-off-tool' ? (failure.tool ?? '') : ''
    // Another model does not wait for what this one's provider asked for.
    const floor = rung === 'next-model' ? 0 : floorOf(failure, now, chance)
    return retry(failure, now + Math.max(backoff(policy.baseMs, policy.baseMs, 0, chance), floor), rung, about, said)
  }
  if (policy.last === 'ask') return { kind: 'ask', message: said, advice: policy.advice }
  return futile ? giveUp('futile', 'It fails in the same way each time.') : giveUp('not-healed', '')
}

function retry(failure: Failure, at: number, change: HealChange, about: string, said: string): Action {
  const tell = CLASSES[failure.class].tell === 'at-once'
  return { kind: 'retry', at: Math.ceil(at), change, about, tell, message: `${said} ${CHANGE_WORDS[change](about)}`.trim() }
}

export const CHANGE_WORDS: Readonly<Record<HealChange, (about: string) => string>> = {
  none: () => 'It is tried again.',
  'trim-context': () => 'It goes on with its oldest results left out.',
  'switch-off-tool': (tool) => `It goes on without the tool ${tool}.`,
  'next-model': () => 'It goes on with the next model of its chain.',
}

function applies(change: HealChange, failure: Failure, counters: Counters): boolean {
  if (change === 'next-model') return counters.hasNextModel
  return change !== 'switch-off-tool' || failure.tool !== null
}

/** [HE2] */
export function backoff(baseMs: number, maxMs: number, tries: number, chance: number): number {
  const step = Math.min(maxMs, baseMs * 2 ** Math.min(tries, 30))
  return step * (1 - chance / 2)
}

/** [HE3]: what the provider said, and a little more, so that not everybody comes back in the same moment. */
function floorOf({ retryAfterMs, resetAt }: Failure, now: number, chance: number): number {
  const asked = Math.max(retryAfterMs ?? 0, resetAt === null ? 0 : resetAt - now)
  return asked <= 0 ? 0 : asked + Math.min(30_000, asked * 0.1) * chance
}

/** [HE10] */
export function signatureOf({ class: kind, provider, tool, message }: Pick<Failure, 'class' | 'provider' | 'tool' | 'message'>): string {
  const plain = message
    .toLowerCase()
    .replace(/\b[a-z]+_[0-9a-z]{6,}\b/g, '#')
    .replace(/\b[0-9a-f]{8,}\b/g, '#')
    .replace(/\d+/g, '#')
    .replace(/\s+/g, ' ')
  return `${kind}|${provider ?? ''}|${tool ?? ''}|${plain.slice(0, 200)}`
}
