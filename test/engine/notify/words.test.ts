import { describe, expect, it } from 'vitest'
import type { CredentialRow, RunRow } from '#contract'
import type { RUN_REASONS } from '#contract/plain'
import { credentialNews, runNews } from '../../../extensions/engine/notify-words.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 25)

const run = (state: RunRow['state'], code: (typeof RUN_REASONS)[number] | null, personaId: string | null = 'per_1') =>
  runNews({
    id: 'run_1',
    personaId,
    personaName: 'Anna',
    state,
    reason: code && { code, message: `Because: ${code}.` },
  } as unknown as RunRow)

describe('what is news of a run', () => {
  it.each([
    ['failed', 'exit-code', 'failed'],
    ['incomplete', 'engine-crashed', 'failed'],
    ['incomplete', 'thread-died', 'failed'],
    ['succeeded', 'done', 'done'],
    ['parked', 'sealed', 'needs-you'],
    ['parked', 'loop', 'needs-you'],
    ['parked', 'question', 'needs-you'],
    ['parked', 'unknown-outcome', 'needs-you'],
    ['parked', 'input', 'needs-you'],
  ] as const)('%s, %s: %s', (state, code, kind) => {
    expect(run(state, code)).toMatchObject({ kind, subject: code === 'sealed' ? null : 'per_1' })
  })
  it('what the person did, what others tell, what waits for a time, and an engine that was stopped are none', () => {
    for (const [state, code] of [
      ['cancelled', 'person'],
      ['parked', 'timer'],
      ['parked', 'retry'],
      ['parked', 'approval'],
      ['parked', 'budget'],
      ['incomplete', 'engine-stopped'],
      ['queued', null],
      ['running', null],
    ] as const) {
      expect(run(state, code)).toBeUndefined()
    }
  })
  it('of a draft only what asks', () => {
    expect(run('failed', 'exit-code', null)).toBeUndefined()
    expect(run('succeeded', 'done', null)).toBeUndefined()
    expect(run('parked', 'question', null)).toMatchObject({ kind: 'needs-you', subject: null })
  })
  it('all that waits for the vault is alike, whoever it is', () => {
    expect(run('parked', 'sealed')).toMatchObject({ key: 'vault-sealed', href: '/vault' })
  })
})

const credential = (more: Partial<CredentialRow>) =>
  credentialNews(
    {
      id: 'cred_1',
      name: 'hub',
      expiresAt: null,
      rotateAt: null,
      secretChangedAt: NOW - 90 * DAY,
      health: { state: 'unchecked', detail: '', at: null },
      oauth: null,
      revokedAt: null,
      ...more,
    } as CredentialRow,
    NOW,
  )

describe('what is due of a credential', () => {
  it('its end, near or past, its rotation, and a grant that is gone', () => {
    expect(credential({})).toEqual([])
    expect(credential({ expiresAt: NOW + 400 * DAY, rotateAt: NOW + DAY })).toEqual([])
    expect(credential({ expiresAt: NOW + DAY })).toMatchObject([{ kind: 'reminder', title: 'hub expires soon', once: true }])
    expect(credential({ expiresAt: NOW - DAY, rotateAt: NOW - DAY })).toMatchObject([
      { title: 'hub has expired' },
      { title: 'hub is due for a new value' },
    ])
    expect(credential({ health: { state: 'failed', detail: 'It answered 401.', at: NOW } })).toMatchObject([
      { title: 'hub does not work any more', text: 'It answered 401.' },
    ])
    const oauth = { state: 'reconnect' as const, detail: 'The grant is gone.', accessExpiresAt: null, scopes: [] }
    expect(credential({ oauth })).toMatchObject([{ kind: 'needs-you', title: 'Reconnect hub', text: 'The grant is gone.' }])
  })
  it('nothing of one that was revoked; another date is another reminder', () => {
    expect(credential({ expiresAt: NOW - DAY, revokedAt: NOW })).toEqual([])
    const [a] = credential({ rotateAt: NOW - DAY })
    const [b] = credential({ rotateAt: NOW - 2 * DAY })
    expect(a?.key).not.toBe(b?.key)
  })
})
