/** Date and time. Version 2 has seven operations; version 1 formats and calculates, in an older language of formats. */
import { DateTime, type DateTimeUnit, type DurationLikeObject } from 'luxon'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { eachItem, type Json, text } from './each.ts'
import { formatOld, newFormat, readDate } from './moments.ts'
import { setPath } from './paths.ts'

export const dateTime: NodeKindRules = {
  async run(call) {
    return [
      await eachItem(call, (item, index) => {
        if (call.version < 2) return { ...item, json: first(call, item.json, index) }
        const { field, value } = result(call, index)
        const json: Json = call.param('options.includeInputFields', index, false) === true ? { ...item.json } : {}
        json[field] = value
        return { json }
      }),
    ]
  },
}

const FIELD: Readonly<Record<string, string>> = {
  getCurrentDate: 'currentDate',
  addToDate: 'newDate',
  subtractFromDate: 'newDate',
  formatDate: 'formattedDate',
  roundDate: 'roundedDate',
  getTimeBetweenDates: 'timeDifference',
  extractDate: 'datePart',
}

function result(call: NodeCall, index: number): { field: string; value: unknown } {
  const operation = text(call.param('operation', index), 'getCurrentDate')
  const named = FIELD[operation]
  if (named === undefined) throw new NodeFailure(`Date and time has no operation "${operation}".`)
  return { field: text(call.param('outputFieldName', index), named), value: valueOf2(call, operation, index) }
}

function valueOf2(call: NodeCall, operation: string, index: number): unknown {
  const zone = call.facts.timeZone
  const param = (name: string, otherwise?: unknown) => call.param(name, index, otherwise)
  switch (operation) {
    case 'getCurrentDate': {
      const wanted = text(param('options.timezone', ''))
      const now = DateTime.fromMillis(call.ports.clock.now(), { zone: wanted === '' ? zone : wanted })
      if (!now.isValid) throw new NodeFailure(`"${wanted}" is no time zone that is known; write it like Europe/Prague.`)
      return iso(param('includeTime', true) === true ? now : now.startOf('day'))
    }
    case 'addToDate':
    case 'subtractFromDate': {
      const date = readDate(param('magnitude', ''), zone)
      const span = { [text(param('timeUnit', 'days'))]: Number(param('duration', 0)) } as DurationLikeObject
      return iso(operation === 'addToDate' ? date.plus(span) : date.minus(span))
    }
    case 'formatDate': {
      const ownZone = param('options.timezone', false) === true
      const date = readDate(param('date', ''), zone, text(param('options.fromFormat', '')))
      const shown = ownZone ? date.setZone(zone) : date
      const format = text(param('format', 'MM/dd/yyyy'))
      return shown.toFormat(format === 'custom' ? text(param('customFormat', '')) : format)
    }
    case 'roundDate': {
      const unit = text(param('toNearest', param('to', 'month'))) as DateTimeUnit
      const date = readDate(param('date', ''), zone)
      return iso(param('mode', 'roundDown') === 'roundUp' ? date.plus({ [unit]: 1 }).startOf(unit) : date.startOf(unit))
    }
    case 'getTimeBetweenDates':
      return between(call, index)
    default: {
      const date = readDate(param('date', ''), zone)
      const part = text(param('part', 'month'))
      return part === 'week' ? date.weekNumber : date.get(part as 'month')
    }
  }
}

function iso(date: DateTime): string {
  return date.toISO() ?? ''
}

function between(call: NodeCall, index: number): unknown {
  const zone = call.facts.timeZone
  const start = readDate(call.param('startDate', index, ''), zone)
  const end = readDate(call.param('endDate', index, ''), zone)
  const given = call.param('units', index, ['day'])
  const units = (Array.isArray(given) ? given : [given]).map((unit) => text(unit) as 'day')
  const span = end.diff(start, units)
  return call.param('options.isoString', index, false) === true ? span.toISO() : span.toObject()
}

/** Version 1. */
function first(call: NodeCall, from: Readonly<Json>, index: number): Json {
  const param = (name: string, otherwise?: unknown) => call.param(name, index, otherwise)
  const json: Json = { ...from }
  const field = text(param('dataPropertyName', 'data'), 'data')
  const value = param('value', '')
  const zone = text(param('options.fromTimezone', call.facts.timeZone), call.facts.timeZone)
  const fromFormat = text(param('options.fromFormat', ''))
  if (param('action', 'format') === 'calculate') {
    const date = readDate(value, zone, fromFormat === '' ? undefined : newFormat(fromFormat))
    const span = { [text(param('timeUnit', 'days'))]: Number(param('duration', 0)) } as DurationLikeObject
    setPath(json, field, iso((param('operation', 'add') === 'subtract' ? date.minus(span) : date.plus(span)).toUTC()))
    return json
  }
  if (value === undefined || value === null || value === '') return json
  const date = readDate(value, zone, fromFormat === '' ? undefined : newFormat(fromFormat)).setZone(
    text(param('options.toTimezone', ''), '') || call.facts.timeZone,
  )
  setPath(json, field, formatOld(date, text(param('toFormat', 'MM/DD/YYYY'))))
  return json
}
