/** How many tries may begin: at most `most` in any `windowMs`: [HE21]. Times are kept in memory; a restart begins with none. */
export class Storm {
  readonly #most: number
  readonly #windowMs: number
  #begun: number[] = []

  constructor(most: number, windowMs: number) {
    this.#most = most
    this.#windowMs = windowMs
  }

  /** null: it may begin now, and counts. Otherwise when to ask again. */
  begin(now: number): number | null {
    this.#begun = this.#begun.filter((at) => at > now - this.#windowMs && at <= now)
    if (this.#begun.length < this.#most) {
      this.#begun.push(now)
      return null
    }
    return (this.#begun[0] ?? now) + this.#windowMs
  }
}
