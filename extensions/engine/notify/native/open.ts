/** The desktop of this system: its way, what is known of it, and the one word in the log when it cannot show. */
import type { DesktopNotifying } from '#contract'
import type { Clock, Logger } from '#core'
import { messageOf } from '#core'
import type { Desktop } from '../ports.ts'
import { dbusWay } from './dbus.ts'
import { osascriptWay } from './osascript.ts'
import { toastWay } from './toast.ts'
import { type Bus, CannotShow, type Run, type Way, type WayThere } from './way.ts'

export interface DesktopPorts {
  readonly platform: NodeJS.Platform
  readonly clock: Clock
  readonly log: Logger
  /** undefined: the session has no bus. */
  readonly connectBus: () => Promise<Bus | undefined>
  readonly run: Run
}

/** A desktop that could not show is asked again no sooner than this. */
const AGAIN_MS = 30_000
const NOT_TRIED: DesktopNotifying = { state: 'unknown', way: '', opens: false, detail: '' }

export function openDesktop({ platform, clock, log, connectBus, run }: DesktopPorts): Desktop {
  const way = wayOf(platform)
  let known = NOT_TRIED
  let failedAt = Number.NEGATIVE_INFINITY

  function wayOf(system: NodeJS.Platform): Way {
    if (system === 'darwin') return osascriptWay(run)
    if (system === 'win32') return toastWay(run)
    return dbusWay(connectBus, clock.after)
  }

  async function attempt(work: () => Promise<WayThere | undefined>): Promise<DesktopNotifying> {
    try {
      const there = await work()
      known = there ? { state: 'shows', ...there, detail: '' } : known.state === 'shows' ? known : NOT_TRIED
      failedAt = Number.NEGATIVE_INFINITY
    } catch (thrown) {
      const detail = messageOf(thrown)
      if (known.state !== 'cannot') {
        const said = 'The desktop shows no notifications; the window keeps them all.'
        if (thrown instanceof CannotShow) log.warn(said, { why: detail })
        else log.error(said, { problem: detail })
      }
      known = { state: 'cannot', way: '', opens: false, detail }
      failedAt = clock.now()
    }
    return known
  }

  return {
    state: () => known,
    look: () => attempt(way.look),
    async show(note, clicked) {
      const since = clock.now() - failedAt
      if (since >= 0 && since < AGAIN_MS && note.tag !== 'test') return known
      return await attempt(() => way.show(note, clicked))
    },
    stop: () => way.stop(),
  }
}
