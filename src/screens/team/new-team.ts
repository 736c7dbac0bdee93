import type { TeamCard, TeamDocument } from '#contract'
import { freeName, newNode } from './graph/edit.ts'

/** With one start, so that it can be run as soon as something follows. */
export function newTeam(there: readonly TeamCard[]): TeamDocument {
  const blank: TeamDocument = {
    name: freeName('New team', new Set(there.map(({ name }) => name))),
    summary: '',
    nodes: [],
    links: [],
    notes: [],
    settings: { executionOrder: 'v1', timeZone: null, errorTeam: null, maxSteps: 10_000, rest: {} },
    pinned: {},
    tags: [],
    origin: null,
  }
  return { ...blank, nodes: [newNode(blank, 'manualStart', 'Start', 1, { x: 0, y: 0 })] }
}
