/** From what happened in a room to what is said of it. Pure. */
import type { CredentialRow, RunRow } from '#contract'
import { CREDENTIAL_LIMITS, type NotificationKind, type RunReasonCode } from '#contract/plain'
import type { Announcement } from './notify/mod.ts'

/** Why a run may wait for a person. Approvals and budgets are told by their own rooms; one that waits for a time is no news. */
const ASKS: Partial<Record<RunReasonCode, { readonly kind: NotificationKind; readonly title: string }>> = {
  question: { kind: 'needs-you', title: 'asks you something' },
  input: { kind: 'needs-you', title: 'waits for something from you' },
  'unknown-outcome': { kind: 'needs-you', title: 'does not know what came of a step' },
  loop: { kind: 'needs-you', title: 'may be going round in circles' },
}

/** undefined: it is no news. A draft is tried by somebody who looks at it; what the person ended themselves they know. */
export function runNews({ id, state, reason, personaId, personaName }: RunRow): Announcement | undefined {
  const to = { subject: personaId, href: `/runs/${id}` }
  if (state === 'parked' && reason?.code === 'sealed') {
    // Of whichever persona: one unlock lets all of them go on.
    const text = `${personaName} needs a secret, and the vault is locked. Unlock it, and what waits goes on.`
    return { kind: 'needs-you', title: 'Runs wait for the vault', text, subject: null, href: '/vault', key: 'vault-sealed' }
  }
  const asks = state === 'parked' && reason ? ASKS[reason.code] : undefined
  if (asks) return { ...to, kind: asks.kind, title: `${personaName} ${asks.title}`, text: reason?.message ?? '', key: `waits:${id}` }
  if (personaId === null) return undefined
  if (state === 'succeeded') return { ...to, kind: 'done', title: `${personaName} is done`, text: 'Its run succeeded.', key: 'run-done' }
  if (state === 'failed') return { ...to, kind: 'failed', title: `${personaName} failed`, text: reason?.message ?? '', key: 'run-failed' }
  if (state === 'incomplete' && reason?.code !== 'engine-stopped') {
    return { ...to, kind: 'failed', title: `A run of ${personaName} was cut off`, text: reason?.message ?? '', key: 'run-cut-off' }
  }
  return undefined
}

/** What is due of one credential. Each is said once; a new value or a new date makes it new. */
export function credentialNews(row: CredentialRow, now: number): readonly Announcement[] {
  if (row.revokedAt !== null) return []
  const to = { subject: null, href: `/vault/credentials/${row.id}`, once: true } as const
  const news: Announcement[] = []
  const { name, expiresAt, rotateAt, secretChangedAt, oauth, health } = row
  if (expiresAt !== null && expiresAt <= now) {
    const text = 'It is past its own end, so what uses it will be refused. Put in a new value.'
    news.push({ ...to, kind: 'reminder', title: `${name} has expired`, text, key: `expired:${row.id}:${expiresAt}` })
  } else if (expiresAt !== null && expiresAt - now <= CREDENTIAL_LIMITS.soonMs) {
    const text = `It ends on ${dayOf(expiresAt)}. Put in a new value before then.`
    news.push({ ...to, kind: 'reminder', title: `${name} expires soon`, text, key: `expires:${row.id}:${expiresAt}` })
  }
  if (rotateAt !== null && rotateAt <= now) {
    const text = `Its value is from ${dayOf(secretChangedAt)}; a new one was due on ${dayOf(rotateAt)}.`
    news.push({ ...to, kind: 'reminder', title: `${name} is due for a new value`, text, key: `rotate:${row.id}:${rotateAt}` })
  }
  if (health.state === 'failed') {
    const key = `health:${row.id}:${secretChangedAt}`
    news.push({ ...to, kind: 'reminder', title: `${name} does not work any more`, text: health.detail, key })
  }
  if (oauth?.state === 'reconnect') {
    const key = `reconnect:${row.id}:${secretChangedAt}`
    news.push({ ...to, kind: 'needs-you', title: `Reconnect ${name}`, text: oauth.detail, key })
  }
  return news
}

function dayOf(at: number): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })
}
