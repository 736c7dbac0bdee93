/** The log's kinds as a person reads them. */
import type { AuditKind, AuditOutcome } from '#contract/plain'
import type { Tone } from '../../parts/badge.tsx'

export const AUDIT_WORDS: Readonly<Record<AuditKind, string>> = {
  init: 'Vault made',
  unlock: 'Unlocked',
  lock: 'Locked',
  reauthenticate: 'Asked who it is',
  'slot-add': 'Way in added',
  'slot-change': 'Way in changed',
  'slot-remove': 'Way in removed',
  rotate: 'Master key',
  setting: 'Setting',
  'credential-add': 'Credential added',
  'credential-change': 'Credential changed',
  'credential-remove': 'Credential removed',
  'credential-check': 'Credential checked',
  grant: 'Granted',
  revoke: 'Revoked',
  lend: 'Lent',
  'lease-end': 'Lease ended',
  send: 'Sent',
  reveal: 'Revealed',
  copy: 'Copied',
  export: 'Exported',
  import: 'Imported',
  'read-field': 'Used by the engine',
  tamper: 'Log changed by another hand',
}

export const OUTCOME_LOOKS: Readonly<Record<AuditOutcome, { readonly word: string; readonly tone: Tone }>> = {
  done: { word: 'done', tone: 'quiet' },
  failed: { word: 'failed', tone: 'bad' },
  refused: { word: 'refused', tone: 'warn' },
}
