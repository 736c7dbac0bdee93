/** The redirect's other end: one page on 127.0.0.1, open while a connection is waited for (RFC 8252 section 7.3). */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TroupeError } from '#core'

export const CALLBACK_PATH = '/oauth/callback'

export interface Loopback {
  readonly redirectUrl: string
  close(): void
}

/** What the page says, and with which status. */
export interface PageWords {
  readonly status: number
  readonly title: string
  readonly text: string
}

/** `port` 0: any free one. MISSING when the port is taken. `answer` is called for each visit of the callback's path. */
export function openLoopback(port: number, answer: (params: URLSearchParams) => Promise<PageWords>): Promise<Loopback> {
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 10_000 }, (request, response) => {
    const url = URL.parse(request.url ?? '', `http://${request.headers.host ?? ''}`)
    // A page elsewhere that was resolved to 127.0.0.1 has another host name.
    if (url === null || url.host !== hostOf() || url.pathname !== CALLBACK_PATH || request.method !== 'GET') {
      response.writeHead(404).end()
      return
    }
    void answer(url.searchParams).then(({ status, title, text }) => {
      response.writeHead(status, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        connection: 'close',
      })
      response.end(page(title, text))
    })
  })
  const hostOf = () => `127.0.0.1:${(server.address() as AddressInfo).port}`
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new TroupeError('MISSING', `The port ${port} on this machine is not free for the answer of the service.`, {
          cause,
          hint: 'End what uses it, or register another redirect port.',
        }),
      ),
    )
    server.listen(port, '127.0.0.1', () =>
      resolve({
        redirectUrl: `http://${hostOf()}${CALLBACK_PATH}`,
        close() {
          server.close()
          server.closeIdleConnections()
        },
      }),
    )
  })
}

function page(title: string, text: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escaped(title)}</title>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem"><h1 style="font-size: 1.25rem">${escaped(title)}</h1><p>${escaped(text)}</p>`
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
