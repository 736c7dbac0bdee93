/** Categories, health and age as a person reads them. */
import type { CredentialRow, Health } from '#contract'
import type { ConnectorCategory } from '#contract/plain'
import type { Tone } from '../../../parts/badge.tsx'

export const CATEGORY_WORDS: Readonly<Record<ConnectorCategory, string>> = {
  generic: 'General',
  models: 'Models',
  development: 'Development',
  communication: 'Communication',
  productivity: 'Productivity',
  google: 'Google',
  microsoft: 'Microsoft',
  database: 'Databases',
  storage: 'Storage',
  mail: 'Mail',
  commerce: 'Commerce',
  marketing: 'Marketing',
  search: 'Search and data',
}

/** Only what was tried and worked is green. */
export const HEALTH_LOOKS: Readonly<Record<Health['state'], { readonly word: string; readonly tone: Tone }>> = {
  verified: { word: 'Works', tone: 'ok' },
  failed: { word: 'Does not work', tone: 'bad' },
  unchecked: { word: 'Not checked', tone: 'quiet' },
  unverifiable: { word: 'Cannot be checked', tone: 'quiet' },
}

export const AGE_LOOKS: Readonly<Record<CredentialRow['age'], { readonly word: string; readonly tone: Tone } | undefined>> = {
  fresh: undefined,
  soon: { word: 'Ends soon', tone: 'warn' },
  due: { word: 'New value due', tone: 'warn' },
  expired: { word: 'Expired', tone: 'bad' },
}
