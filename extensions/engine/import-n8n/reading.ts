/**
 * From a text to the workflows in it, whatever they are wrapped in, or to the reason why there is none. Nothing here trusts the
 * text: size, depth and counts are bounded, and `__proto__` never becomes a prototype (JSON.parse makes it an own field, and
 * every field is read by its own name only).
 */
import { LIMITS } from '#contract/plain'

export type Bag = Record<string, unknown>

export interface FoundWorkflow {
  /** The workflow's own object: it has `nodes`. */
  readonly raw: Bag
  /** What it was found in, in words; empty when it stood alone. */
  readonly wrapping: string
}

export type Reading =
  | { readonly ok: true; readonly workflows: readonly FoundWorkflow[]; readonly mended: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly hint: string }

/** A workflow is some 12 deep; parameters of a hostile file may be deeper than any stack. */
const DEEPEST = 200
const MOST_WORKFLOWS = 1_000

/** A number, also as text; NaN for everything else. A file's object may have a `toString` of its own, which `Number` would trip over. */
export const numberIn = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN

/** Text, also of a number or a truth; empty for everything else. */
export const wordIn = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''

export const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value)

const no = (message: string, hint: string): Reading => ({ ok: false, message, hint })
const EXPORT_HINT = 'In n8n: the menu of the workflow, Download. Or select nodes, copy, and paste them here.'

export function readWorkflows(text: string): Reading {
  if (text.length > LIMITS.n8nFileChars) {
    return no(
      `This file has ${text.length.toLocaleString('en-US')} signs; at most ${LIMITS.n8nFileChars.toLocaleString('en-US')} are read.`,
      'Split it.',
    )
  }
  const { body, mended } = undressed(text)
  if (body === '') return no('This file is empty.', EXPORT_HINT)
  const foreign = foreignText(body)
  if (foreign) return foreign
  const parsed = parseTolerant(body)
  if (!parsed.ok) return no(parsed.message, EXPORT_HINT)
  if (deeperThan(parsed.value, DEEPEST))
    return no(`This file is nested more than ${DEEPEST} levels deep, which no workflow is.`, 'Look where it comes from.')
  const workflows = workflowsIn(parsed.value)
  if (workflows.length === 0) return whyNone(parsed.value)
  if (workflows.length > MOST_WORKFLOWS)
    return no(`This file holds ${workflows.length} workflows; at most ${MOST_WORKFLOWS} are read at once.`, 'Split it.')
  return { ok: true, workflows, mended: [...mended, ...parsed.mended] }
}

