/** What begins a run, in words and, for schedules, as cron expressions that mean exactly the same. */
import type { ImportedStart } from '#contract'
import { startKindOf } from './catalogue.ts'
import type { RawNode } from './nodes.ts'
import { isBag } from './reading.ts'
import { cronOf } from './schedule.ts'

export function startOf(node: RawNode, short: string, timeZone: string | null): ImportedStart {
  const kind = startKindOf(short)
  const off = node.raw.disabled === true ? 'Switched off. ' : ''
  if (kind === 'schedule') {
    const { cron, words } = cronOf(short, node.parameters, `${node.id} ${node.name}`)
    return { node: node.name, kind, cron: [...cron], words: off + words, timeZone }
  }
  return { node: node.name, kind, cron: [], words: off + wordsOf(kind, node), timeZone }
}

function wordsOf(kind: ImportedStart['kind'], { parameters, type }: RawNode): string {
  const text = (key: string) => (typeof parameters[key] === 'string' ? (parameters[key] as string) : '')
  switch (kind) {
    case 'manual':
      return 'When you run it.'
    case 'webhook':
      return `When ${text('httpMethod') || 'GET'} comes to a webhook. It gets a new, secret path of its own; the old one was “${text('path')}”.`
    case 'form':
      return `When the form “${text('formTitle') || 'without a title'}” is sent.`
    case 'chat':
      return 'When you write to it.'
    case 'sub-team':
      return 'When another team calls it.'
    case 'error':
      return 'When a run of a team that names it fails.'
    case 'mcp':
      return 'When an MCP client calls its tools.'
    case 'evaluation':
      return 'When an evaluation runs through its data set.'
    default: {
      const event =
        text('event') || text('triggerOn') || (isBag(parameters.events) || Array.isArray(parameters.events) ? 'an event' : 'something new')
      return `When ${(type ?? '')
        .split('.')
        .at(-1)
        ?.replace(/Trigger$/, '')} tells of ${event}.`
    }
  }
}
