/**
 * Which window is shown, and why, from facts alone. In this order:
 *   neutralino   its binary is there, it starts the engine itself, and there is a display
 *   app-window   a Chromium-family browser, as a window without tabs
 *   browser      the default browser
 *   none         no display, or nothing to show a page with: the link is printed
 * TROUPE_WINDOW names one of these to ask for it alone.
 */
import type { EngineStatus } from '#contract'
import type { Browser, WindowFacts } from './facts.ts'

export type WindowKind = EngineStatus['window']
export type WindowChoice =
  | { readonly kind: 'neutralino'; readonly program: string; readonly why: string }
  | { readonly kind: 'app-window'; readonly browser: Browser; readonly why: string }
  | { readonly kind: 'browser'; readonly program: string; readonly why: string }
  | { readonly kind: 'none'; readonly why: string }

const KINDS: readonly string[] = ['neutralino', 'app-window', 'browser', 'none'] satisfies WindowKind[]

export interface Situation {
  /** An engine runs already, outside Neutralino: its window could not take part, since it starts an engine of its own. */
  readonly engineRuns: boolean
  /** The folder with package.json. */
  readonly rootDir: string
}

/** The choices in the order in which they are tried: the next one when one cannot be started. Never empty; `none` is last. */
export function windowChoices(facts: WindowFacts, situation: Situation): readonly WindowChoice[] {
  const asked = facts.env.TROUPE_WINDOW?.trim() ?? ''
  if (asked !== '' && !KINDS.includes(asked)) {
    return [{ kind: 'none', why: `TROUPE_WINDOW is "${asked}"; it can be ${KINDS.join(', ')}` }]
  }
  if (asked === 'none') return [{ kind: 'none', why: 'TROUPE_WINDOW asks for none' }]
  const dark = noDisplay(facts)
  if (dark !== null) return [{ kind: 'none', why: dark }]
  const notes: string[] = []
  const choices = [neutralino(facts, situation, notes), ...appWindows(facts, notes), browser(facts, notes)].filter(
    (choice) => choice !== null,
  )
  const wanted = asked === '' ? choices : choices.filter((choice) => choice.kind === asked)
  const why =
    asked === ''
      ? notes.join(', ')
      : `TROUPE_WINDOW asks for ${asked}, which is not possible here (${notes.join(', ') || 'another could be'})`
  return [...wanted, { kind: 'none', why: why || 'nothing here could be started' }]
}

function noDisplay(facts: WindowFacts): string | null {
  const { env, platform } = facts
  const remote = Boolean(env.SSH_CONNECTION || env.SSH_TTY)
  if (platform !== 'linux' && platform !== 'freebsd' && platform !== 'openbsd')
    return remote ? 'this is an SSH session, and a window would open on the other screen' : null
  if (env.DISPLAY || env.WAYLAND_DISPLAY) return null
  return remote ? 'this is an SSH session without a display' : 'there is no display (DISPLAY and WAYLAND_DISPLAY are not set)'
}

/** Each kind that is left out says why in `notes`; each choice says why it and not the one before. */
function neutralino(facts: WindowFacts, situation: Situation, notes: string[]): WindowChoice | null {
  const { neutralino: program } = facts
  if (program === null) notes.push('no Neutralino binary in bin/')
  else if (situation.engineRuns) notes.push('the engine runs already, and Neutralino would start one of its own')
  // Its page does not load from a folder with an apostrophe.
  else if (situation.rootDir.includes("'")) notes.push('Neutralino cannot run from a folder with an apostrophe in its name')
  else return { kind: 'neutralino', program, why: 'its binary is in bin/' }
  return null
}

function appWindows(facts: WindowFacts, notes: string[]): WindowChoice[] {
  if (facts.chromiums.length === 0) notes.push('no Chromium-family browser installed')
  // Chromium refuses to run as root with its sandbox, and without it a page could do anything.
  else if (facts.root) notes.push('browsers of the Chromium family do not run as root')
  else {
    const why = notes.join(', ')
    return facts.chromiums.map((found) => ({
      kind: 'app-window',
      browser: found,
      why: why === '' ? `${found.name} is installed` : `${why}; ${found.name} is installed`,
    }))
  }
  return []
}

function browser(facts: WindowFacts, notes: string[]): WindowChoice | null {
  if (facts.opener === null) {
    notes.push('no way to open the default browser (xdg-open is missing)')
    return null
  }
  return { kind: 'browser', program: facts.opener, why: notes.join(', ') }
}
