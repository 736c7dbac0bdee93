/** Where the engine is and how this page gets in: by the native host, by a one-time link, or by the token of this session. */
import { RPC_PATH } from '#contract/plain'
import { LinkRefused } from './errors.ts'
import { askHost, inHost } from './host.ts'
import type { Address } from './socket.ts'

const SESSION_KEY = 'troupe.session'
const ONCE = /^#once=([A-Za-z0-9_-]+)$/
const HOW_TO_OPEN = 'Run `npm start`, or `troupe open`: either opens a window that is let in.'

/** Takes the one-time token out of the address bar and the history, at once: called before anything else runs. */
export function takeOnceToken(): string | undefined {
  const once = ONCE.exec(location.hash)?.[1]
  if (once !== undefined) history.replaceState(null, '', `${location.pathname}${location.search}`)
  return once
}

export interface Door {
  where(): Promise<Address>
  keep(session: string): void
  diagnose(): Promise<LinkRefused | undefined>
}

export function makeDoor(once: string | undefined): Door {
  let unused = once
  return {
    async where() {
      if (inHost()) return askHost()
      const token = unused ?? sessionStorage.getItem(SESSION_KEY)
      if (token === null || token === undefined) throw new LinkRefused('This page was opened without a link from Troupe.', HOW_TO_OPEN)
      return { url: `ws://${location.host}${RPC_PATH}`, token }
    },
    keep(session) {
      unused = undefined
      if (!inHost()) sessionStorage.setItem(SESSION_KEY, session)
    },
    async diagnose() {
      if (inHost() || !(await pageAnswers())) return undefined
      if (unused !== undefined && sessionStorage.getItem(SESSION_KEY) !== null) {
        // A used link in a tab that already has a session, e.g. after a reload of the link: the session may still do.
        unused = undefined
        return undefined
      }
      return new LinkRefused('The engine is there, but this window is not let in: its link was used before, or ran out.', HOW_TO_OPEN)
    },
  }
}

async function pageAnswers(): Promise<boolean> {
  try {
    const answer = await fetch(`${location.origin}${location.pathname}`, {
      method: 'HEAD',
      cache: 'no-store',
      signal: AbortSignal.timeout(3000),
    })
    return answer.ok
  } catch {
    return false
  }
}
