/** What is done about each class of failure. One row each: a table to be read, and the only place that says so. */
import type { FailureClass, HealChange } from '#contract/plain'

export interface ClassPolicy {
  /** Plain tries before the ladder. 0: none. */
  readonly tries: number
  /** The first wait; doubled each time up to `maxMs`. */
  readonly baseMs: number
  readonly maxMs: number
  /** What is changed when plain tries did not help, in this order. */
  readonly ladder: readonly Exclude<HealChange, 'none'>[]
  /** What follows the ladder: the person is asked, and the run waits; or it has failed. */
  readonly last: 'ask' | 'give-up'
  /** When the person is told: at the first failure, or only of the end. */
  readonly tell: 'at-once' | 'at-the-end'
  /** Whether it speaks against the provider, connector or persona (breakers). */
  readonly counts: boolean
  /** For the person: what it was, as the beginning of a sentence. */
  readonly words: string
  /** What the person can do about it. */
  readonly advice: string
}

const S = 1000
const MIN = 60 * S
const HOUR = 60 * MIN

export const CLASSES: Readonly<Record<FailureClass, ClassPolicy>> = {
  'rate-limit': {
    tries: 6,
    baseMs: 5 * S,
    maxMs: 5 * MIN,
    ladder: ['next-model'],
    last: 'give-up',
    tell: 'at-the-end',
    counts: true,
    words: 'The provider takes fewer requests than were made',
    advice: 'Let fewer runs go at the same time, or add another model to the chain.',
  },
  'usage-window': {
    tries: 2,
    baseMs: HOUR,
    maxMs: 6 * HOUR,
    ladder: ['next-model'],
    last: 'give-up',
    tell: 'at-once',
    counts: false,
    words: 'The allowance of the account is used up',
    advice: 'It goes on when the provider’s window begins anew; another model in the chain would go on at once.',
  },
  timeout: {
    tries: 2,
    baseMs: 10 * S,
    maxMs: 2 * MIN,
    ladder: ['next-model'],
    last: 'give-up',
    tell: 'at-the-end',
    counts: true,
    words: 'It took longer than its limit',
    advice: 'Raise the time limit, or give it less to do.',
  },
  'provider-down': {
    tries: 5,
    baseMs: 10 * S,
    maxMs: 5 * MIN,
    ladder: ['next-model'],
    last: 'give-up',
    tell: 'at-the-end',
    counts: true,
    words: 'The provider answers with errors of its own',
    advice: 'Look at the provider’s status page, or add another model to the chain.',
  },
  network: {
    tries: 8,
    baseMs: 5 * S,
    maxMs: 5 * MIN,
    ladder: ['next-model'],
    last: 'give-up',
    tell: 'at-the-end',
    counts: true,
    words: 'The provider could not be reached',
    advice: 'Check the network, and the address of the provider.',
  },
  'context-overflow': {
    tries: 0,
    baseMs: S,
    maxMs: S,
    ladder: ['trim-context', 'next-model'],
    last: 'give-up',
    tell: 'at-the-end',
    counts: false,
    words: 'The conversation is longer than the model can read',
    advice: 'Give it smaller pieces, or a model with a larger context.',
  },
  credential: {
    tries: 0,
    baseMs: S,
    maxMs: S,
    ladder: [],
    last: 'give-up',
    tell: 'at-once',
    counts: false,
    words: 'A key is missing or was not accepted',
    advice: 'Check the credential in the vault and the provider in the settings, then run it again.',
  },
  validation: {
    tries: 1,
    baseMs: 2 * S,
    maxMs: 10 * S,
    ladder: ['next-model'],
    last: 'give-up',
    tell: 'at-the-end',
    counts: false,
    words: 'The model’s answers did not fit',
    advice: 'Say in the instructions what form is wanted, or take another model.',
  },
  'tool-error': {
    tries: 1,
    baseMs: 5 * S,
    maxMs: MIN,
    ladder: ['switch-off-tool', 'next-model'],
    last: 'ask',
    tell: 'at-the-end',
    counts: true,
    words: 'A tool broke',
    advice: 'The failed step says how.',
  },
  'missing-program': {
    tries: 0,
    baseMs: S,
    maxMs: S,
    ladder: ['switch-off-tool'],
    last: 'give-up',
    tell: 'at-once',
    counts: false,
    words: 'A program is not there',
    advice: 'Install it, or take it from the persona’s list.',
  },
  crash: {
    tries: 3,
    baseMs: 2 * S,
    maxMs: MIN,
    ladder: [],
    last: 'ask',
    tell: 'at-the-end',
    counts: false,
    words: 'What it ran on ended beneath it',
    advice: 'It may need too much memory; give it less to do at once.',
  },
  loop: {
    tries: 0,
    baseMs: S,
    maxMs: S,
    ladder: [],
    last: 'ask',
    tell: 'at-once',
    counts: false,
    words: 'It made the same call with the same result again and again',
    advice: 'Tell it what to do instead.',
  },
  budget: {
    tries: 0,
    baseMs: S,
    maxMs: S,
    ladder: [],
    last: 'ask',
    tell: 'at-once',
    counts: false,
    words: 'A budget is used up',
    advice: 'Raise the limit, and it goes on.',
  },
  unknown: {
    tries: 1,
    baseMs: 30 * S,
    maxMs: 2 * MIN,
    ladder: ['next-model'],
    last: 'give-up',
    tell: 'at-the-end',
    counts: false,
    words: 'It failed',
    advice: 'The last step says how.',
  },
}

export const HEALING = {
  /** Attempts of one run, the first one not counted. */
  perRun: 12,
  /** Attempts of all runs of one persona in 24 hours. */
  perPersonaDay: 100,
  /** Tries that begin in one minute, of all runs. */
  stormPerMinute: 20,
  /** Times that the same failure is met without a step between before plain tries end. */
  futile: 3,
  /** Events that are kept. */
  events: 2000,
} as const
