/** From rows to what clients see. No secret value passes here. */
import type { CredentialDetail, CredentialRow, Grant, OAuthState } from '#contract'
import { CREDENTIAL_LIMITS } from '#contract/plain'
import { TroupeError } from '#core'
import { hostsOf, knownConnector } from '../connector/mod.ts'
import type { AttachmentRecord, GrantRecord } from './grant-rows.ts'
import type { CredentialRecord } from './rows.ts'

const DAY_MS = 86_400_000

/** DAMAGED for a connector that this build does not know. */
export function connectorFor(record: CredentialRecord) {
  const connector = knownConnector(record.connector)
  if (connector) return connector
  throw new TroupeError(
    'DAMAGED',
    `The credential "${record.name}" is of the kind "${record.connector}", which this build does not know.`,
    {
      hint: 'Start the newer build that made it.',
    },
  )
}

export const rotateAt = (record: CredentialRecord) =>
  record.rotateDays === null ? null : record.secretChangedAt + record.rotateDays * DAY_MS

export function ageOf(record: CredentialRecord, now: number): CredentialRow['age'] {
  const due = rotateAt(record)
  if (record.expiresAt !== null && record.expiresAt <= now) return 'expired'
  if (due !== null && due <= now) return 'due'
  const next = Math.min(record.expiresAt ?? Number.POSITIVE_INFINITY, due ?? Number.POSITIVE_INFINITY)
  return next - now <= CREDENTIAL_LIMITS.soonMs ? 'soon' : 'fresh'
}

export function oauthState(record: CredentialRecord, refreshing: boolean): OAuthState | null {
  if (connectorFor(record).oauth === null) return null
  const { oauth } = record
  if (oauth === null) return { state: 'not-connected', detail: 'Connect it in the browser first.', accessExpiresAt: null, scopes: [] }
  const { accessExpiresAt, scopes } = oauth
  if (oauth.gone !== null) return { state: 'reconnect', detail: oauth.gone, accessExpiresAt, scopes }
  if (refreshing) return { state: 'refreshing', detail: 'A new access token is being asked for.', accessExpiresAt, scopes }
  const detail = oauth.failures > 0 ? `The last ${oauth.failures} tries for a new access token failed; it is tried again by itself.` : ''
  return { state: 'connected', detail, accessExpiresAt, scopes }
}

export interface RowFacts {
  readonly now: number
  readonly personas: number
  readonly attachments: number
  readonly refreshing: boolean
}

export function rowOf(record: CredentialRecord, facts: RowFacts): CredentialRow {
  const connector = connectorFor(record)
  const { id, name, label, health, expiresAt, secretChangedAt, lastUsedAt, revokedAt, createdAt, updatedAt } = record
  return {
    ...{ id, name, label, health, expiresAt, secretChangedAt, lastUsedAt, revokedAt, createdAt, updatedAt },
    connector: connector.id,
    connectorName: connector.name,
    icon: connector.icon,
    category: connector.category,
    rotateAt: rotateAt(record),
    age: ageOf(record, facts.now),
    personas: facts.personas,
    attachments: facts.attachments,
    hasTotp: record.secretFields.includes('totp'),
    oauth: oauthState(record, facts.refreshing),
  }
}

export const plainOf = (record: CredentialRecord) => new Map(Object.entries(record.plain))

export function detailOf(
  record: CredentialRecord,
  row: CredentialRow,
  grants: readonly Grant[],
  attachments: readonly AttachmentRecord[],
): CredentialDetail {
  const connector = connectorFor(record)
  return {
    row,
    connector,
    fields: connector.fields.map(({ name, label, secret }) => ({
      name,
      label,
      secret,
      set: secret ? record.secretFields.includes(name) : (record.plain[name] ?? '') !== '',
      value: secret ? null : (record.plain[name] ?? ''),
    })),
    hosts: [...hostsOf(connector, plainOf(record), record.extraHosts)],
    extraHosts: [...record.extraHosts],
    allowPrivate: record.allowPrivate,
    env: connector.env.map(({ name }) =>
      name.replace(/^\{\{(\w+)\}\}$/, (_hole, field: string) => record.plain[field] || fieldDefault(connector, field)),
    ),
    headers: connector.headers.map(({ name }) =>
      name.replace(/^\{\{(\w+)\}\}$/, (_hole, field: string) => record.plain[field] || fieldDefault(connector, field)),
    ),
    rotateEveryDays: record.rotateDays,
    grants: [...grants],
    attachments: attachments.map(({ id, name, bytes, addedAt }) => ({ id, name, bytes, addedAt })),
    version: record.version,
  }
}

function fieldDefault(connector: CredentialDetail['connector'], name: string): string {
  return connector.fields.find((field) => field.name === name)?.default ?? ''
}

export function grantOf(grant: GrantRecord, credentialName: string, personaName: string): Grant {
  const { credentialId, personaId, how, grantedAt } = grant
  return {
    credentialId,
    credentialName,
    personaId,
    personaName,
    how,
    grantedAt,
    fields: grant.fields && [...grant.fields],
    hosts: grant.hosts && [...grant.hosts],
  }
}
