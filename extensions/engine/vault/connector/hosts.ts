/** Where a credential's values may be sent. */
import type { ConnectorRow } from '#contract'
import { portOf } from '#core'
import { fieldsIn, fill, type Values, withDefaults } from './fill.ts'

export { hostFits, portOf } from '#core'

/**
 * The connector's hosts, filled in from fields that are not secret, and those that the person named.
 * A host stands for https on 443; `host:port` for http or https on that port.
 */
export function hostsOf(connector: ConnectorRow, plain: Values, extraHosts: readonly string[]): readonly string[] {
  const values = withDefaults(connector, plain)
  const own = connector.hosts.map((template) => {
    const [only] = fieldsIn(template)
    const isUrl = template === `{{${only}}}` && connector.fields.some(({ name, kind }) => name === only && kind === 'url')
    const text = fill(template, values)
    return text === null ? null : isUrl ? hostOfUrl(text) : text
  })
  return [...new Set([...own.filter((host) => host !== null), ...extraHosts].map((host) => host.toLowerCase()))]
}

/** `https://example.org/x` is `example.org`; any other scheme or port stays visible. */
export function hostOfUrl(text: string): string | null {
  const url = URL.parse(text)
  if (url === null || url.hostname === '') return null
  return url.protocol === 'https:' && url.port === '' ? url.hostname : `${url.hostname}:${portOf(url)}`
}

/** Whether `inner` reaches nothing that `outer` does not. */
export function isWithin(inner: string, outer: readonly string[]): boolean {
  if (outer.includes(inner)) return true
  const port = portIn(inner)
  const name = inner.slice(0, inner.length - port.length)
  return outer.some((entry) => {
    if (!entry.startsWith('*.') || portIn(entry) !== port) return false
    const suffix = entry.slice(1, entry.length - port.length)
    const bare = name.startsWith('*.') ? name.slice(1) : name
    return bare.endsWith(suffix) && (name.startsWith('*.') ? bare.length >= suffix.length : bare.length > suffix.length)
  })
}

const portIn = (host: string) => /(?<=^[^:]*|\]):\d+$/.exec(host)?.[0] ?? ''
