/** A trigger as it is being written: one flat form for every kind, and the document that it makes. */
import { createStore } from 'solid-js/store'
import type { ScheduleReading, TriggerDoc, TriggerDocInput, TriggerRow } from '#contract'
import type { SignatureStyle, TriggerKind } from '#contract/plain'

/** Kinds as they are offered, each with a word on what it does. */
export const KINDS: readonly { readonly value: TriggerKind; readonly label: string; readonly about: string }[] = [
  { value: 'schedule', label: 'A schedule', about: 'At certain times, in words or as cron.' },
  { value: 'event', label: 'An event', about: 'When something on the bus fits.' },
  { value: 'webhook', label: 'A webhook', about: 'When another program calls its address on this machine.' },
  { value: 'file', label: 'Files', about: 'When files come or change below a folder.' },
  { value: 'poll', label: 'A page', about: 'When a page or a value in it changes.' },
  { value: 'chain', label: 'Another run', about: 'After a run of a persona has ended.' },
  { value: 'composite', label: 'Other triggers', about: 'When several others have fired.' },
  { value: 'clipboard', label: 'The clipboard', about: 'While it is on, the clipboard is looked at once a second.' },
  { value: 'focus', label: 'A program in front', about: 'While it is on, the program in front is looked at once a second.' },
  { value: 'manual', label: 'Only by hand', about: 'When you say so, with a payload.' },
]

export interface TriggerForm {
  name: string
  kind: TriggerKind
  /** A schedule in words; what it was read as stands in `reading`. */
  words: string
  zone: string
  types: string
  conditionPath: string
  conditionIs: 'equals' | 'not' | 'contains' | 'exists' | 'above' | 'below'
  conditionValue: string
  signature: SignatureStyle
  folder: string
  globs: string
  url: string
  everyMinutes: number
  path: string
  afterPersona: string
  outcome: 'succeeded' | 'failed' | 'any'
  mode: 'all' | 'any'
  of: readonly string[]
  contains: string
  input: string
  unattended: TriggerDoc['unattended']
  overlap: TriggerDoc['overlap']
  missed: TriggerDoc['missed']['policy']
  quietFrom: string
  quietTo: string
  coolDownMinutes: number
  stopAfterFailures: number
  dedupeKey: string
}

export function createTriggerForm(row: TriggerRow | undefined) {
  return createStore<TriggerForm>(row ? formOf(row.doc) : { ...EMPTY })
}

const EMPTY: TriggerForm = {
  name: '',
  kind: 'schedule',
  words: '',
  zone: '',
  types: '',
  conditionPath: '',
  conditionIs: 'equals',
  conditionValue: '',
  signature: 'generic',
  folder: '',
  globs: '',
  url: '',
  everyMinutes: 5,
  path: '',
  afterPersona: '',
  outcome: 'succeeded',
  mode: 'all',
  of: [],
  contains: '',
  input: '',
  unattended: 'run',
  overlap: 'queue-one',
  missed: 'coalesce',
  quietFrom: '',
  quietTo: '',
  coolDownMinutes: 0,
  stopAfterFailures: 5,
  dedupeKey: '',
}

function formOf(doc: TriggerDoc): TriggerForm {
  const [quiet] = doc.quietHours
  const { name, input, unattended, overlap, dedupeKey, stopAfterFailures, zone, when } = doc
  return {
    ...EMPTY,
    ...{ name, input, unattended, overlap, dedupeKey, stopAfterFailures, zone, kind: when.kind },
    missed: doc.missed.policy,
    quietFrom: quiet?.from ?? '',
    quietTo: quiet?.to ?? '',
    coolDownMinutes: doc.coolDownMs / 60_000,
    ...ofWhen(when),
  }
}

function ofWhen(when: TriggerDoc['when']): Partial<TriggerForm> {
  switch (when.kind) {
    case 'schedule':
      return { words: when.rule.how === 'cron' ? when.rule.expression : '' }
    case 'event': {
      const [first] = when.filter
      const is = first?.is === 'missing' || first?.is === 'one-of' ? 'equals' : (first?.is ?? 'equals')
      return { types: when.types.join(', '), conditionPath: first?.path ?? '', conditionIs: is, conditionValue: first?.value ?? '' }
    }
    case 'webhook':
      return { signature: when.signature }
    case 'file':
      return { folder: when.folder, globs: when.globs.join(', ') }
    case 'poll':
      return { url: when.url, everyMinutes: when.everyMs / 60_000, path: when.path }
    case 'chain':
      return { afterPersona: when.personaId, outcome: when.outcome, contains: when.outputHas }
    case 'composite':
      return { mode: when.mode, of: when.of }
    case 'clipboard':
      return { contains: when.contains }
    case 'focus':
      return { contains: when.app }
    default:
      return {}
  }
}

