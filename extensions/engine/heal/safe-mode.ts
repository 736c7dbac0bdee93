/**
 * Whether this start is one too many: [HE50]. The note lists starts that have not ended in order; a start adds itself, and an orderly
 * end takes itself out. What is left was a crash.
 */
export const SAFE_MODE = { crashes: 3, withinMs: 5 * 60_000, kept: 10 } as const

export interface StartNote {
  /** Starts that did not end in order, milliseconds since 1970, the oldest first. */
  readonly starts: readonly number[]
}

export interface StartVerdict {
  readonly safe: boolean
  readonly why: string
  readonly crashes: readonly number[]
  /** To be written before anything else is opened. */
  readonly note: StartNote
}

export function judgeStart(before: StartNote, now: number): StartVerdict {
  // A clock that was set back must not make a crash of the future.
  const crashes = before.starts.filter((at) => at <= now && at > now - SAFE_MODE.withinMs)
  const safe = crashes.length >= SAFE_MODE.crashes
  const note = { starts: [...crashes, now].slice(-SAFE_MODE.kept) }
  const minutes = SAFE_MODE.withinMs / 60_000
  const why = safe ? `The engine ended ${crashes.length} times within ${minutes} minutes without being stopped.` : ''
  return { safe, why, crashes, note }
}

/** After an orderly end nothing is in a row any more. */
export const endedInOrder = (): StartNote => ({ starts: [] })

/** Anything that is no note is an empty one: [HE53]. */
export function readNote(text: string | null): StartNote {
  try {
    const { starts } = JSON.parse(text ?? '{}') as { readonly starts?: unknown }
    return { starts: Array.isArray(starts) ? starts.filter((at): at is number => Number.isSafeInteger(at)) : [] }
  } catch {
    return { starts: [] }
  }
}
