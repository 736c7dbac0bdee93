/** Where a credential's values may be sent: the one reading of a list of hosts, for the vault that keeps it and the egress that obeys it. */

export function portOf(url: URL): string {
  if (url.port !== '') return url.port
  return url.protocol === 'https:' ? '443' : '80'
}

/**
 * Whether an address is one of these hosts, on the port that goes with it. A host stands for https on 443; `host:port` for http or https
 * on that port; `*.host` for its sub-domains and not itself. An empty list allows none.
 */
export function hostFits(url: URL, hosts: readonly string[]): boolean {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false
  const name = url.hostname.toLowerCase().replace(/\.$/, '')
  return hosts.some((entry) => {
    // The colons of an IPv6 literal are within its brackets.
    const [, pattern = '', port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? []
    if (port === undefined ? url.protocol !== 'https:' || portOf(url) !== '443' : portOf(url) !== port) return false
    return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) && name.length > pattern.length - 1 : name === pattern
  })
}
