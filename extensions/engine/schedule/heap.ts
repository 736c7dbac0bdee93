/** A binary heap of ids by time: what is due next among 100,000, in some microseconds. An id is in it once. */
export class TimeHeap {
  readonly #ids: string[] = []
  readonly #at: number[] = []
  readonly #place = new Map<string, number>()

  get size(): number {
    return this.#ids.length
  }

  /** The earliest time; Infinity when it is empty. */
  get first(): number {
    return this.#at[0] ?? Number.POSITIVE_INFINITY
  }

  timeOf(id: string): number | undefined {
    const place = this.#place.get(id)
    return place === undefined ? undefined : this.#at[place]
  }

  /** Puts it in, or moves it. */
  set(id: string, at: number): void {
    const place = this.#place.get(id)
    if (place === undefined) {
      this.#ids.push(id)
      this.#at.push(at)
      this.#place.set(id, this.#ids.length - 1)
      this.#up(this.#ids.length - 1)
      return
    }
    const before = this.#at[place] ?? at
    this.#at[place] = at
    if (at < before) this.#up(place)
    else this.#down(place)
  }

  delete(id: string): void {
    const place = this.#place.get(id)
    if (place === undefined) return
    const last = this.#ids.length - 1
    this.#swap(place, last)
    this.#ids.pop()
    this.#at.pop()
    this.#place.delete(id)
    if (place < last) {
      this.#up(place)
      this.#down(place)
    }
  }

  /** Takes out all that are due at `now`, the earliest first, at most `most`. */
  takeDue(now: number, most = Number.POSITIVE_INFINITY): string[] {
    const due: string[] = []
    while (due.length < most && this.first <= now) {
      const id = this.#ids[0]
      if (id === undefined) break
      due.push(id)
      this.delete(id)
    }
    return due
  }

  clear(): void {
    this.#ids.length = 0
    this.#at.length = 0
    this.#place.clear()
  }

  #up(from: number): void {
    for (let place = from; place > 0; ) {
      const parent = (place - 1) >> 1
      if ((this.#at[parent] ?? 0) <= (this.#at[place] ?? 0)) return
      this.#swap(place, parent)
      place = parent
    }
  }

  #down(from: number): void {
    for (let place = from; ; ) {
      const left = 2 * place + 1
      const right = left + 1
      let least = place
      if (left < this.#at.length && (this.#at[left] ?? 0) < (this.#at[least] ?? 0)) least = left
      if (right < this.#at.length && (this.#at[right] ?? 0) < (this.#at[least] ?? 0)) least = right
      if (least === place) return
      this.#swap(place, least)
      place = least
    }
  }

  #swap(a: number, b: number): void {
    const idA = this.#ids[a]
    const idB = this.#ids[b]
    const atA = this.#at[a]
    const atB = this.#at[b]
    if (idA === undefined || idB === undefined || atA === undefined || atB === undefined) return
    this.#ids[a] = idB
    this.#ids[b] = idA
    this.#at[a] = atB
    this.#at[b] = atA
    this.#place.set(idB, a)
    this.#place.set(idA, b)
  }
}