/** Without byte-order mark, code fence and white space around it. */
function undressed(text: string): { readonly body: string; readonly mended: string[] } {
  const mended: string[] = []
  let body = text
  if (body.startsWith('\uFEFF')) body = body.slice(1)
  body = body.trim()
  // Pasted from a page or a chat: the workflow stands in a fenced block, with words around it.
  const fence = /^[[{]/.test(body) ? null : /```[a-z]*[ \t]*\r?\n([\s\S]*?)\n?```/i.exec(body)
  if (fence?.[1] !== undefined) {
    mended.push(fence[0].length === body.length ? 'The code fence around it was left out.' : 'It was taken out of the text around it.')
    body = fence[1].trim()
  }
  return { body, mended }
}

type Parsed = { readonly ok: true; readonly value: unknown; readonly mended: string[] } | { readonly ok: false; readonly message: string }

function parseTolerant(body: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(body), mended: [] }
  } catch (thrown) {
    const end = endOfFirstValue(body)
    if (end !== undefined && end < body.length) {
      try {
        const rest = body.length - end
        return { ok: true, value: JSON.parse(body.slice(0, end)), mended: [`${rest} signs behind the end of the workflow were left out.`] }
      } catch {
        // What stands before the end is no JSON either: the first error says it best.
      }
    }
    const why = thrown instanceof Error ? thrown.message.split('\n')[0] : 'no JSON'
    const cut = end === undefined && /^[[{]/.test(body)
    return {
      ok: false,
      message: cut ? `This file ends in the middle: it was cut off, or not copied whole (${why}).` : `This file is not JSON: ${why}.`,
    }
  }
}

/** Where the first object or list closes; undefined: it does not. */
function endOfFirstValue(body: string): number | undefined {
  let depth = 0
  let inText = false
  for (let at = 0; at < body.length; at++) {
    const sign = body[at]
    if (inText) {
      if (sign === '\\') at++
      else if (sign === '"') inText = false
    } else if (sign === '"') inText = true
    else if (sign === '{' || sign === '[') depth++
    else if (sign === '}' || sign === ']') {
      depth--
      if (depth === 0) return at + 1
    }
  }
  return undefined
}

/** Without recursion: a hostile file is deeper than the stack. */
function deeperThan(value: unknown, most: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true
    const next: unknown[] = []
    for (const one of level) {
      if (Array.isArray(one)) for (const inner of one) next.push(inner)
      else if (isBag(one)) for (const inner of Object.values(one)) next.push(inner)
    }
    level = next.filter((one) => typeof one === 'object' && one !== null)
  }
  return false
}

/** Depth first, through the wrappers that people really have. */
function workflowsIn(value: unknown, wrapping: readonly string[] = []): FoundWorkflow[] {
  if (wrapping.length > 4) return []
  if (Array.isArray(value)) return value.flatMap((one) => workflowsIn(one, value.length > 1 ? [...wrapping, 'list'] : wrapping))
  if (!isBag(value)) return []
  if (isWorkflow(value)) return [{ raw: value, wrapping: wrapping.join(', ') }]
  for (const key of ['workflow', 'workflowData', 'data', 'workflows', 'template', 'json']) {
    const inner = Object.hasOwn(value, key) ? value[key] : undefined
    const text = typeof inner === 'string' && inner.trim().startsWith('{') ? parseTolerant(inner) : undefined
    const found = workflowsIn(text?.ok ? text.value : inner, [...wrapping, key])
    if (found.length > 0) return found
  }
  return []
}

function isWorkflow(value: Bag): boolean {
  if (!Object.hasOwn(value, 'nodes') || !Array.isArray(value.nodes)) return false
  if (value.nodes.length === 0) return false
  // A list of nodes alone is a workflow too, when its members look like nodes.
  return (
    Object.hasOwn(value, 'connections') ||
    value.nodes.some((node) => isBag(node) && (typeof node.type === 'string' || typeof node.name === 'string'))
  )
}

function foreignText(body: string): Reading | undefined {
  if (body.startsWith('PK\u0003\u0004'))
    return no('This is a packed file (zip, or an office document), not a workflow.', 'Unpack it first.')
  if (/^<(!doctype|html|\?xml)/i.test(body))
    return no('This is a web page, not a workflow.', 'Open the page, and use its download or copy button.')
  if (/^(name|on|jobs)\s*:/m.test(body) && /^jobs\s*:/m.test(body)) {
    return no(
      'This is a GitHub Actions workflow. Troupe does not import those yet.',
      'A schedule in it can be written as a trigger of a persona.',
    )
  }
  return undefined
}

/** It is JSON, and no workflow: what it is instead, as far as it can be told. */
function whyNone(value: unknown): Reading {
  if (Array.isArray(value)) return no('This is a list, and none of its members is a workflow.', EXPORT_HINT)
  if (!isBag(value)) return no('This is a single value, not a workflow.', EXPORT_HINT)
  const has = (...keys: readonly string[]) => keys.every((key) => Object.hasOwn(value, key))
  if (has('flow', 'metadata'))
    return no(
      'This is a Make blueprint. Troupe does not import those yet.',
      'Rebuild it from an n8n template that does the same, or by hand.',
    )
  if (has('openapi') || has('swagger')) return no('This describes an API, and is not a workflow.', EXPORT_HINT)
  if (has('node_type') || has('package_name', 'code_hash'))
    return no('This describes one kind of node, and is not a workflow.', EXPORT_HINT)
  if (isBag(value.data) && Object.hasOwn(value.data, 'resultData')) {
    return no('This is the record of an execution without its workflow.', 'Export the workflow itself.')
  }
  if (Array.isArray(value.nodes)) {
    return no(value.nodes.length === 0 ? 'This workflow has no nodes.' : 'This has a list of nodes, and none of them is one.', EXPORT_HINT)
  }
  if (Object.keys(value).some((key) => key.startsWith('"')))
    return no('This file was taken apart line by line by another program; its JSON is lost.', 'Export the workflow again.')
  return no('This is JSON without a list of nodes.', EXPORT_HINT)
}
