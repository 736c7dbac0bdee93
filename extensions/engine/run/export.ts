/** A whole run as one text file, for people (text) or programs (json). Bounded: what does not fit is said at its end. */
import type { RunDetail, RunEvent } from '#contract'

/** Signs of events in one export; the log itself stays whole in the data folder. */
export const EXPORT_CHARS = 16 * 1024 * 1024

export type ExportFormat = 'text' | 'json'

export async function exportRun(
  detail: RunDetail,
  events: AsyncIterable<{ readonly events: readonly RunEvent[] }>,
  format: ExportFormat,
): Promise<{ readonly fileName: string; readonly text: string }> {
  const { run } = detail
  const stamp = new Date(run.queuedAt).toISOString().slice(0, 19).replaceAll(':', '-')
  const name = run.personaName.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '') || 'run'
  const fileName = `${name}-${stamp}-${run.id}.${format === 'json' ? 'json' : 'txt'}`
  const { kept, left } = await gather(events)
  if (format === 'json') return { fileName, text: `${JSON.stringify({ ...detail, events: kept, eventsLeftOut: left }, null, 2)}\n` }
  return { fileName, text: `${heading(detail)}${kept.map(asText).join('')}\n${left > 0 ? cutLine(left) : ''}` }
}

async function gather(batches: AsyncIterable<{ readonly events: readonly RunEvent[] }>): Promise<{ kept: RunEvent[]; left: number }> {
  const kept: RunEvent[] = []
  let left = 0
  let signs = 0
  for await (const { events } of batches) {
    for (const event of events) {
      signs += sizeOf(event)
      if (signs > EXPORT_CHARS) left++
      else kept.push(event)
    }
  }
  return { kept, left }
}

function sizeOf(event: RunEvent): number {
  if (event.kind === 'output') return event.text.length
  if (event.kind === 'text' || event.kind === 'reasoning') return event.delta.length
  return event.kind === 'step' ? JSON.stringify(event.step.detail).length : 100
}

const cutLine = (left: number): string => `\n[${left} more events did not fit into this file; the run's log in the data folder has them.]\n`
const time = (at: number | null): string => (at === null ? '-' : new Date(at).toISOString())

function heading({ run, input, params, prompt }: RunDetail): string {
  const cost = run.costKnown && run.costUsd !== null ? `${run.costUsd} USD` : 'unknown'
  const lines = [
    `Run ${run.id} of ${run.personaName} (${run.revision === null ? 'an unsaved draft' : `revision ${run.revision}`})`,
    `State: ${run.state}${run.reason ? ` (${run.reason.code}): ${run.reason.message}` : ''}`,
    `Queued ${time(run.queuedAt)}, started ${time(run.startedAt)}, ended ${time(run.endedAt)}`,
    ...(run.exitCode === null ? [] : [`Exit code: ${run.exitCode}`]),
    ...(run.bodyKind !== 'command' ? [`Model: ${run.model ?? 'none'}. Cost: ${cost}`] : []),
    ...(run.cutBytes > 0 ? [`Bytes left out by the output or line cap: ${run.cutBytes}`] : []),
    ...Object.entries(params).map(([name, value]) => `Parameter ${name}: ${value}`),
  ]
  const part = (title: string, text: string): string => (text === '' ? '' : `\n== ${title} ==\n${text}\n`)
  return `${lines.join('\n')}\n${part('Input', input)}${part('Prompt', prompt)}\n== Events ==\n`
}

function asText(event: RunEvent): string {
  switch (event.kind) {
    case 'output':
      return event.text
    case 'text':
    case 'reasoning':
      return event.delta
    case 'notice':
      return `\n[${time(event.at)} ${event.level} ${event.code}: ${event.message}]\n`
    case 'state':
      return `\n[${time(event.at)} ${event.state}${event.reason ? `: ${event.reason.message}` : ''}]\n`
    case 'step': {
      const { n, kind, title, state, detail } = event.step
      return `\n[${time(event.at)} step ${n} ${kind} ${title}: ${state}]\n${kind === 'tool' ? `${JSON.stringify(detail, null, 2)}\n` : ''}`
    }
  }
}
