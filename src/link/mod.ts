/**
 * LINK: the one way from the window to the engine. It connects, says hello, connects again, and carries typed calls and streams.
 * It refuses to invent an answer: a call without a link fails with the reason.
 */
import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { createSignal } from 'solid-js'
import type { Contract } from '#contract'
import { makeDoor, takeOnceToken } from './address.ts'
import { EngineLink, type LinkState } from './engine-link.ts'
import { type FollowOptions, followStream } from './follow.ts'

export { EngineLink, type LinkOptions, type LinkState } from './engine-link.ts'
export { LinkError } from './errors.ts'
export { type Failure, failureOf } from './failure.ts'
export { type FollowOptions, followStream, isLostLink } from './follow.ts'
export { inHost } from './host.ts'

export type Engine = ContractRouterClient<Contract>

/** The version of this window, said in the hello and shown in Settings. */
export const BUILD: string = typeof __TROUPE_BUILD__ === 'string' ? __TROUPE_BUILD__ : 'unbuilt'

const HELLO_MS = 10_000

const [state, setState] = createSignal<LinkState>({ kind: 'connecting', attempt: 0 })
let link: EngineLink | undefined

/** The link's state, for banners and pages; screens need only call. */
export const linkState = state

/** Connects. Called once, before anything is drawn. */
export function startLink(): void {
  const door = makeDoor(takeOnceToken())
  link = new EngineLink({
    ...door,
    build: BUILD,
    helloMs: HELLO_MS,
    makeSocket: (url, protocols) => new WebSocket(url, protocols),
  })
  link.watch(setState)
  setState(link.state)
  // A laptop that wakes, or a window that is looked at again, should not wait for the pause to end.
  addEventListener('online', retryLink)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && retryLost())
}

/** Tries again at once, also after a refusal. */
export function retryLink(): void {
  link?.retry()
}

function retryLost(): void {
  if (state().kind === 'lost') link?.retry()
}

/** Every method of the engine, e.g. `engine.persona.list({})`. Rejections have a code, a message and a hint (parts: `failureOf`). */
export const engine: Engine = createORPCClient({
  call: (path, input, options) => {
    if (!link) throw new Error('the link was not started')
    return link.call(path, input, options)
  },
})

/** `followStream` on this window's link, e.g. `follow({ open: (fromSeq, signal) => engine.run.follow({ id, fromSeq }, { signal }), … })`. */
export function follow<Batch>(options: Omit<FollowOptions<Batch>, 'whenOpen'>): AsyncGenerator<Batch, void, void> {
  return followStream({ ...options, whenOpen: (signal) => link?.whenOpen(signal) ?? Promise.resolve() })
}
