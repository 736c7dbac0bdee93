/** The `capacity` largest of many, in bounded memory: a sorted array, largest first. */
export class Largest {
  #items = []
  #capacity

  constructor(capacity) {
    this.#capacity = capacity
  }

  add(weight, item) {
    const items = this.#items
    if (items.length >= this.#capacity && weight <= items[items.length - 1].weight) return
    let low = 0
    let high = items.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (items[middle].weight >= weight) low = middle + 1
      else high = middle
    }
    items.splice(low, 0, { weight, item })
    if (items.length > this.#capacity) items.pop()
  }

  get items() {
    return this.#items
  }
}
