/**
 * EXPRESSION, a part of the team room: n8n's expression language and people's scripts, run in the sandbox beside it.
 * It refuses: host objects, network, files, environment values outside the allow list, and anything over its limits.
 * It knows no node and no order of nodes: the flow engine hands in what an expression may see (`scope.ts`).
 */
export { asText, type Coerced, type CoerceOptions, coerce, type ValueType } from './coerce.ts'
export type {
  ExpressionOptions,
  Expressions,
  LibraryTexts,
  SandboxLimits,
  ScriptLine,
  ScriptOutcome,
  ScriptRequest,
  ScriptResult,
  StaticData,
} from './expressions.ts'
export { ExpressionFailure, type FailureName, type FailurePlace, type StopReason } from './failure.ts'
export {
  type Filter,
  type FilterCondition,
  type FilterContext,
  type FilterOperator,
  type FilterOptions,
  passesCondition,
  passesFilter,
} from './filter.ts'
export { makeExpressions } from './make.ts'
export { readTime } from './read-time.ts'
export type {
  BinaryValue,
  ExecutionFacts,
  ExpressionScope,
  Item,
  ModelArgument,
  NodeRun,
  NodeView,
  PageScope,
  PairedItem,
  RunSource,
  WorkflowFacts,
} from './scope.ts'
export { textOf } from './text-of.ts'
export { MomentValue, SpanValue } from './values.ts'
