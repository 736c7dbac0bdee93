/** What a trigger wants from the bus. A kind that watches the world is told through events of its own source. */
import type { TriggerDoc } from '#contract'
import type { Subscription } from './ports.ts'

export const sourceOf = (triggerId: string): string => `/troupe/triggers/${triggerId}`
/** Said of every fire that passed its gates, when a composite wants to know. */
export const FIRED = 'troupe.trigger.fired'

export function subscriptionFor(id: string, doc: TriggerDoc, live: boolean): Subscription | null {
  const base = { id, name: doc.name, personaId: doc.personaId, enabled: live, orderBy: '', source: '' }
  const { when } = doc
  switch (when.kind) {
    case 'manual':
    case 'schedule':
      return null
    case 'event':
      return { ...base, types: when.types, filter: when.filter, orderBy: when.orderBy }
    case 'webhook':
      return { ...base, types: ['troupe.webhook.received'], filter: when.filter, source: sourceOf(id) }
    case 'file':
      return { ...base, types: ['troupe.file.**'], filter: [], source: sourceOf(id) }
    case 'poll':
      return { ...base, types: ['troupe.poll.changed'], filter: [], source: sourceOf(id) }
    case 'clipboard':
    case 'focus':
      return { ...base, types: [`troupe.${when.kind}.**`], filter: [], source: sourceOf(id) }
    case 'chain':
      return { ...base, types: chainTypes(when.outcome), filter: chainFilter(when.personaId, when.outputHas), source: '/troupe/runs' }
    case 'composite':
      return { ...base, types: [FIRED], filter: [{ path: 'data.triggerId', is: 'one-of', value: when.of.join(',') }] }
  }
}

function chainTypes(outcome: 'succeeded' | 'failed' | 'any'): string[] {
  if (outcome === 'succeeded') return ['troupe.run.succeeded']
  return outcome === 'failed' ? ['troupe.run.failed', 'troupe.run.incomplete'] : ['troupe.run.*']
}

function chainFilter(personaId: string, outputHas: string): Subscription['filter'] {
  return [
    ...(personaId === '' ? [] : [{ path: 'data.personaId', is: 'equals', value: personaId }]),
    ...(outputHas === '' ? [] : [{ path: 'data.result', is: 'contains', value: outputHas }]),
  ]
}
