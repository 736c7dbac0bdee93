/** What the flow engine needs from outside, and what it says while it runs. */
import type { Clock } from '#core'
import type { Expressions, Item } from '../expression/mod.ts'
import type { GraphNode } from './graph.ts'
import type { FlowFailure, FlowStatus, Parked } from './state.ts'

export interface HttpRequest {
  readonly method: string
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | null
  readonly followRedirects: boolean
  /** Milliseconds until the answer is whole; default 300,000. */
  readonly timeoutMs: number
  /** Credential names by connector kind, for the egress to fill in; values never pass here. */
  readonly credentials: Readonly<Record<string, string>>
}

export interface HttpResponse {
  readonly status: number
  /** Null where the protocol has none (HTTP/2). */
  readonly statusText: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Files of the team's own workspace folder. Every path is judged by the port. */
export interface FilesPort {
  read(path: string, signal: AbortSignal): Promise<Uint8Array>
  write(path: string, bytes: Uint8Array, append: boolean, signal: AbortSignal): Promise<void>
  /** Paths that fit the pattern, sorted. */
  find(pattern: string, signal: AbortSignal): Promise<readonly string[]>
}

export interface PersonaAnswer {
  readonly text: string
  /** The run that gave it. */
  readonly runId: string
}

export type SubTeamRef =
  | { readonly from: 'id'; readonly id: string }
  /** n8n JSON given in the node itself, or found under a path or an address. */
  | { readonly from: 'json' | 'file' | 'url'; readonly text: string }

export interface FlowPorts {
  readonly expressions: Expressions
  readonly clock: Clock
  /** 0 to below 1. */
  readonly random: () => number
  /** Behind the guard: what it refuses comes back as a thrown error. Absent: no node may use the network. */
  readonly http?: (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>
  readonly files?: FilesPort
  /** Runs another team to its end and gives the items of its last node. */
  readonly subTeam?: (team: SubTeamRef, items: readonly Item[], signal: AbortSignal) => Promise<readonly Item[]>
  /** Runs the persona of a node on one prompt, and gives its answer as text. What kept it from answering is thrown. */
  readonly persona?: (node: GraphNode, prompt: string, signal: AbortSignal) => Promise<PersonaAnswer>
  /** US dollars that the personas of this run have spent so far; null: a part of it is not known. */
  readonly spent?: () => number | null
  /** Says an event on the bus. */
  readonly emit?: (kind: string, payload: unknown) => Promise<void>
}

export interface FlowFacts {
  readonly teamId: string
  readonly executionId: string
  readonly mode: 'test' | 'production'
  readonly timeZone: string
  readonly resumeUrl?: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly environment?: Readonly<Record<string, string>>
}

export type FlowEvent =
  | {
      readonly type: 'begin'
      readonly node: string
      readonly id: string
      readonly run: number
      readonly at: number
      readonly itemsIn: number
    }
  | {
      readonly type: 'end'
      readonly node: string
      readonly id: string
      /** Null: it gave nothing at all, and left no run. */
      readonly run: number | null
      readonly at: number
      readonly tries: number
      readonly outputs: readonly (readonly Item[] | null | undefined)[]
      readonly failure: FlowFailure | null
    }
  | { readonly type: 'parked'; readonly node: string; readonly id: string; readonly at: number; readonly parked: Parked }
  | { readonly type: 'line'; readonly node: string; readonly id: string; readonly at: number; readonly text: string }
  | { readonly type: 'respond'; readonly node: string; readonly id: string; readonly at: number; readonly answer: FlowAnswer }
  | { readonly type: 'ended'; readonly at: number; readonly status: FlowStatus; readonly failure: FlowFailure | null }

/** What a respond node wants told to whoever called the webhook. */
export interface FlowAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface FlowLimits {
  /** Items in all outputs of the run together. */
  readonly items: number
  /** Their size, as JSON, estimated. */
  readonly bytes: number
  /** Milliseconds of the whole run, without what it was parked. */
  readonly runMs: number
}
