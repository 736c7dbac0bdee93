/** One circuit breaker, as plain data and two pure functions; its states are at the head of SPEC.md. */
export const BREAKER = {
  /** Failures within `windowMs` that open it. */
  failures: 5,
  windowMs: 60_000,
  /** How long it stays open at first; doubled after each failed probe up to `maxOpenMs`. */
  openMs: 30_000,
  maxOpenMs: 15 * 60_000,
  /** How long a probe may be under way before another one is let through. */
  probeMs: 10 * 60_000,
} as const

export type Breaker =
  | { readonly state: 'closed'; readonly failures: readonly number[] }
  | { readonly state: 'open'; readonly since: number; readonly until: number; readonly openMs: number }
  | { readonly state: 'half-open'; readonly since: number; readonly probe: string; readonly openMs: number }

export const CLOSED: Breaker = { state: 'closed', failures: [] }

export type Asked =
  | { readonly go: true; readonly breaker: Breaker }
  /** `until`: when it may be asked again, milliseconds since 1970. */
  | { readonly go: false; readonly breaker: Breaker; readonly until: number }

/** May the call named `call` be made? A half-open breaker lets one through, which is its probe: [HE30]. */
export function ask(breaker: Breaker, call: string, now: number): Asked {
  switch (breaker.state) {
    case 'closed':
      return { go: true, breaker }
    case 'open':
      if (now < breaker.until) return { go: false, breaker, until: breaker.until }
      return { go: true, breaker: { state: 'half-open', since: now, probe: call, openMs: breaker.openMs } }
    case 'half-open': {
      if (breaker.probe === call) return { go: true, breaker }
      const over = breaker.since + BREAKER.probeMs
      if (now < over) return { go: false, breaker, until: over }
      return { go: true, breaker: { ...breaker, since: now, probe: call } }
    }
  }
}

/** How the call named `call` ended. */
export function report(breaker: Breaker, call: string, ok: boolean, now: number): Breaker {
  switch (breaker.state) {
    case 'closed': {
      if (ok) return breaker.failures.length === 0 ? breaker : CLOSED
      const failures = [...breaker.failures.filter((at) => at > now - BREAKER.windowMs), now]
      if (failures.length < BREAKER.failures) return { state: 'closed', failures }
      return { state: 'open', since: now, until: now + BREAKER.openMs, openMs: BREAKER.openMs }
    }
    case 'open':
      return breaker
    case 'half-open': {
      // Of a call from before: it says nothing about now.
      if (breaker.probe !== call) return breaker
      if (ok) return CLOSED
      const openMs = Math.min(breaker.openMs * 2, BREAKER.maxOpenMs)
      return { state: 'open', since: now, until: now + openMs, openMs }
    }
  }
}

/** The probe was not made after all (its run was cancelled before it): another call may be it. */
export function withdraw(breaker: Breaker, call: string, now: number): Breaker {
  if (breaker.state !== 'half-open' || breaker.probe !== call) return breaker
  return { state: 'open', since: breaker.since, until: now, openMs: breaker.openMs }
}
