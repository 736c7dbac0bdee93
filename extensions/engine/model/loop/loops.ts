/**
 * Notices a model that goes round in circles: the same call with the same result, again and again (also with other calls in between). Then the run
 * parks and asks; gone on with, it counts anew.
 */
import { type BodyIo, canonicalJson } from '#core'
import type { DoneCall } from './tool-turn.ts'

/** How far back it looks, as a multiple of the threshold. */
const WINDOW = 3

export class Loops {
  /** 0: it never asks. */
  readonly #repeats: number
  #calls: string[] = []

  constructor(repeats: number) {
    this.#repeats = repeats
  }

  async look(done: readonly DoneCall[], turn: number, io: BodyIo): Promise<void> {
    if (this.#repeats === 0) return
    for (const { name, args, text } of done) {
      const signature = canonicalJson([name, args, text])
      this.#calls = [...this.#calls.slice(1 - this.#repeats * WINDOW), signature]
      const times = this.#calls.filter((one) => one === signature).length
      if (times < this.#repeats) continue
      this.#calls = []
      const message = `The model called ${name} ${times} times with the same arguments and got the same result each time. Say something to it, go on, or cancel it.`
      await io.step(
        {
          kind: 'approval',
          key: `loop:${turn}`,
          title: 'It goes round in circles',
          args: { tool: name, args, times },
          safety: 'read-only',
          parks: { code: 'loop', message },
        },
        async () => ({ state: 'done', result: null }),
      )
      return
    }
  }
}
