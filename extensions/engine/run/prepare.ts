/** What a run is given before its body begins: its lease, its models, its folder; or why it cannot begin. */
import { mkdir } from 'node:fs/promises'
import type { RunEventBody } from '#contract'
import { LIMITS } from '#contract/plain'
import { type ResolvedModel, type RunJob, TroupeError } from '#core'
import { loadAsked } from './asked.ts'
import { workspaceOf } from './draft-folder.ts'
import type { LiveRun, RunEnd } from './live-run.ts'
import { placesOf, type RunPorts } from './ports.ts'
import type { SharedCalls } from './shared-calls.ts'
import { childMarks } from './tree/reap.ts'

export type Prepared =
  | { readonly kind: 'job'; readonly job: RunJob; readonly notices: readonly RunEventBody[] }
  | { readonly kind: 'end'; readonly end: RunEnd; readonly notices: readonly RunEventBody[] }

/** SEALED: it needs a secret, and the vault is sealed. The lease that it took is on the run, whatever comes of it. */
export async function prepareJob(ports: RunPorts, engineMark: string, run: LiveRun, calls: SharedCalls): Promise<Prepared> {
  run.asked ??= await loadAsked(run.files)
  const { doc, input, params, prompt } = run.asked
  // Again, and not from the file: the places of Node and of the programs may have changed since it was queued.
  const prepared = await ports.prepare(doc, { input, params, places: placesOf(ports) })
  const warning = (code: string, message: string): RunEventBody => ({
    kind: 'notice',
    level: 'warning',
    code,
    message: ports.secrets.redactor.text(message),
  })
  const notices = prepared.problems.map(({ where, message }) => warning('prepare', `${where}: ${message}`))
  const models: ResolvedModel[] = []
  // A replay calls nothing, so it needs nothing.
  if (run.row.origin !== 'replay') {
    const borrowed = await ports.lending.borrow({ run: run.row, credentials: run.asked.credentials })
    if (borrowed.kind === 'sealed') throw new TroupeError('SEALED', borrowed.message)
    if (borrowed.kind === 'refused') return { kind: 'end', end: failed('credential', borrowed.message), notices }
    run.lease = borrowed.lease
    notices.push(...borrowed.lease.notices.map((notice) => warning('credential', notice)))
    if (doc.body.kind === 'model') {
      const resolved = await ports.resolveModels(doc.body.models, borrowed.lease)
      models.push(...resolved.models)
      notices.push(...resolved.problems.map((problem) => warning('model-left-out', problem)))
      if (models.length === 0) {
        const why = resolved.problems.join(' ') || 'The persona names no model. Choose one in its editor.'
        return { kind: 'end', end: failed('no-model', why), notices }
      }
    }
  }
  // A replay too: its model was told of them.
  const { body } = doc
  const shared = body.kind === 'team' ? { tools: [], problems: [] } : await calls.offer(run.row.id, { ...doc, body })
  notices.push(...shared.problems.map((problem) => warning('tool-left-out', problem)))
  const workspaceDir = workspaceOf(ports.folders, run.row)
  await mkdir(workspaceDir, { recursive: true, mode: 0o700 })
  run.repeatable = doc.body.kind === 'command' && doc.body.repeatable
  const job: RunJob = {
    runId: run.row.id,
    doc,
    prompt,
    input,
    params,
    command: prepared.command,
    models,
    workspaceDir,
    ...(run.lease?.lent ? { lent: run.lease.lent } : {}),
    ...(shared.tools.length > 0 ? { shared: shared.tools } : {}),
    childEnv: childMarks(run.row.id, engineMark),
    loopRepeats: ports.settings().loopRepeats ?? LIMITS.loopRepeats.default,
  }
  return { kind: 'job', job, notices }
}

export function failed(code: 'internal' | 'no-model' | 'invalid-input' | 'credential', message: string): RunEnd {
  return { state: 'failed', reason: { code, message }, outcome: undefined, cutBytes: 0 }
}
