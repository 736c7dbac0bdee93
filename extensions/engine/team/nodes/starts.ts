/** Starts give what started the run, and nodes that do nothing give what they got. */
import type { NodeKindRules } from '../flow/kind.ts'

export const start: NodeKindRules = { run: (call) => [call.items()] }

export const noOp: NodeKindRules = { run: (call) => [call.items()] }
