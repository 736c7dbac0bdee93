/** Inside the box: the extension methods of arrays. */
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { guestTable } from '../../sandbox/guest-text.ts'

type Row = Record<string, unknown>

interface ListKit extends GuestKit {
  refuse(message: string): Error
  compacted(value: object): unknown
}

declare const kit: ListKit

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null
}

function sameDeep(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true
  if (!isRow(left) || !isRow(right) || Array.isArray(left) !== Array.isArray(right)) return false
  const keys = Object.keys(left)
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && sameDeep(left[key], right[key]))
}

function allNumbers(name: string, list: readonly unknown[]): readonly number[] {
  if (!list.every((each) => typeof each === 'number')) throw kit.refuse(`${name}(): all array elements must be numbers`)
  return list as number[]
}

function firstOfEach(list: readonly unknown[], keys: readonly string[]): unknown[] {
  const kept: unknown[] = []
  const shown: unknown[] = []
  for (const each of list) {
    const shadow = keys.length > 0 && isRow(each) ? keys.map((key) => each[key]) : each
    if (shown.some((seen) => sameDeep(seen, shadow))) continue
    shown.push(shadow)
    kept.push(each)
  }
  return kept
}

const lists = {
  append(list: unknown[], ...more: unknown[]): unknown[] {
    return [...list, ...more]
  },
  average(list: unknown[]): number {
    const numbers = allNumbers('average', list)
    return numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length
  },
  chunk(list: unknown[], size?: unknown): unknown[][] {
    if (typeof size !== 'number' || size === 0) throw kit.refuse('chunk(): expected non-zero numeric arg, e.g. .chunk(5)')
    const pieces: unknown[][] = []
    for (let at = 0; size > 0 && at < list.length; at += size) pieces.push(list.slice(at, at + size))
    return pieces
  },
  compact(list: unknown[]): unknown[] {
    return list
      .filter((each) => each !== null && each !== undefined && each !== '' && each !== 'nil')
      .map((each) => (isRow(each) ? kit.compacted(each) : each))
  },
  difference(list: unknown[], other: unknown[]): unknown[] {
    return list.filter((each) => !other.some((one) => sameDeep(one, each)))
  },
  first(list: unknown[]): unknown {
    return list[0]
  },
  intersection(list: unknown[], other: unknown[]): unknown[] {
    return firstOfEach(list, []).filter((each) => other.some((one) => sameDeep(one, each)))
  },
  isEmpty(list: unknown[]): boolean {
    return list.length === 0
  },
  isNotEmpty(list: unknown[]): boolean {
    return list.length > 0
  },
  last(list: unknown[]): unknown {
    return list[list.length - 1]
  },
  max(list: unknown[]): number {
    return allNumbers('max', list).reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY)
  },
  min(list: unknown[]): number {
    return allNumbers('min', list).reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY)
  },
  merge(list: unknown[], other: unknown[]): Row {
    const merged: Row = {}
    for (let at = 0; at < Math.max(list.length, other.length); at += 1) {
      const one = list[at]
      const two = other[at]
      if (one !== undefined && typeof one !== 'object') continue
      if (two !== undefined && typeof two !== 'object') continue
      Object.assign(merged, one, two)
    }
    return merged
  },
  pluck(list: unknown[], ...keys: string[]): unknown[] {
    if (keys.length === 0) return list
    const rows = list.filter((each) => isRow(each) && !Array.isArray(each) && keys.every((key) => Object.hasOwn(each, key))) as Row[]
    return rows.map((row) => (keys.length === 1 ? row[keys[0] as string] : keys.map((key) => row[key])))
  },
  randomItem(list: unknown[]): unknown {
    return list[Math.floor(Math.random() * list.length)]
  },
  removeDuplicates(list: unknown[], ...keys: string[]): unknown[] {
    return firstOfEach(list, keys)
  },
  unique(list: unknown[], ...keys: string[]): unknown[] {
    return firstOfEach(list, keys)
  },
  renameKeys(list: unknown[], ...names: string[]): unknown[] {
    return list.map((each) => {
      if (!isRow(each) || Array.isArray(each)) return each
      const entries = Object.entries(each).map(([key, value]) => {
        const place = names.findIndex((name, index) => index % 2 === 0 && name === key)
        return [place === -1 ? key : (names[place + 1] ?? key), value] as const
      })
      return Object.fromEntries(entries)
    })
  },
  smartJoin(list: unknown[], keyField: string, valueField: string): Row {
    const joined: Row = {}
    for (const each of list) {
      if (isRow(each) && Object.hasOwn(each, keyField) && Object.hasOwn(each, valueField)) joined[String(each[keyField])] = each[valueField]
    }
    return joined
  },
  sum(list: unknown[]): number {
    return allNumbers('sum', list).reduce((sum, each) => sum + each, 0)
  },
  toJsonString(list: unknown[]): string {
    return JSON.stringify(list)
  },
  union(list: unknown[], other: unknown[]): unknown[] {
    return firstOfEach([...list, ...other], [])
  },
}

export const listsPart = guestTable('lists', lists as never, [isRow, sameDeep, allNumbers, firstOfEach] as never)
