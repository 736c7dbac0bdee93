/**
 * OPEN: shows Troupe's window in the best way this machine has, and says which and why. It refuses to guess: with no display it starts
 * nothing and gives the link back. A snap of the default browser cannot read the page that holds the link; the link is always shown by
 * `troupe open --print`.
 */
import type { Clock } from '#core'
import { type WindowChoice, type WindowKind, windowChoices } from './decide.ts'
import { lookAround, type WindowFacts } from './facts.ts'
import { type LaunchPorts, launch } from './launch.ts'

export { type Situation, type WindowChoice, type WindowKind, windowChoices } from './decide.ts'
export { type Browser, lookAround, type WindowFacts } from './facts.ts'
export { type NeutralinoEnd, type NeutralinoOptions, runNeutralino } from './neutralino.ts'

export interface OpenerOptions {
  readonly clock: Clock
  /** The folder with package.json. */
  readonly rootDir: string
  readonly dataDir: string
  readonly runtimeDir: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** For tests: what the machine has. */
  readonly look?: () => WindowFacts
  /** For tests: starts a choice; answers why it did not come up. */
  readonly start?: (choice: WindowChoice, link: () => string, ports: LaunchPorts) => Promise<string | undefined>
}

export interface Opened {
  readonly window: WindowKind
  readonly why: string
  /** The one-time link, when no window could be shown. */
  readonly url: string | null
}

export interface WindowOpener {
  /** Opens a window on an engine that runs; `link` is asked for a fresh one-time link. Suits the serve room's `openWindow` port. */
  open(link: () => string): Promise<Opened>
  /** What the last `open` showed; `none` before the first. */
  readonly shown: WindowKind
}

export function makeWindowOpener(options: OpenerOptions): WindowOpener {
  const env = options.env ?? process.env
  const ports: LaunchPorts = {
    clock: options.clock,
    env,
    rootDir: options.rootDir,
    dataDir: options.dataDir,
    runtimeDir: options.runtimeDir,
  }
  let shown: WindowKind = 'none'
  return {
    get shown() {
      return shown
    },
    async open(link) {
      const facts = options.look?.() ?? lookAround(options.rootDir, env)
      const opened = await tryAll(
        windowChoices(facts, { engineRuns: true, rootDir: options.rootDir }),
        link,
        ports,
        options.start ?? launch,
      )
      shown = opened.window
      return opened
    },
  }
}

/** Each choice in turn, until one comes up; what failed is said with what came up instead. */
async function tryAll(
  choices: readonly WindowChoice[],
  link: () => string,
  ports: LaunchPorts,
  start: NonNullable<OpenerOptions['start']>,
): Promise<Opened> {
  const failures: string[] = []
  for (const choice of choices) {
    const failure = choice.kind === 'none' ? undefined : await start(choice, link, ports)
    if (failure === undefined) {
      const why = [...failures, choice.why].filter((text) => text !== '').join('; ')
      return { window: choice.kind, why, url: choice.kind === 'none' ? link() : null }
    }
    failures.push(failure)
  }
  return { window: 'none', why: failures.join('; '), url: link() }
}

/** One line for a person. */
export function openedLine(opened: Opened): string {
  const shown: Record<WindowKind, string> = {
    neutralino: 'Troupe is shown in its own window',
    'app-window': 'Troupe is shown in an app window',
    browser: 'Troupe is shown in your default browser',
    none: 'No window was opened',
  }
  return `${shown[opened.window]}${opened.why === '' ? '' : `: ${opened.why}`}.`
}
