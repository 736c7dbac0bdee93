/**
 * Paths into items, as people write them: `a.b`, `a[0].b`, `a["x y"].c`. Only own properties are read, and no path can reach or
 * make a prototype. What has the whole path as its name wins over what lies along it.
 */
import { NodeFailure } from '../flow/failure.ts'

type Bag = Record<string, unknown>

const PART = /[^.[\]]+|\[(?:(-?\d+)|(["'])((?:(?!\2).)*)\2)\]/g
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

export function partsOf(path: string): readonly string[] {
  const parts = [...path.matchAll(PART)].map((match) => match[1] ?? match[3] ?? match[0])
  const forbidden = parts.find((part) => FORBIDDEN.has(part))
  if (forbidden !== undefined)
    throw new NodeFailure(`The field name "${path}" is not allowed: "${forbidden}" is a word of the language itself.`)
  return parts
}

export function getPath(from: unknown, path: string): unknown {
  if (isBag(from) && Object.hasOwn(from, path)) return from[path]
  let value = from
  for (const part of partsOf(path)) {
    if (typeof value === 'string' && part === 'length') return value.length
    if (!isBag(value) || !(Object.hasOwn(value, part) || (Array.isArray(value) && part === 'length'))) return undefined
    value = value[part]
  }
  return value
}

export function hasPath(from: unknown, path: string): boolean {
  if (isBag(from) && Object.hasOwn(from, path)) return true
  let value = from
  for (const part of partsOf(path)) {
    if (!isBag(value) || !Object.hasOwn(value, part)) return false
    value = value[part]
  }
  return true
}

/** Sets in place, making objects (and, before a number, arrays) on the way. Shared objects on the way are copied first. */
export function setPath(into: Bag, path: string, value: unknown): void {
  const parts = Object.hasOwn(into, path) ? [path] : partsOf(path)
  let bag = into
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1) {
      bag[part] = value
      return
    }
    const before = Object.hasOwn(bag, part) ? bag[part] : undefined
    const next = parts[index + 1] ?? ''
    const made: Bag = Array.isArray(before)
      ? ([...before] as unknown as Bag)
      : isBag(before)
        ? { ...before }
        : ((/^\d+$/.test(next) ? [] : {}) as Bag)
    bag[part] = made
    bag = made
  }
}

/** Removes in place; objects on the way are copied first. */
export function unsetPath(from: Bag, path: string): void {
  if (Object.hasOwn(from, path)) {
    delete from[path]
    return
  }
  if (!hasPath(from, path)) return
  const parts = partsOf(path)
  let bag = from
  for (const part of parts.slice(0, -1)) {
    const inner = bag[part]
    const copy = (Array.isArray(inner) ? [...inner] : { ...(inner as Bag) }) as Bag
    bag[part] = copy
    bag = copy
  }
  delete bag[parts.at(-1) ?? '']
}

/** Sets under exactly this name. */
export function setPlain(into: Bag, name: string, value: unknown): void {
  if (name === '__proto__') throw new NodeFailure(`The field name "${name}" is not allowed.`)
  into[name] = value
}

export function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null
}

/** A real object: no array, no null, no date or moment. */
export function isPlain(value: unknown): value is Bag {
  return isBag(value) && (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
}
