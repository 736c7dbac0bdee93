/** Code, and the older Function and Function Item: people's scripts, run in the sandbox. Only JavaScript. */
import type { ExpressionFailure, Item, ScriptOutcome, ScriptRequest } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules, Outcome } from '../flow/kind.ts'
import { errorItem, text } from './each.ts'

type Flavour = ScriptRequest['flavour']

export const code: NodeKindRules = {
  run(call) {
    const language = text(call.raw('language'), 'javaScript')
    if (language !== 'javaScript') {
      throw new NodeFailure(
        `This code is ${language}; Troupe runs JavaScript only. Write it again in JavaScript, or start a program instead.`,
      )
    }
    const mode = call.raw('mode') === 'runOnceForEachItem' ? 'runOnceForEachItem' : 'runOnceForAllItems'
    return script(call, 'code', mode, text(call.raw('jsCode')))
  },
}

export const functionAll: NodeKindRules = {
  run: (call) => script(call, 'function', 'runOnceForAllItems', text(call.raw('functionCode'))),
}

export const functionItem: NodeKindRules = {
  run: (call) => script(call, 'functionItem', 'runOnceForEachItem', text(call.raw('functionCode'))),
}

function script(call: NodeCall, flavour: Flavour, mode: ScriptRequest['mode'], source: string): Outcome {
  if (source.trim() === '') {
    throw new NodeFailure('This node has no code: the template was published without it. Write the code, or take the node out.')
  }
  if (mode === 'runOnceForAllItems') return forAll(call, flavour, source)
  return call.carriesOn ? oneByOne(call, flavour, source) : forEach(call, flavour, source)
}

function forAll(call: NodeCall, flavour: Flavour, source: string): Outcome {
  const outcome = run(call, { flavour, mode: 'runOnceForAllItems', source })
  if (outcome.ok) return [outcome.items]
  if (!call.carriesOn) throw failed(outcome.failure, flavour)
  return [[{ json: { error: outcome.failure.message } }]]
}

function forEach(call: NodeCall, flavour: Flavour, source: string): Outcome {
  const outcome = run(call, { flavour, mode: 'runOnceForEachItem', source })
  if (!outcome.ok) throw failed(outcome.failure, flavour)
  return [outcome.items]
}

function oneByOne(call: NodeCall, flavour: Flavour, source: string): Outcome {
  const out: Item[] = []
  for (const index of call.items().keys()) {
    const outcome = run(call, { flavour, mode: 'runOnceForEachItem', source, itemIndex: index })
    if (outcome.ok) out.push(...outcome.items)
    else out.push(errorItem(outcome.failure, index))
  }
  return [out]
}

function run(call: NodeCall, request: Pick<ScriptRequest, 'flavour' | 'mode' | 'source' | 'itemIndex'>): ScriptOutcome {
  const outcome = call.ports.expressions.runCode({
    language: 'javaScript',
    ...request,
    scope: call.scope,
    staticData: call.staticData(),
  })
  for (const line of outcome.lines) call.line(line.text)
  if (outcome.ok && outcome.staticData !== undefined) call.keepStaticData(outcome.staticData)
  return outcome
}

/**
 * An error that a script throws is told by its first line, and what stands before a first colon as its description: that is
 * how n8n tells it, and error branches read it so.
 */
function failed(failure: ExpressionFailure, flavour: Flavour): Error {
  const [line = ''] = failure.message.split('\n')
  const colon = line.indexOf(': ')
  if (flavour !== 'code' || failure.name !== 'Error' || failure.stopped !== undefined || failure.description !== undefined || colon < 1)
    return failure
  return new NodeFailure(line.slice(colon + 2), { name: failure.name, description: line.slice(0, colon), cause: failure })
}
