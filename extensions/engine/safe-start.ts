/** Part of the composition root: whether this start is one too many after crashes, and the note of it. */
import type { SafeMode } from '#contract'
import { type LogSink, makeLogger, type Scope, TroupeError } from '#core'
import { type Ending, type Places, readStartNote, systemClock, writeStartNote } from '#core/node'
import { endedInOrder, judgeStart, readNote, type StartNote } from './heal/mod.ts'

interface Start {
  readonly options: { readonly safeMode?: boolean }
  readonly places: Places
  readonly scope: Scope
  readonly sink: LogSink
  readonly startedAt: number
}

/** Notes the start; from here on an end that is not in order is a crash. */
export function noteStart({ options, places, scope, sink, startedAt }: Start): SafeMode {
  const verdict = judgeStart(readNote(readStartNote(places.dataDir)), startedAt)
  const write = (note: StartNote): void => {
    const refused = writeStartNote(places.dataDir, note)
    if (refused !== null) makeLogger('main', sink).warn('This start could not be noted; crashes are not counted.', { problem: refused })
  }
  write(verdict.note)
  scope.add('note of this start', () => write(endedInOrder()))
  const on = verdict.safe && options.safeMode !== false
  return { on, why: on ? verdict.why : '', crashes: verdict.crashes.map((at) => ({ startedAt: at })) }
}

/** So long a call's answer may take on its way before the engine restarts. */
const ANSWER_MS = 200

/** Starts anew in this process; the orderly end between forgets the crashes. */
export function leaveSafeMode(end: (ending: Ending) => void): void {
  systemClock.after(ANSWER_MS, () => end({ why: 'safe mode was left', code: 0, again: true }))
}

/** Refuses what does not work in safe mode. WRONG_STATE, with the way out. */
export function refuseInSafeMode({ on }: Pick<SafeMode, 'on'>, what: string): void {
  if (on)
    throw new TroupeError('WRONG_STATE', `Troupe is in safe mode: ${what} rest.`, {
      hint: 'Leave safe mode on the Health screen, or with "troupe health leave-safe-mode", and ask again.',
    })
}
