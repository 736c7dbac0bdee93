/** A run's row at its birth. */
import type { RunDoc, RunRow } from '#contract'
import { PREVIEW_CHARS } from './messages.ts'
import type { RunPersona } from './ports.ts'

interface Birth {
  readonly id: string
  readonly queuedAt: number
  readonly ask: {
    readonly input: string
    readonly draft?: RunDoc | undefined
    readonly priority: RunRow['priority']
    readonly againOf?: string | undefined
    readonly origin?: RunRow['origin'] | undefined
    readonly originStep?: number | undefined
  }
  readonly persona: RunPersona | undefined
  readonly doc: RunDoc
}

export function newRow({ id, queuedAt, ask, persona, doc }: Birth): RunRow {
  // Until it has asked a persona, a team's run costs nothing, and that is known.
  const free = doc.body.kind === 'command' || doc.body.kind === 'team'
  return {
    id,
    personaId: persona?.id ?? null,
    personaName: doc.name,
    personaIcon: doc.icon,
    personaColour: doc.colour,
    bodyKind: doc.body.kind,
    revision: ask.draft ? null : (persona?.revision ?? null),
    state: 'queued',
    reason: null,
    priority: ask.priority,
    againOf: ask.againOf ?? null,
    origin: ask.origin ?? 'start',
    originStep: ask.originStep ?? null,
    attempt: 1,
    wakeAt: null,
    queuedAt,
    startedAt: null,
    endedAt: null,
    exitCode: null,
    model: null,
    usage: null,
    costUsd: free ? 0 : null,
    costKnown: free,
    inputPreview: ask.input.slice(0, PREVIEW_CHARS).toWellFormed(),
    resultPreview: '',
    lastSeq: 1,
    cutBytes: 0,
  }
}
