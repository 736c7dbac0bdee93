/** A run's stream, over as many connections as it takes: after a lost one it goes on at the number after the last one seen. */
import { setTimeout as pause } from 'node:timers/promises'
import type { RunEvent } from '#contract'
import { isTerminal } from '#contract/plain'
import { Unreachable } from './failure.ts'
import type { Engine } from './link/connect.ts'
import type { Session } from './session.ts'

/** An engine that is restarted is back within seconds; one that stays away is told as such. */
const AWAY_MS = 20_000
const AGAIN_MS = 200

export interface FollowOptions {
  readonly runId: string
  readonly fromSeq: number
  readonly signal: AbortSignal
  /** Told once for each time the engine is away. */
  readonly onLost: () => void
}

/** Ends after the terminal state, or when the signal is aborted. Unreachable, naming the next number, when the engine stays away. */
export async function* followRun(session: Session, first: Engine, options: FollowOptions): AsyncGenerator<readonly RunEvent[]> {
  let next = options.fromSeq
  let engine: Engine | undefined = first
  let lostAt: number | undefined
  while (!options.signal.aborted) {
    try {
      engine ??= await session.again()
      if (engine) {
        for await (const { events } of await engine.run.follow({ id: options.runId, fromSeq: next }, { signal: options.signal })) {
          lostAt = undefined
          const fresh = events.filter((event) => event.seq >= next)
          const last = fresh.at(-1)
          if (last === undefined) continue
          next = last.seq + 1
          yield fresh
          if (fresh.some((event) => event.kind === 'state' && isTerminal(event.state))) return
        }
        // A stream from beyond the end of an ended run: there is nothing to wait for.
        if (await hasEnded(engine, options.runId)) return
      }
    } catch (thrown) {
      if (options.signal.aborted) return
      if (isAnswer(thrown)) throw thrown
    }
    engine = undefined
    if (lostAt === undefined) {
      lostAt = performance.now()
      options.onLost()
    } else if (performance.now() - lostAt > AWAY_MS) {
      throw new Unreachable(
        'The engine went away while the run was followed.',
        `Go on with: troupe logs ${options.runId} --follow --from-seq ${next}`,
      )
    }
    await pause(AGAIN_MS, undefined, { signal: options.signal }).catch(() => undefined)
  }
}

async function hasEnded(engine: Engine, id: string): Promise<boolean> {
  const { run } = await engine.run.get({ id })
  return isTerminal(run.state)
}

/** Whether the engine itself said so; everything else is a lost connection. */
function isAnswer(thrown: unknown): boolean {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return false
  const { code, data } = thrown as { code: unknown; data?: unknown }
  return typeof code === 'string' && code !== 'STOPPING' && typeof data === 'object' && data !== null
}
