/** Finds the running engine of a data folder, or starts one, and connects. */
import { setTimeout as pause } from 'node:timers/promises'
import { connectInfo, findLayout, findPlaces, type Layout, type Places } from '#core/node'
import { Unreachable } from '../failure.ts'
import type { Link } from './connect.ts'

/** From the start of an engine to its first answer; a damaged disk or a huge journal can make it slow. */
const START_MS = 60_000
const LOOK_MS = 25

export interface Reach {
  readonly places: Places
  readonly layout: Layout
  /** The running engine; undefined when none runs. */
  running(): Promise<Link | undefined>
  /** The running engine, or a new one. `onStart` is told before one is started. */
  reach(onStart: () => void): Promise<Link>
}

export function makeReach(data: string | undefined, portable = false): Reach {
  const places = findPlaces({ data, portable })
  const layout = findLayout(import.meta.url)
  const running = () => connectNow(places, layout)
  return {
    places,
    layout,
    running,
    async reach(onStart) {
      const found = await running()
      if (found) return found
      onStart()
      const { startInBackground } = await import('./start.ts')
      const started = startInBackground(places, layout)
      return waitFor(running, started)
    },
  }
}

async function connectNow(places: Places, layout: Layout): Promise<Link | undefined> {
  const info = connectInfo(places)
  if (info === undefined) return undefined
  // Loaded only when there is somebody to connect to: the libraries of the wire take longer than all the rest.
  const { NobodyThere, openLink } = await import('./connect.ts')
  try {
    return await openLink(info, layout.version)
  } catch (thrown) {
    if (thrown instanceof NobodyThere) return undefined
    throw thrown
  }
}

/** An engine that ends because another was quicker leaves that other to be found; only when none is found did the start fail. */
async function waitFor(running: () => Promise<Link | undefined>, started: import('./start.ts').Started): Promise<Link> {
  let end: string | undefined
  void started.ended.then((why) => {
    end = why
  })
  let after = 0
  for (const deadline = performance.now() + START_MS; performance.now() < deadline; ) {
    const link = await running()
    if (link) return link
    if (end !== undefined) after += 1
    // The winner of a race may need a moment until it listens.
    if (after * LOOK_MS > 5_000 || (after > 0 && !/already/.test(started.complaint()))) break
    await pause(LOOK_MS)
  }
  const said = started.complaint()
  throw new Unreachable(
    end === undefined
      ? 'The engine was started and does not answer.'
      : `The engine was started and ended at once (${end}).${said ? `\n  ${said.replaceAll('\n', '\n  ')}` : ''}`,
    'troupe engine starts it in this terminal and shows what it says.',
  )
}
