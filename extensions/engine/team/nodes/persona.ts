/**
 * A persona, asked once for each item, several at a time. What it is to the others of its team (its role) says what is made of its
 * answer: rules ROLE1 to ROLE7. An answer that does not have the form that a role asks for is an error of the node, never a guess.
 */
import type { Item } from '../expression/mod.ts'
import { NodeFailure, RunEnded } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import type { PersonaAnswer } from '../flow/ports.ts'
import { bags, errorItem, text, withItem } from './each.ts'
import { isBag } from './paths.ts'

/** Items that are asked about at the same time. */
const AT_ONCE = 4
const DELEGATION = { depth: 2, width: 8, costUsd: null } as const

export const persona: NodeKindRules = {
  async run(call) {
    const ask = call.ports.persona
    if (ask === undefined) throw new NodeFailure(`The persona behind "${call.node.name}" cannot be run here.`)
    const items = call.items()
    const made: (readonly Item[])[] = []
    for (let at = 0; at < items.length; at += AT_ONCE) {
      const some = items.slice(at, at + AT_ONCE)
      made.push(...(await Promise.all(some.map((item, offset) => one(call, item, at + offset, ask)))))
    }
    return [made.flat()]
  },
}

async function one(call: NodeCall, item: Item, index: number, ask: NonNullable<NodeCall['ports']['persona']>): Promise<readonly Item[]> {
  try {
    const before = beforeAsking(call, item)
    const prompt = promptOf(call, item, index)
    const answer = await ask(call.graphNode, before === '' ? prompt : `${prompt}\n\n${before}`, call.signal)
    return made(call, item, answer).map((json) => ({ json, pairedItem: { item: index } }))
  } catch (thrown) {
    if (!call.carriesOn || thrown instanceof RunEnded) throw withItem(thrown, index)
    return [errorItem(thrown, index)]
  }
}

/** The node's own prompt, an imported agent's text, what a chat said, or the whole item. */
function promptOf(call: NodeCall, item: Item, index: number): string {
  for (const path of ['prompt', 'text', 'inputText']) {
    const given = call.param(path, index)
    if (typeof given === 'string' ? given !== '' : isBag(given)) return text(given)
  }
  const said = ['messages', 'responses'].flatMap((path) => {
    const held = call.param(path, index)
    if (!isBag(held)) return []
    return [...bags(held.values), ...bags(held.messageValues)].filter((one) => !/system/i.test(text(one.role ?? one.type)))
  })
  const joined = said
    .map((one) => text(one.content ?? one.message))
    .filter((part) => part !== '')
    .join('\n\n')
  if (joined !== '') return joined
  for (const field of ['chatInput', 'task', 'text', 'input']) if (typeof item.json[field] === 'string') return item.json[field]
  return JSON.stringify(item.json, null, 2)
}

/** What a role has to be told besides the prompt, and whether it may ask at all. */
function beforeAsking(call: NodeCall, item: Item): string {
  switch (call.node.role) {
    case 'orchestrator': {
      requireDelegation(call, item)
      const { width } = delegationOf(call)
      return `You can hand tasks to: ${targets(call, 'parallel').join(', ')}. To do so answer with JSON only: {"tasks":[{"to":"<name>","task":"<what to do>"}]}, at most ${width} tasks. When no task is needed, answer with JSON only: {"answer":"<your answer>"}.`
    }
    case 'router':
      return `Choose who goes on with this: ${targets(call).join(', ')}. Answer with JSON only: {"to":"<name>"}.`
    case 'reviewer':
      return 'Judge this work. Answer with JSON only: {"approved":true} when it is good, or {"approved":false,"notes":"<what must be mended>"}.'
    default:
      return ''
  }
}

