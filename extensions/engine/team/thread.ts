/**
 * TEAM: graphs of personas and deterministic nodes, and how they run. The flow engine is a pure core over ports: it keeps no
 * clock, file or socket of its own, and its whole state is plain data. Expressions and people's code run in a sandbox.
 * It refuses: what the document's schema refuses, links without an end, names that occur twice, and anything over its limits.
 */
export { ExpressionFailure, type Expressions, type Item, makeExpressions } from './expression/mod.ts'
export { type Flow, type NodeResult, runFlow, unpark } from './flow/engine.ts'
export { NodeFailure } from './flow/failure.ts'
export { type Graph, graphOf } from './flow/graph.ts'
export type {
  FilesPort,
  FlowAnswer,
  FlowEvent,
  FlowFacts,
  FlowLimits,
  FlowPorts,
  HttpRequest,
  HttpResponse,
  SubTeamRef,
} from './flow/ports.ts'
export {
  type FinishedRun,
  type FlowFailure,
  type FlowState,
  type FlowStatus,
  freshState,
  keptState,
  type LiveState,
  liveState,
  type Parked,
} from './flow/state.ts'
export { KINDS } from './nodes/kinds.ts'
export { kindOfType, N8N_KINDS } from './nodes/words.ts'
export { openTeamBody, type TeamBodyPorts } from './run/body.ts'
