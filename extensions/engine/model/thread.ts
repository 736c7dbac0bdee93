/**
 * MODEL, second door: what runs inside a run thread. It turns a job into model calls and tool calls, and loads the AI
 * libraries when the first model is called. It refuses jobs of other bodies, and never retries without showing it.
 */
import { type BodyPort, TroupeError } from '#core'
import { runLoop } from './loop/loop.ts'
import type { ModelBodyPorts } from './ports.ts'

export type { ModelBodyPorts, ModelTool, ToolAnswer } from './ports.ts'

/** The model body. Ends soon after its signal is aborted, with `cancelled`; every other trouble is an outcome too. */
export function openModelBody(ports: ModelBodyPorts): BodyPort {
  return (job, io, signal) => {
    const { body } = job.doc
    if (body.kind !== 'model') throw new TroupeError('INTERNAL', `The model body was given a ${body.kind} job.`)
    return runLoop(job, body, io, ports, signal)
  }
}