const list = (text: string): string[] => text.split(',').flatMap((one) => one.trim() || [])

/** What the form says; `before` keeps what the form does not show. A text: what is missing. */
export function docOf(
  form: TriggerForm,
  personaId: string,
  before: TriggerDoc | undefined,
  reading: ScheduleReading | undefined,
): TriggerDocInput | string {
  const when = whenOf(form, before, reading)
  if (typeof when === 'string') return when
  const quiet = form.quietFrom !== '' && form.quietTo !== '' ? [{ from: form.quietFrom, to: form.quietTo }] : []
  return {
    ...before,
    name: form.name.trim() || nameOf(form),
    personaId,
    when,
    zone: form.zone.trim(),
    input: form.input,
    unattended: form.unattended,
    overlap: form.overlap,
    missed: before?.missed.policy === form.missed ? before.missed : { policy: form.missed },
    quietHours: before && before.quietHours.length > 1 ? before.quietHours : quiet,
    coolDownMs: Math.round(form.coolDownMinutes * 60_000),
    stopAfterFailures: form.stopAfterFailures,
    dedupeKey: form.dedupeKey,
  }
}

function whenOf(form: TriggerForm, before: TriggerDoc | undefined, reading: ScheduleReading | undefined): TriggerDocInput['when'] | string {
  const kept = before?.when
  switch (form.kind) {
    case 'manual':
      return { kind: 'manual' }
    case 'schedule':
      if (form.words.trim() === '' && kept?.kind === 'schedule') return kept
      return reading?.rule ? { kind: 'schedule', rule: reading.rule } : reading?.problem || 'Say when, such as "every weekday at 9".'
    case 'event': {
      const types = list(form.types)
      if (types.length === 0) return 'Name a type of events, such as order.*'
      const more = kept?.kind === 'event' ? kept.filter.slice(1) : []
      const filter =
        form.conditionPath.trim() === ''
          ? more
          : [{ path: form.conditionPath.trim(), is: form.conditionIs, value: form.conditionValue }, ...more]
      return { ...(kept?.kind === 'event' && kept), kind: 'event', types, filter }
    }
    case 'webhook':
      return { ...(kept?.kind === 'webhook' && kept), kind: 'webhook', signature: form.signature }
    case 'file':
      return form.folder.trim() === ''
        ? 'Name a folder, such as ~/Documents'
        : { ...(kept?.kind === 'file' && kept), kind: 'file', folder: form.folder.trim(), globs: list(form.globs) }
    case 'poll': {
      if (!/^https?:\/\/./.test(form.url)) return 'Give an address that begins with https://'
      const path = form.path.trim()
      return {
        ...(kept?.kind === 'poll' && kept),
        kind: 'poll',
        url: form.url.trim(),
        everyMs: Math.max(5_000, Math.round(form.everyMinutes * 60_000)),
        detect: path === '' ? 'hash' : 'json-path',
        path,
      }
    }
    case 'chain':
      return { kind: 'chain', personaId: form.afterPersona, outcome: form.outcome, outputHas: form.contains }
    case 'composite':
      return form.of.length < 2
        ? 'Choose at least two triggers.'
        : { ...(kept?.kind === 'composite' && kept), kind: 'composite', mode: form.mode, of: [...form.of] }
    case 'clipboard':
      return { kind: 'clipboard', contains: form.contains }
    case 'focus':
      return form.contains.trim() === '' ? 'Name a program.' : { kind: 'focus', app: form.contains.trim() }
  }
}

function nameOf(form: TriggerForm): string {
  const words =
    form.kind === 'schedule'
      ? form.words
      : form.kind === 'event'
        ? form.types
        : form.kind === 'file'
          ? form.folder
          : form.kind === 'poll'
            ? form.url
            : ''
  return (words.trim() || (KINDS.find(({ value }) => value === form.kind)?.label ?? 'Trigger')).slice(0, 80)
}
