/** What is filled in for one credential, checked as the connector says before the engine is asked. */
import type { ConnectorField, ConnectorRow } from '#contract'
import { CREDENTIAL_PATTERNS } from '#contract/plain'

export interface CredentialForm {
  readonly name: string
  readonly label: string
  readonly values: Readonly<Record<string, string>>
  readonly extraHosts: string
  readonly allowPrivate: boolean
  /** ISO day, or empty. */
  readonly expires: string
  readonly rotateEveryDays: number | null
}

export type FormProblems = Readonly<Record<string, string>>

/** A name that is free: the connector's own, or with a number behind it. */
export function freshForm(connector: ConnectorRow, taken: readonly string[]): CredentialForm {
  let name = connector.id
  for (let n = 2; taken.includes(name); n++) name = `${connector.id}-${n}`
  const values = Object.fromEntries(connector.fields.map((field) => [field.name, field.secret ? '' : field.default]))
  return { name, label: '', values, extraHosts: '', allowPrivate: false, expires: '', rotateEveryDays: connector.rotateDays }
}

export const hostsOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter(Boolean)

/** By field name; `name`, `hosts` for the rest. `kept`: secret fields that have a value already, and may stay empty here. */
export function problemsOf(
  form: CredentialForm,
  connector: ConnectorRow,
  taken: readonly string[],
  kept: readonly string[] = [],
): FormProblems {
  const problems: Record<string, string> = {}
  if (!CREDENTIAL_PATTERNS.name.test(form.name)) problems['#name'] = 'Starts with a letter, then a-z, 0-9 and - only.'
  else if (taken.includes(form.name)) problems['#name'] = 'There is one of this name already.'
  const wrong = hostsOf(form.extraHosts).find((host) => !CREDENTIAL_PATTERNS.host.test(host))
  if (wrong !== undefined) problems['#hosts'] = `“${wrong}” is no host: write api.example.org, *.example.org or 127.0.0.1:8080.`
  for (const field of connector.fields) {
    const why = problemOf(field, form.values[field.name] ?? '', kept.includes(field.name))
    if (why !== undefined) problems[field.name] = why
  }
  return problems
}

function problemOf(field: ConnectorField, value: string, kept: boolean): string | undefined {
  if (field.kind === 'connected') return undefined
  if (value === '') return field.required && !kept && field.default === '' ? 'This is needed.' : undefined
  if (field.pattern !== null && !new RegExp(`^(?:${field.pattern})$`, 'u').test(value)) return field.patternWords || 'This does not fit.'
  return undefined
}

/** Only what has a value, or was emptied. Secrets that stay empty stay as they are. */
export function valuesOf(form: CredentialForm, connector: ConnectorRow): Record<string, string> {
  return Object.fromEntries(
    connector.fields.flatMap(({ name, kind, secret }) => {
      const value = form.values[name] ?? ''
      return kind === 'connected' || (secret && value === '') ? [] : [[name, value]]
    }),
  )
}

/** What the engine is asked to keep, beside the connector or the id. */
export function askedOf(form: CredentialForm, connector: ConnectorRow) {
  return {
    name: form.name,
    label: form.label.trim(),
    values: valuesOf(form, connector),
    extraHosts: [...hostsOf(form.extraHosts)],
    allowPrivate: form.allowPrivate,
    expiresAt: dayEnd(form.expires),
    rotateEveryDays: form.rotateEveryDays,
  }
}

/** The end of that day, here. */
export const dayEnd = (day: string): number | null => (day === '' ? null : new Date(`${day}T23:59:59`).getTime())

export function isoDay(at: number | null): string {
  if (at === null) return ''
  const day = new Date(at)
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`
}
