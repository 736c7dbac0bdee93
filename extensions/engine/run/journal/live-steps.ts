/** The steps of one run while it is under way: which stand open, how often each key was tried, and what all of them cost. */
import type { StepRecord } from '#contract'
import { type Spent, spentBy } from '../spent.ts'
import type { JournalStep } from './rows.ts'

type Counted = Pick<StepRecord, 'kind' | 'state' | 'usage' | 'costUsd' | 'inherited'>

export class LiveSteps {
  readonly #open = new Map<string, JournalStep>()
  readonly #tries = new Map<string, number>()
  readonly #counted: Counted[] = []
  #last = 0

  /** Takes what the journal has of before. */
  load(steps: readonly JournalStep[]): void {
    for (const { record } of steps) {
      this.#last = Math.max(this.#last, record.n)
      if (record.key !== null) this.#tries.set(record.key, record.attempt)
      this.#counted.push(record)
    }
  }

  /** Number and try that a step of this key has if it is taken now. */
  next(key: string): { readonly n: number; readonly attempt: number } {
    const n = ++this.#last
    const attempt = (this.#tries.get(key) ?? 0) + 1
    this.#tries.set(key, attempt)
    return { n, attempt }
  }

  begin(step: JournalStep): void {
    if (step.record.key !== null) this.#open.set(step.record.key, step)
  }

  opened(key: string): JournalStep | undefined {
    return this.#open.get(key)
  }

  close(step: JournalStep): void {
    if (step.record.key !== null) this.#open.delete(step.record.key)
    this.#counted.push(step.record)
  }

  /** Its end will not be heard any more. */
  forget(key: string | null): void {
    const step = key === null ? undefined : this.#open.get(key)
    if (!step) return
    this.#open.delete(step.record.key ?? '')
    this.#counted.push({ ...step.record, state: 'unknown' })
  }

  /** Steps whose end nobody heard. */
  open(): readonly JournalStep[] {
    return [...this.#open.values()]
  }

  spent(): Spent {
    return spentBy([...this.#counted, ...this.open().map(({ record }) => record)])
  }
}
