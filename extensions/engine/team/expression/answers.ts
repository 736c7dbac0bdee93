/** The questions that the inside of the box asks about the scope, one function each. Answers are JSON; `undefined` is the empty answer. */

import { isExecuted, itemAt, itemsOf, legacyItem, nodeItems, nodeNamed, pairedWith } from './reading.ts'
import type { ExpressionScope } from './scope.ts'

type ScopeAnswer = (scope: ExpressionScope, values: readonly unknown[]) => unknown

function count(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

export const scopeAnswers: Readonly<Record<string, ScopeAnswer>> = {
  item: (scope, [index]) => itemAt(scope, Number(index)),
  items: (scope) => itemsOf(scope),
  inputItems: (scope, [input]) => scope.inputs[Number(input)] ?? [],
  node: (scope, [name]) => {
    nodeNamed(scope, String(name))
    return undefined
  },
  nodeItems: (scope, [name, output, run]) => nodeItems(scope, String(name), count(output), count(run)),
  nodeItem: (scope, [name, index]) => legacyItem(scope, String(name), Number(index)),
  pairedItem: (scope, [name, index]) => pairedWith(scope, String(name), Number(index)),
  isExecuted: (scope, [name]) => isExecuted(scope, String(name)),
  nodeParameters: (scope, [name]) => nodeNamed(scope, String(name)).parameters,
  nodeContext: (scope, [name]) => nodeNamed(scope, String(name)).context ?? {},
  nodeRunIndex: (scope, [name]) => nodeNamed(scope, String(name)).runs.length - 1,
  nodeVersion: (scope) => scope.node.typeVersion,
  nodeName: (scope) => scope.node.name,
  parameters: (scope) => scope.node.parameters,
  context: (scope) => scope.node.context ?? {},
  runIndex: (scope) => scope.runIndex,
  previous: (scope) => {
    const source = scope.sources[0]
    return source ? { name: source.node, outputIndex: source.output ?? 0, runIndex: source.run ?? 0 } : {}
  },
  workflow: (scope) => scope.workflow,
  execution: (scope) => scope.execution,
  mode: (scope) => (scope.execution.mode === 'test' ? 'manual' : 'trigger'),
  variables: (scope) => scope.variables ?? {},
  environment: (scope) => scope.environment,
  page: (scope, [part]) => (part === 'pageCount' || part === 'response' || part === 'request' ? scope.page?.[part] : undefined),
  extra: (scope, [name]) => (scope.extra && Object.hasOwn(scope.extra, String(name)) ? scope.extra[String(name)] : undefined),
  fromAi: (scope, [name, description, type, fallback]) =>
    scope.fromModel ? scope.fromModel({ name: String(name), description, type, fallback }) : fallback,
}
