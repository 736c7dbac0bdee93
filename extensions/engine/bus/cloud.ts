/** CloudEvents 1.0, structured JSON, both ways. [BU9] */
import type { CloudEvent, EventDraft, EventRow } from '#contract'
import { eventType } from '#contract'
import { TroupeError } from '#core'

const KNOWN = new Set(['specversion', 'id', 'source', 'type', 'subject', 'time', 'data'])

export interface Taken {
  readonly draft: EventDraft
  readonly extra: Readonly<Record<string, unknown>>
}

/** INVALID for a type that is none here, or extension attributes that CloudEvents does not allow. */
export function fromCloud(event: CloudEvent): Taken {
  const type = eventType.safeParse(event.type)
  if (!type.success)
    throw new TroupeError('INVALID', `The type "${event.type.slice(0, 80)}" is not of words, digits and dots.`, {
      hint: 'Such as com.example.order.created.',
    })
  const extra = Object.fromEntries(Object.entries(event).filter(([name, value]) => !KNOWN.has(name) && value !== undefined))
  for (const name of Object.keys(extra))
    if (!/^(?:[a-z0-9]{1,40}|data_base64)$/.test(name))
      throw new TroupeError('INVALID', `"${name}" is no attribute of a CloudEvent: they are named with a-z and 0-9.`)
  return {
    draft: {
      type: type.data,
      source: event.source,
      id: event.id,
      subject: event.subject ?? '',
      key: typeof event.partitionkey === 'string' ? event.partitionkey.slice(0, 300) : '',
      ...(event.time !== undefined && { time: Date.parse(event.time) }),
      ...(event.data !== undefined && { data: event.data }),
    },
    extra,
  }
}

export function toCloud(event: EventRow, extra: Readonly<Record<string, unknown>>): CloudEvent {
  return {
    specversion: '1.0',
    id: event.id,
    source: event.source,
    type: event.type,
    time: new Date(event.time).toISOString(),
    ...(event.subject !== '' && { subject: event.subject }),
    ...extra,
    ...(event.data !== '' && { data: JSON.parse(event.data) as unknown }),
  }
}
