/** From a credential and its opened values to what a run gets: variables, placeholders, headers. Pure. */
import type { Grant } from '#contract'
import { type KnownSecret, type LentCredential, type LentToRun, whyNotMasked } from '#core'
import { fillAll } from '../connector/fill.ts'
import type { Lendable } from '../credential/mod.ts'

/** One credential that is to be lent, and how much of it. */
export interface Loan {
  readonly credential: Lendable
  /** null: every field. */
  readonly fields: Grant['fields']
  /** null: all of the credential's own. */
  readonly hosts: Grant['hosts']
  readonly how: Grant['how']
  /** Whose grant it is; left out: the person lends it to this run alone. */
  readonly personaId?: string
}

export const placeholderOf = (credential: string, field: string): string => `{{credential.${credential}.${field}}}`

/** The secret values, each with the placeholder that stands for it everywhere. */
export function secretsOf({ credential }: Loan, values: ReadonlyMap<string, string>): readonly KnownSecret[] {
  return [...values].map(([field, value]) => ({ mask: placeholderOf(credential.name, field), value }))
}

/** Why a value cannot be lent, as a sentence; undefined: all can. */
export function whyNotLent({ credential }: Loan, values: ReadonlyMap<string, string>): string | undefined {
  for (const [field, value] of values) {
    const why = value === '' ? undefined : whyNotMasked(value)
    if (why) return `The field "${field}" of ${credential.name} cannot be kept out of logs: ${why}. It is not lent; give it a longer value.`
  }
  return undefined
}

export function lentCredential(loan: Loan, secret: ReadonlyMap<string, string>): LentCredential {
  const { credential, hosts } = loan
  const values = valuesOf(loan, secret)
  return {
    name: credential.name,
    fields: Object.fromEntries(values),
    headers: fillAll(credential.connector.headers, credential.connector, values),
    hosts: hosts ?? credential.hosts,
    allowPrivate: credential.allowPrivate,
  }
}

/** Variables with their values, or where only placeholders were granted, with those. A variable that is made of an encoded value has no placeholder. */
export function variablesOf(loan: Loan, secret: ReadonlyMap<string, string>): LentToRun['env'] {
  const { credential, how } = loan
  const { env } = credential.connector
  if (how === 'environment') return fillAll(env, credential.connector, valuesOf(loan, secret))
  const names = [...valuesOf(loan, secret).keys()]
  const shown = new Map(
    names.map((field) => [field, secret.has(field) ? placeholderOf(credential.name, field) : (credential.plain.get(field) ?? '')]),
  )
  const plain = env.filter(({ encode }) => encode === 'none')
  return fillAll(plain, credential.connector, shown)
}

function valuesOf({ credential, fields }: Loan, secret: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const granted = (field: string): boolean => fields === null || fields.includes(field)
  return new Map([...credential.plain, ...secret].filter(([field, value]) => granted(field) && value !== ''))
}
