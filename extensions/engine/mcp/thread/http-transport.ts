/** A server at an address: streamable HTTP, whose headers go to that origin and nowhere else. */
import type { LookupFunction } from 'node:net'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { MCP_LIMITS } from '#contract/plain'
import { TroupeError } from '#core'
import type { Launch } from '../messages.ts'

const CONNECT_MS = 10_000

export interface HttpPorts {
  readonly lookup: (hostname: string) => Promise<readonly { readonly address: string; readonly family: 4 | 6 }[]>
  /** Why an address is not public; null: it is. */
  readonly whyNotPublic: (address: string) => string | null
}

export async function httpTransport(launch: Extract<Launch, { kind: 'http' }>, ports: HttpPorts): Promise<StreamableHTTPClientTransport> {
  const { Agent, fetch } = await import('undici')
  const url = new URL(launch.url)
  const judge = launch.lent && !launch.allowPrivate
  // A literal address is never looked up, so it is judged here.
  if (judge) requirePublic(url.hostname.replace(/^\[(.*)\]$/, '$1'), ports.whyNotPublic, true)
  const lookup: LookupFunction = (hostname, options, answer) => {
    ports.lookup(hostname).then(
      (found) => {
        try {
          if (judge) for (const { address } of found) requirePublic(address, ports.whyNotPublic, false)
          const first = found[0]
          if (options.all === true) answer(null, [...found])
          else if (first) answer(null, first.address, first.family)
          else answer(new Error(`no address of ${hostname}`), '', 4)
        } catch (thrown) {
          answer(thrown as Error, '', 4)
        }
      },
      (thrown: Error) => answer(thrown, '', 4),
    )
  }
  const dispatcher = new Agent({
    connect: { lookup, timeout: CONNECT_MS },
    // The stream of a server's own messages may be quiet for long; each call has its own limit.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MCP_LIMITS.messageBytes * 4,
  })
  const pinned = (input: string | URL, init: Parameters<typeof fetch>[1] = {}) => {
    const target = new URL(input)
    if (target.origin !== url.origin)
      throw new TroupeError('REFUSED', `The server named another address (${target.origin}); it is not asked.`)
    return fetch(target, { ...init, redirect: 'error', dispatcher })
  }
  const transport = new StreamableHTTPClientTransport(url, {
    requestInit: { headers: { ...launch.headers }, redirect: 'error' },
    // The two packages' types of one standard differ in details that do not matter here.
    fetch: pinned as unknown as typeof globalThis.fetch,
  })
  const close = transport.close.bind(transport)
  transport.close = async () => {
    await close()
    await dispatcher.destroy()
  }
  return transport
}

function requirePublic(address: string, whyNotPublic: HttpPorts['whyNotPublic'], mayBeName: boolean): void {
  const why = whyNotPublic(address)
  if (why === null || (mayBeName && why === 'not an address')) return
  throw new TroupeError('REFUSED', `The server's address ${address} is not public (${why}), and its credential may not go there.`, {
    hint: 'Allow private addresses in the credential if this server is meant.',
  })
}
