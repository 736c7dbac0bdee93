/** The clipboard, and the program in front: asked once a second, of a program that this machine has for it. Off unless somebody turns it on. [TR34] */
import { messageOf } from '#core'
import type { Watcher } from '../ports.ts'

const LOOK_MS = 1_000
const MOST_CHARS = 100_000

/** Runs a program; undefined: it is not there, or failed. */
export type Run = (program: string, args: readonly string[]) => Promise<string | undefined>

type Way = readonly [string, ...string[]]
const CLIPBOARD: readonly Way[] = [
  ['wl-paste', '--no-newline'],
  ['xclip', '-selection', 'clipboard', '-o'],
  ['xsel', '-bo'],
  ['pbpaste'],
  ['powershell', '-NoProfile', '-Command', 'Get-Clipboard'],
]
const FOCUS: readonly Way[] = [
  ['xdotool', 'getactivewindow', 'getwindowclassname'],
  ['osascript', '-e', 'tell application "System Events" to get name of first process whose frontmost is true'],
]

export function watchDesktop(run: Run): Watcher {
  return async ({ when, clock, log, triggerId, emit }) => {
    const clipboard = when.kind === 'clipboard'
    const way = await firstThatAnswers(run, clipboard ? CLIPBOARD : FOCUS)
    if (!way)
      return {
        ok: false,
        note: clipboard
          ? 'This machine cannot tell what the clipboard holds (xclip, wl-paste or pbpaste is needed).'
          : 'This machine cannot tell which program is in front (xdotool or osascript is needed).',
        stop: async () => undefined,
      }
    let last = await ask(run, way)
    let stopped = false
    let disarm: (() => void) | undefined
    const look = async (): Promise<void> => {
      const now = await ask(run, way)
      if (now !== undefined && now !== last && !stopped) {
        last = now
        if (when.kind === 'clipboard' && now.toLowerCase().includes(when.contains.toLowerCase()))
          await emit({ type: 'troupe.clipboard.changed', data: { text: now } })
        if (when.kind === 'focus' && now.toLowerCase().includes(when.app.toLowerCase()))
          await emit({ type: 'troupe.focus.changed', data: { app: now } })
      }
    }
    const again = (): void => {
      disarm = clock.after(LOOK_MS, () => {
        void look()
          .catch((thrown: unknown) => log.warn('The desktop could not be asked.', { trigger: triggerId, problem: messageOf(thrown) }))
          .then(() => {
            if (!stopped) again()
          })
      })
    }
    again()
    return {
      ok: true,
      note: clipboard ? 'Looks at the clipboard once a second.' : 'Looks once a second which program is in front.',
      async stop() {
        stopped = true
        disarm?.()
      },
    }
  }
}

async function firstThatAnswers(run: Run, ways: readonly Way[]): Promise<Way | undefined> {
  for (const way of ways) if ((await ask(run, way)) !== undefined) return way
  return undefined
}

async function ask(run: Run, [program, ...args]: Way): Promise<string | undefined> {
  return (await run(program, args))?.slice(0, MOST_CHARS).trim()
}
