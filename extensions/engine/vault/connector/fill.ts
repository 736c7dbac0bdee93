/**
 * Fills `{{field}}` in. A named field without a value makes the whole nothing, so that no half-made header is ever sent.
 * Where an address is made, an address or host goes in as it is and anything else percent-encoded, so that a value can name
 * no other host, path or query than the connector meant it to.
 */
import type { ConnectorField, ConnectorRow, Provided } from '#contract'

export type Values = ReadonlyMap<string, string>

const HOLE = /\{\{([a-z][a-z0-9_]*)\}\}/g

/** The fields that a text names. */
export function fieldsIn(template: string): readonly string[] {
  return [...template.matchAll(HOLE)].map(([, name]) => name ?? '')
}

/** null: a field that it names has no value. */
export function fill(template: string, values: Values, encode: (value: string, name: string) => string = (value) => value): string | null {
  let whole = true
  const text = template.replace(HOLE, (_hole, name: string) => {
    const value = values.get(name) ?? ''
    if (value === '') whole = false
    return encode(value, name)
  })
  return whole ? text : null
}

/** With the connector's own value for whatever was left empty. */
export function withDefaults(connector: ConnectorRow, values: Values): Values {
  const standard = connector.fields.filter((field) => field.default !== '' && (values.get(field.name) ?? '') === '')
  return new Map([...values, ...standard.map((field) => [field.name, field.default] as const)])
}

export function fillAddress(template: string, connector: ConnectorRow, values: Values): string | null {
  const kinds = new Map(connector.fields.map((field) => [field.name, field.kind]))
  return fill(template, values, (value, name) => forAddress(value, kinds.get(name)))
}

function forAddress(value: string, kind: ConnectorField['kind'] | undefined): string {
  if (kind === 'url') return value.replace(/\/+$/, '')
  return kind === 'host' || kind === 'port' || kind === 'choice' ? value : encodeURIComponent(value)
}

/** A variable or header, or null when a field that it names has no value. */
export function fillProvided(given: Provided, connector: ConnectorRow, values: Values): { name: string; value: string } | null {
  const name = fill(given.name, values)
  const value = given.encode === 'url' ? fillAddress(given.value, connector, values) : fill(given.value, values)
  if (name === null || value === null) return null
  const encoded = given.encode === 'base64' ? Buffer.from(value, 'utf8').toString('base64') : value
  return { name, value: given.prefix + encoded }
}

/** All that have a value; of two with the same name, the last. */
export function fillAll(given: readonly Provided[], connector: ConnectorRow, values: Values): Record<string, string> {
  const filled = given.map((one) => fillProvided(one, connector, values)).filter((one) => one !== null)
  return Object.fromEntries(filled.map(({ name, value }) => [name, value]))
}
