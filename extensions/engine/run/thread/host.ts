/**
 * A run thread's desk: takes jobs, gives each its body, io and abort signal, and reports each end exactly once.
 * A body that throws is a failed run; a body that ignores its signal is abandoned after a while, and its run ended without it.
 */
import { type BodyOutcome, type BodyPort, type Clock, JournalEnd, messageOf, once, type Redactor, type RunJob, RunParked } from '#core'
import type { FromThread, Journaled, ThreadBirth, ToThread } from '../messages.ts'
import { makeCommandBody } from './command-body.ts'
import { ThreadIo } from './thread-io.ts'

/** Beyond the kill grace: a body that has not ended by then is abandoned. */
const ABANDON_MS = 5_000

export interface HostPorts {
  readonly clock: Clock
  readonly birth: ThreadBirth
  readonly post: (message: FromThread) => void
  /** The thread's own; the main side says what it looks for. */
  readonly redactor: Redactor
  /** Loads the body of teams; called once, at the first run of one. */
  readonly loadTeamBody: () => Promise<BodyPort>
  /** Loads the model body; called once, at the first model run. */
  readonly loadModelBody: () => Promise<BodyPort>
  /** The same for the agent body. */
  readonly loadAgentBody: () => Promise<BodyPort>
}

interface Hosted {
  readonly io: ThreadIo
  readonly abort: AbortController
}

/** Answers what to do with each message from the main side. */
export function hostRuns(ports: HostPorts): (message: ToThread) => void {
  const hosted = new Map<string, Hosted>()
  const commandBody = makeCommandBody(ports.clock, ports.birth)
  const modelBody = once(ports.loadModelBody)
  const agentBody = once(ports.loadAgentBody)
  const teamBody = once(ports.loadTeamBody)
  const bodyOf = (job: RunJob, io: ThreadIo, signal: AbortSignal): Promise<BodyOutcome> => {
    if (job.doc.body.kind === 'command') return commandBody(job, io, signal)
    const load = { model: modelBody, agent: agentBody, team: teamBody }[job.doc.body.kind]
    return load().then((body) => body(job, io, signal))
  }
  const begin = (job: RunJob, journal: Journaled): void => {
    const { outputBytes, lineBytes } = job.doc.limits
    const { clock, post, redactor } = ports
    const abort = new AbortController()
    const io = new ThreadIo({ clock, post, redactor, runId: job.runId, outputBytes, lineBytes, journal, signal: abort.signal })
    hosted.set(job.runId, { io, abort })
    const abandoned = abandonment(abort.signal, ports)
    void Promise.race([guarded(() => bodyOf(job, io, abort.signal), abort.signal), abandoned.outcome]).then((outcome) => {
      abandoned.forget()
      io.close()
      hosted.delete(job.runId)
      post({ kind: 'ended', runId: job.runId, outcome: redactor.value(outcome), cutBytes: io.cutBytes })
    })
  }
  ports.post({ kind: 'ready' })
  return (message) => {
    if (message.kind === 'run') {
      begin(message.job, message.journal)
      return
    }
    if (message.kind === 'secrets') {
      ports.redactor.use(message.block)
      ports.post({ kind: 'secrets-taken', n: message.n })
      return
    }
    const run = hosted.get(message.runId)
    if (message.kind === 'cancel') {
      ports.post({ kind: 'heard', runId: message.runId })
      run?.abort.abort()
    } else if (message.kind === 'written') run?.io.written(message.bytes)
    else if (message.kind === 'ask-answer') run?.io.answered(message.n, message.answer, message.refused)
    else if (message.kind === 'send-answer') run?.io.sendAnswered(message.n, message.refused)
    else if (message.kind === 'shared-answer') run?.io.sharedAnswered(message.n, message.answer)
    else run?.io.heardOfStep(message)
  }
}

async function guarded(body: () => Promise<BodyOutcome>, signal: AbortSignal): Promise<BodyOutcome> {
  try {
    return await body()
  } catch (thrown) {
    if (signal.aborted) return unfinished('cancelled', 'person', 'Cancelled.')
    if (thrown instanceof RunParked) return unfinished('parked', 'internal', thrown.message)
    if (thrown instanceof JournalEnd)
      return unfinished(thrown.reason === 'replay-ended' ? 'incomplete' : 'failed', thrown.reason, thrown.message)
    return unfinished('failed', 'internal', `The run broke off: ${messageOf(thrown)}`)
  }
}

function abandonment(signal: AbortSignal, ports: HostPorts): { readonly outcome: Promise<BodyOutcome>; readonly forget: () => void } {
  let forget = (): void => undefined
  const outcome = new Promise<BodyOutcome>((resolve) => {
    const onAbort = (): void => {
      forget = ports.clock.after(ports.birth.killGraceMs + ABANDON_MS, () =>
        resolve(unfinished('cancelled', 'person', 'The run did not end by itself after it was cancelled, and was abandoned.')),
      )
    }
    signal.addEventListener('abort', onAbort, { once: true })
  })
  return { outcome, forget: () => forget() }
}

function unfinished(state: Exclude<BodyOutcome['state'], 'succeeded'>, reason: BodyOutcome['reason'], message: string): BodyOutcome {
  return { state, reason, message, exitCode: null, model: null, usage: null, costUsd: null, result: '' }
}
