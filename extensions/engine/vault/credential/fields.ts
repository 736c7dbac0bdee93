/** What a person puts into the fields of a connector: checked, sorted into plain and secret. A refusal names the field and never the value. */
import type { ConnectorField, ConnectorRow } from '#contract'
import { TroupeError } from '#core'

export interface Sorted {
  readonly plain: Readonly<Record<string, string>>
  /** To be sealed. */
  readonly secrets: ReadonlyMap<string, string>
  /** Emptied: what was sealed under these names goes. */
  readonly cleared: readonly string[]
}

/** The fields that a form has: not those that a connection puts in. */
export const formFields = (connector: ConnectorRow) => connector.fields.filter(({ kind }) => kind !== 'connected')

/** INVALID for a field that the connector does not have, or whose value does not fit. */
export function sortFields(connector: ConnectorRow, values: Readonly<Record<string, string>>): Sorted {
  const plain: Record<string, string> = {}
  const secrets = new Map<string, string>()
  const cleared: string[] = []
  for (const [name, given] of Object.entries(values)) {
    const field = formFields(connector).find((one) => one.name === name)
    if (!field) throw noSuchField(connector, name)
    const value = field.kind === 'lines' ? given : given.trim()
    if (value !== '') checkValue(field, value)
    if (!field.secret) plain[name] = value
    else if (value === '') cleared.push(name)
    else secrets.set(name, value)
  }
  return { plain, secrets, cleared }
}

/** INVALID when a field that is required has no value; `set` tells which have one. */
export function requireFields(connector: ConnectorRow, set: (name: string) => boolean): void {
  const missing = formFields(connector).filter((field) => field.required && field.default === '' && !set(field.name))
  if (missing.length === 0) return
  const labels = missing.map(({ label }) => `"${label}"`).join(' and ')
  throw new TroupeError('INVALID', `${connector.name} needs ${labels}.`, {
    facts: { field: missing[0]?.name, missing: missing.map(({ name }) => name) },
  })
}

function noSuchField(connector: ConnectorRow, name: string): TroupeError {
  const known = formFields(connector).map((field) => field.name)
  return new TroupeError('INVALID', `${connector.name} has no field "${name}".`, {
    hint: `It has ${known.join(', ')}.`,
    facts: { field: name },
  })
}

function checkValue(field: ConnectorField, value: string): void {
  const wrong = problemOf(field, value)
  if (wrong === null) return
  throw new TroupeError('INVALID', `"${field.label}" does not fit: ${wrong}.`, { facts: { field: field.name } })
}

/** What was expected; null when the value fits. */
function problemOf(field: ConnectorField, value: string): string | null {
  if (field.pattern !== null && !new RegExp(`^(?:${field.pattern})$`, 'u').test(value)) return `expected is ${field.patternWords}`
  if (field.kind !== 'lines' && /[\r\n]/.test(value)) return 'expected is one line'
  switch (field.kind) {
    case 'choice':
      return field.choices.includes(value) ? null : `expected is one of ${field.choices.join(', ')}`
    case 'port':
      return /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535 ? null : 'expected is a number from 1 to 65535'
    case 'host':
      return /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$|^\[[0-9a-f:]+\]$/i.test(value)
        ? null
        : 'expected is a host name without scheme, port or path'
    case 'email':
      return /^\S+@\S+$/.test(value) ? null : 'expected is an e-mail address'
    case 'url':
      return field.pattern !== null || isWebAddress(value)
        ? null
        : 'expected is an address that begins with https:// or http://, without a user or password in it'
    case 'text':
    case 'secret':
    case 'lines':
    case 'totp':
    case 'connected':
      return null
  }
}

function isWebAddress(value: string): boolean {
  const url = URL.parse(value)
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '' && url.username === '' && url.password === '' && !/\s/.test(value)
  )
}
