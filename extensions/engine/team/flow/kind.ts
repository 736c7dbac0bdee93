/** What a node kind is to the engine, and what the engine gives to one call of it. */
import type { TeamDocument, TeamNode } from '#contract'
import type { ExpressionScope, Item } from '../expression/mod.ts'
import type { GraphNode } from './graph.ts'
import type { Required } from './order.ts'
import type { FlowAnswer, FlowFacts, FlowPorts } from './ports.ts'
import type { Input, Parked } from './state.ts'

export type Outputs = readonly (readonly Item[])[]

export type Outcome =
  /** Items by output. Null: the node succeeded and its branch ends here. */
  Outputs | null | { readonly park: Pick<Parked, 'kind' | 'until' | 'facts'>; readonly outputs: Outputs }

export interface NodeCall {
  readonly node: TeamNode
  readonly graphNode: GraphNode
  /** The document that runs. */
  readonly team: TeamDocument
  readonly version: number
  /** Numbered: each item says its own place. */
  readonly inputs: readonly Input[]
  readonly runIndex: number
  /** On an error in one item, the node gives that error as an item and goes on. */
  readonly carriesOn: boolean
  /** This node's own memory within the run; changed in place, plain data only. */
  readonly memory: Record<string, unknown>
  readonly facts: FlowFacts
  readonly ports: FlowPorts
  readonly signal: AbortSignal
  readonly scope: ExpressionScope
  /** The items of an input; none when nothing came. */
  items(input?: number): readonly Item[]
  /** A parameter by its dotted path, its expressions resolved for one item; `otherwise` when it is absent. */
  param(path: string, itemIndex: number, otherwise?: unknown): unknown
  /** As written, unresolved. */
  raw(path: string, otherwise?: unknown): unknown
  /** A value from anywhere, its expressions resolved. */
  resolve(value: unknown, itemIndex: number): unknown
  staticData(): { readonly global: Readonly<Record<string, unknown>>; readonly node: Readonly<Record<string, unknown>> }
  keepStaticData(data: { readonly global: Readonly<Record<string, unknown>>; readonly node: Readonly<Record<string, unknown>> }): void
  line(text: string): void
  respond(answer: FlowAnswer): void
}

export interface NodeKindRules {
  /** How many outputs it has by its parameters, without the error output. Default 1. */
  readonly outputs?: (node: TeamNode) => number
  /** Which inputs must have come before it runs without the rest. Default: any. */
  readonly required?: (node: TeamNode) => Required | undefined
  run(call: NodeCall): Outcome | Promise<Outcome>
}

export type KindTable = Readonly<Record<TeamNode['kind'], NodeKindRules>>
