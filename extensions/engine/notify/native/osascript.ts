/** macOS: `display notification` of its own script language. It has no click. */
import { CannotShow, type Run, type Way, type WayThere } from './way.ts'

/** The texts are arguments after the script; nothing of them is ever read as script. */
const SCRIPT = ['on run argv', 'display notification (item 2 of argv) with title (item 1 of argv)', 'end run']
const THERE: WayThere = { way: 'osascript', opens: false }

export function osascriptWay(run: Run): Way {
  return {
    async show({ title, text }) {
      const { code, said } = await run('/usr/bin/osascript', [...SCRIPT.flatMap((line) => ['-e', line]), '--', title, text], {})
      if (code !== 0) throw new CannotShow(`osascript could not show it${said === '' ? '' : `: ${said}`}`)
      return THERE
    },
    look: async () => undefined,
    stop: () => undefined,
  }
}
