/** How a node fails. Expected outcomes of people's parameters and data, in n8n's names, since error branches read them. */
import { ExpressionFailure } from '../expression/mod.ts'
import type { FlowFailure } from './state.ts'

export class NodeFailure extends Error {
  override readonly name: string
  readonly description: string | undefined

  constructor(message: string, more: { name?: string; description?: string | undefined; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = more.name ?? 'NodeOperationError'
    this.description = more.description
  }
}

/** A limit of the run, or the person, ended it: no error branch of a node may swallow this. */
export class RunEnded extends Error {
  readonly reason: 'cancelled' | 'limit'

  constructor(reason: 'cancelled' | 'limit', message: string) {
    super(message)
    this.reason = reason
  }
}

/** Anything that a node threw, as plain data. */
export function failureOf(node: string | null, thrown: unknown): FlowFailure {
  if (thrown instanceof NodeFailure || thrown instanceof ExpressionFailure) {
    return { node, name: thrown.name, message: thrown.message, description: thrown.description ?? null }
  }
  if (thrown instanceof Error) return { node, name: thrown.name, message: thrown.message, description: null }
  return { node, name: 'Error', message: String(thrown), description: null }
}
