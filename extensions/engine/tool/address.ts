/** Which addresses the HTTP tool may reach: the public internet, unless the persona was granted more. */
import ipaddr from 'ipaddr.js'

/**
 * Why an address is not public, or null when it is. Everything that is not plain unicast is refused: loopback, private,
 * link-local (with the clouds' metadata at 169.254.169.254), carrier NAT 100.64/10, unique local, multicast, reserved,
 * unspecified (0.0.0.0 reaches this machine). Addresses that carry an IPv4 address inside (mapped, NAT64, 6to4) are
 * judged by that one, so that ::ffff:127.0.0.1 is loopback and 64:ff9b::7f00:1 is too.
 */
export function whyNotPublic(address: string): string | null {
  if (!ipaddr.isValid(address)) return 'not an address'
  const parsed = ipaddr.parse(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast' ? null : parsed.range()
  const inner = innerIPv4(parsed)
  if (inner !== null) return whyNotPublic(inner)
  return parsed.range() === 'unicast' ? null : parsed.range()
}

function innerIPv4(parsed: ipaddr.IPv6): string | null {
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().toString()
  const bytes = parsed.toByteArray()
  // RFC 6052: 64:ff9b::/96 and the locally chosen 64:ff9b:1::/48 end with the address; RFC 3056: 2002::/16 begins with it.
  if (parsed.range() === 'rfc6052' || parsed.match(ipaddr.IPv6.parse('64:ff9b:1::'), 48)) return bytes.slice(12).join('.')
  if (parsed.range() === '6to4') return bytes.slice(2, 6).join('.')
  return null
}

/** Whether a host is in an allow list of names and `*.example.org` patterns (sub-domains only). An empty list allows all. */
export function hostAllowed(hostname: string, hosts: readonly string[]): boolean {
  if (hosts.length === 0) return true
  const name = plain(hostname)
  return hosts.some((entry) => {
    const pattern = plain(entry)
    return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) && name.length > pattern.length - 1 : name === pattern
  })
}

/** Lower case, no final dot (the root), no brackets of an IPv6 literal. */
function plain(hostname: string): string {
  return hostname
    .trim()
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^\[(.*)\]$/, '$1')
}
