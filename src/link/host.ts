/**
 * The page's side of Neutralino: the only file of the window that names it. The engine is an extension of the native core;
 * it tells its port and a one-time token when the page asks (shared words with extensions/engine/host.ts):
 *   page → engine   extensions.dispatch(EXTENSION, ASK, { nonce })
 *   engine → page   app.broadcast { event: TELL, data: { nonce, port, token } }
 */

import { RPC_PATH } from '#contract/plain'
import { LinkError } from './errors.ts'
import type { Address } from './socket.ts'

export const EXTENSION = 'troupe.engine'
export const ASK = 'troupe.where'
export const TELL = 'troupe.here'

/** The core never says that an extension did not start, so the page must give up by itself. An engine is up within one second. */
const ANSWER_MS = 8000

const NO_ENGINE = 'The engine does not answer.'
const NO_ENGINE_HINT =
  'It runs on Node 22.12 or later: see that `node` is installed and on the PATH, then start Troupe again. If it is, `npm start` in a terminal says what stops it.'

/** Whether this page stands in a Neutralino window. The core puts its globals there before any script of ours. */
export function inHost(): boolean {
  // Not the token: it is given once, and a page that was loaded again has it from its own session storage.
  return 'NL_PORT' in globalThis
}

/** LinkError when nobody answers in time. Each answer's token is good for one connection. */
export async function askHost(): Promise<Address> {
  const { events, extensions, init } = await import('@neutralinojs/lib')
  begin(init)
  const nonce = crypto.randomUUID()
  return new Promise<Address>((resolve, reject) => {
    const heard = (event: CustomEvent<{ nonce?: unknown; port?: unknown; token?: unknown } | undefined>) => {
      const { nonce: theirs, port, token } = event.detail ?? {}
      if (theirs !== nonce || typeof port !== 'number' || typeof token !== 'string') return
      settle(() => resolve({ url: `ws://127.0.0.1:${port}${RPC_PATH}`, token }))
    }
    const settle = (end: () => void) => {
      clearTimeout(late)
      clearInterval(again)
      void events.off(TELL, heard as (event: CustomEvent) => void)
      end()
    }
    const late = setTimeout(() => settle(() => reject(new LinkError(NO_ENGINE, NO_ENGINE_HINT))), ANSWER_MS)
    // Dispatch fails while the extension has not connected to the core: asked again until it has.
    const ask = () => void extensions.dispatch(EXTENSION, ASK, { nonce }).catch(() => undefined)
    const again = setInterval(ask, 250)
    events.on(TELL, heard as (event: CustomEvent) => void).then(ask, () => settle(() => reject(new LinkError(NO_ENGINE, NO_ENGINE_HINT))))
  })
}

let begun = false

/** The core's client connects once for the page's life. */
function begin(init: () => void): void {
  if (begun) return
  begun = true
  init()
}
