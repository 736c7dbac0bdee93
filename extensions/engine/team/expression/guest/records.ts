/** Inside the box: the extension methods of objects. */
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { guestFunctions, guestTable } from '../../sandbox/guest-text.ts'

type Row = Record<string, unknown>

declare const kit: GuestKit & { refuse(message: string): Error; compacted(value: object): Row }

/** Without what is empty; deep. Lists inside become objects by place, as in n8n. */
function compacted(value: object): Row {
  const kept: Row = {}
  for (const [key, each] of Object.entries(value)) {
    if (each === null || each === undefined || each === '' || each === 'nil') continue
    kept[key] = typeof each === 'object' ? kit.compacted(each) : each
  }
  return kept
}

function withFields(row: Row, keep: (value: unknown) => boolean): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => keep(value)))
}

function wantedText(name: string, wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted === '') throw kit.refuse(`${name}(): expected non-empty string arg`)
  return wanted
}

const records = {
  compact(row: Row): Row {
    return kit.compacted(row)
  },
  hasField(row: Row, name: string): boolean {
    return Object.hasOwn(row, name)
  },
  isEmpty(row: Row): boolean {
    return Object.keys(row).length === 0
  },
  isNotEmpty(row: Row): boolean {
    return Object.keys(row).length > 0
  },
  keepFieldsContaining(row: Row, wanted: unknown): Row {
    const text = wantedText('keepFieldsContaining', wanted)
    return withFields(row, (value) => typeof value === 'string' && value.includes(text))
  },
  removeFieldsContaining(row: Row, wanted: unknown): Row {
    const text = wantedText('removeFieldsContaining', wanted)
    return withFields(row, (value) => !(typeof value === 'string' && value.includes(text)))
  },
  keys(row: Row): string[] {
    return Object.keys(row)
  },
  values(row: Row): unknown[] {
    return Object.values(row)
  },
  merge(row: Row, other: Row): Row {
    return { ...other, ...row }
  },
  removeField(row: Row, name: string): Row {
    const { [name]: _gone, ...kept } = row
    return kept
  },
  toJsonString(row: Row): string {
    return JSON.stringify(row)
  },
  urlEncode(row: Row): string {
    const code = (value: unknown): string =>
      encodeURIComponent(String(value))
        .replace(/%20/g, '+')
        .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    return Object.entries(row)
      .map(([key, value]) => `${code(key)}=${code(value)}`)
      .join('&')
  },
}

export const recordsPart = guestFunctions({ compacted }) + guestTable('records', records as never, [withFields, wantedText] as never)
