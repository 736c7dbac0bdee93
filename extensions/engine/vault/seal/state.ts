/**
 * none → open (made) · sealed → open (unlocked) · open → sealed (locked) · none → sealed (a header was found at the start).
 * The one place that holds keys, and the one setter of the state. [VT1]
 */
import type { VaultStatus } from '#contract'
import type { VaultLockReason } from '#contract/plain'
import { type Clock, TroupeError } from '#core'
import { type KeySet, zeroKeys } from './keys.ts'

type State = VaultStatus['state']
export type Keys = readonly [KeySet, ...KeySet[]]
const ALLOWED: Readonly<Record<State, readonly State[]>> = { none: ['sealed', 'open'], sealed: ['open'], open: ['sealed'] }

export class VaultState {
  readonly #clock: Clock
  readonly #listeners = new Set<(state: State) => void>()
  #state: State = 'none'
  #keys: Keys | undefined
  #because: VaultLockReason | null = null
  #openedAt: number | null = null
  #usedAt = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get state(): State {
    return this.#state
  }
  get because(): VaultLockReason | null {
    return this.#because
  }
  get openedAt(): number | null {
    return this.#openedAt
  }
  /** When it was last used; never in the future, even if the clock went back. */
  get usedAt(): number {
    this.#usedAt = Math.min(this.#usedAt, this.#clock.now())
    return this.#usedAt
  }
  /** undefined: sealed. The first seals, all open. */
  get held(): Keys | undefined {
    return this.#keys
  }

  /** The keys, counted as a use. SEALED unless open. */
  keys(): Keys {
    if (!this.#keys)
      throw this.#state === 'none'
        ? new TroupeError('SEALED', 'There is no vault yet, so no secret can be kept or used.', { hint: 'Make one: troupe vault init.' })
        : new TroupeError('SEALED', 'The vault is sealed.', {
            hint: 'Unlock it, in the window or with troupe vault unlock, and try again.',
          })
    this.#usedAt = this.#clock.now()
    return this.#keys
  }

  found(): void {
    this.#because = 'start'
    this.#move('sealed')
  }

  open(keys: Keys): void {
    this.#keys = keys
    this.#because = null
    this.#openedAt = this.#usedAt = this.#clock.now()
    this.#move('open')
  }

  /** Other keys while open: a rotation begins or ends. What is no longer held is zeroed. */
  exchange(keys: Keys): void {
    for (const old of this.#keys ?? []) if (!keys.some(({ id }) => id === old.id)) zeroKeys(old)
    this.#keys = keys
  }

  /** Nothing happens when it is not open. */
  lock(because: VaultLockReason): void {
    if (this.#state !== 'open') return
    const keys = this.#keys
    this.#keys = undefined
    this.#because = because
    this.#openedAt = null
    this.#move('sealed')
    keys?.forEach(zeroKeys)
  }

  onState(listener: (state: State) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #move(to: State): void {
    if (!ALLOWED[this.#state].includes(to)) throw new TroupeError('INTERNAL', `A vault that is ${this.#state} cannot become ${to}.`)
    this.#state = to
    for (const listener of this.#listeners) listener(to)
  }
}
