/** When a new access token is asked for. [CR62, CR63] */
import type { OAuthRecord } from '../credential/rows.ts'

const LEAST_LEAD_MS = 60_000
const BACKOFF_MS = { first: 30_000, most: 3_600_000 }

/** 30 s, 1 min, 2 min … to an hour. */
export function backoffMs(failures: number): number {
  return Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** Math.max(0, failures - 1))
}

/** When a new one is asked for; null: never, since it does not end. A tenth of its life ahead, at least a minute, at most half of it. */
export function refreshAt({ accessExpiresAt, lifeMs }: OAuthRecord): number | null {
  if (accessExpiresAt === null) return null
  const life = lifeMs ?? 0
  return accessExpiresAt - Math.min(Math.max(LEAST_LEAD_MS, life / 10), life / 2)
}

/** Whether a new one may be asked for just now: it is time, and the last failure was long enough ago. */
export function isDue(known: OAuthRecord, now: number): boolean {
  const at = refreshAt(known)
  return known.gone === null && at !== null && now >= at && (known.retryAt === null || now >= known.retryAt)
}
