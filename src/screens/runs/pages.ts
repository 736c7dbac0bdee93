/**
 * Pages of a long list that stands still while it is read: every page is asked for with the `asOf` of the first one, so rows do not
 * shift under the reader. A reset begins again at now; what was shown stays until its first answer, so that nothing flickers.
 * Rows far from view are forgotten.
 */
export interface PageAnswer<Row> {
  readonly rows: readonly Row[]
  readonly total: number
  readonly asOf: number
}
export interface PageRequest {
  readonly offset: number
  readonly limit: number
  readonly asOf: number | undefined
  /** Belongs to one reset; an answer of an older one is ignored. */
  readonly generation: number
}

export const PAGE_ROWS = 100
const KEPT_PAGES = 40

export class PageCache<Row extends { readonly id: string }> {
  readonly #pageRows: number
  readonly #keptPages: number
  #pages = new Map<number, readonly Row[]>()
  #asked = new Set<number>()
  #stale = new Set<number>()
  #asOf: number | undefined
  #total: number | undefined
  #generation = 0
  /** What is held is of an older reset. */
  #old = true

  constructor(pageRows: number = PAGE_ROWS, keptPages: number = KEPT_PAGES) {
    this.#pageRows = pageRows
    this.#keptPages = keptPages
  }

  /** Whether what is shown is from before the last reset. */
  get old(): boolean {
    return this.#old
  }
  /** Rows in the whole list; undefined before the first answer. */
  get total(): number | undefined {
    return this.#total
  }
  get asOf(): number | undefined {
    return this.#asOf
  }
  get generation(): number {
    return this.#generation
  }

  row(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / this.#pageRows))?.[index % this.#pageRows]
  }

  indexOf(id: string): number {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex((row) => row.id === id)
      if (at !== -1) return page * this.#pageRows + at
    }
    return -1
  }

  /** What must be asked for so that rows first…last can be shown. Each page is asked for once, until it is answered or failed. */
  need(first: number, last: number): readonly PageRequest[] {
    // Until the first page has told asOf and total, only it is asked for, wherever the reader is.
    const end = this.#old || this.#total === undefined ? 0 : Math.max(0, Math.min(last, this.#total - 1))
    const begin = Math.min(Math.max(0, first), end)
    const requests: PageRequest[] = []
    for (let page = Math.floor(begin / this.#pageRows); page <= Math.floor(end / this.#pageRows); page++) {
      if (this.#asked.has(page) || (!this.#old && this.#pages.has(page) && !this.#stale.has(page))) continue
      this.#asked.add(page)
      requests.push({ offset: page * this.#pageRows, limit: this.#pageRows, asOf: this.#asOf, generation: this.#generation })
    }
    return requests
  }

  /** Takes an answer; false when it belongs to an older reset. */
  put(request: PageRequest, answer: PageAnswer<Row>): boolean {
    if (request.generation !== this.#generation) return false
    const page = request.offset / this.#pageRows
    if (this.#old) this.#pages = new Map()
    this.#old = false
    this.#asked.delete(page)
    this.#stale.delete(page)
    this.#pages.delete(page)
    this.#pages.set(page, answer.rows)
    this.#asOf ??= answer.asOf
    this.#total = answer.total
    this.#forgetFar(page)
    return true
  }

  /** The page may be asked for again. */
  failed(request: PageRequest): void {
    if (request.generation === this.#generation) this.#asked.delete(request.offset / this.#pageRows)
  }

  /** Rows of these pages may have changed: they stay shown, and `need` asks for them again. */
  staleAround(first: number, last: number): void {
    for (const page of this.#pages.keys()) {
      const visible = page >= Math.floor(first / this.#pageRows) && page <= Math.floor(last / this.#pageRows)
      if (visible) this.#stale.add(page)
      // What is not seen is not kept fresh: it is asked for when it comes into view.
      else this.#pages.delete(page)
    }
  }

  /** Begins again at now. */
  reset(): void {
    this.#generation += 1
    this.#old = true
    this.#asked = new Set()
    this.#stale = new Set()
    this.#asOf = undefined
  }

  #forgetFar(near: number): void {
    while (this.#pages.size > this.#keptPages) {
      let farthest = near
      for (const page of this.#pages.keys()) if (Math.abs(page - near) > Math.abs(farthest - near)) farthest = page
      this.#pages.delete(farthest)
    }
  }
}