function made(call: NodeCall, item: Item, answer: PersonaAnswer): readonly Record<string, unknown>[] {
  const depth = depthOf(item)
  switch (call.node.role) {
    case 'orchestrator':
      return tasksOf(call, jsonIn(call, answer), depth)
    case 'router': {
      const { to } = jsonIn(call, answer)
      if (typeof to !== 'string' || !targets(call).includes(to))
        throw new NodeFailure(`The router chose ${JSON.stringify(to)}, which is none of ${targets(call).join(', ')}; nothing goes on.`)
      return [{ ...item.json, to }]
    }
    case 'reviewer': {
      const { approved, notes } = jsonIn(call, answer)
      if (typeof approved !== 'boolean') throw new NodeFailure('The reviewer said neither that it approves nor that it does not.')
      return [{ ...item.json, approved, notes: text(notes) }]
    }
    default:
      return [{ output: answer.text, ...(depth > 0 ? { depth } : {}) }]
  }
}

function tasksOf(call: NodeCall, said: Record<string, unknown>, depth: number): readonly Record<string, unknown>[] {
  if (!Array.isArray(said.tasks)) return [{ output: text(said.answer) }]
  const { depth: deepest, width, costUsd } = delegationOf(call)
  const workers = targets(call, 'parallel')
  const tasks = bags(said.tasks).map(({ to, task }) => ({ to: text(to), task: text(task), depth: depth + 1 }))
  const unknown = tasks.find(({ to }) => !workers.includes(to))
  if (unknown)
    throw new NodeFailure(
      `A task was for ${JSON.stringify(unknown.to)}, who is none of its workers (${workers.join(', ')}); nothing was handed out.`,
    )
  if (tasks.length > width)
    throw new NodeFailure(`It wanted to hand out ${tasks.length} tasks, and at most ${width} are allowed at once; nothing was handed out.`)
  const spent = call.ports.spent?.() ?? null
  const money = costUsd === null ? '' : `, $${spent ?? '?'} of $${costUsd} spent`
  call.line(
    `Hands out ${tasks.length} of at most ${width} tasks to ${[...new Set(tasks.map(({ to }) => to))].join(', ')} (depth ${depth + 1} of ${deepest}${money}).`,
  )
  return tasks
}

/** Depth and cost are looked at before anybody is asked: a cost that is not known counts as reached. */
function requireDelegation(call: NodeCall, item: Item): void {
  const { depth, costUsd } = delegationOf(call)
  if (depthOf(item) >= depth) throw new NodeFailure(`Tasks may be handed on ${depth} deep, and this one is; nothing was handed out.`)
  if (costUsd === null) return
  const spent = call.ports.spent?.() ?? null
  if (spent === null)
    throw new NodeFailure(`What was spent so far is not known, so the limit of $${costUsd} cannot be held; nothing was handed out.`)
  if (spent >= costUsd) throw new NodeFailure(`$${spent} of $${costUsd} are spent; nothing more was handed out.`)
}

const depthOf = (item: Item): number => (typeof item.json.depth === 'number' ? item.json.depth : 0)
const delegationOf = (call: NodeCall) => call.team.settings.delegation ?? DELEGATION

/** Names of the nodes that this one's links lead to; of one role only, if that is asked. */
function targets(call: NodeCall, role?: 'parallel'): readonly string[] {
  const all = call.graphNode.targets.flat().filter(({ link }) => role === undefined || link?.role === role)
  return [...new Set(all.map(({ node }) => node))]
}

/** The object in an answer, also in a fenced block. NodeFailure when there is none. */
function jsonIn(call: NodeCall, { text: answer }: PersonaAnswer): Record<string, unknown> {
  const body = /```(?:json)?\s*([\s\S]*?)```/.exec(answer)?.[1] ?? answer
  try {
    const value: unknown = JSON.parse(body.trim())
    if (isBag(value)) return value
  } catch {
    // Told below, with what came instead.
  }
  throw new NodeFailure(`"${call.node.name}" is a ${call.node.role}, and had to answer with JSON. It said: ${answer.slice(0, 200)}`)
}
