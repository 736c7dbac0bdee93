/**
 * What the window remembers, kept by the engine (a random port empties localStorage at each start).
 * Everything is read once, before the first screen stands, so a pane never jumps; writes are collected and sent later.
 */
import { makePersisted } from '@solid-primitives/storage'
import { createSignal, type Signal } from 'solid-js'

/** Writes one value, or removes it with null. Rejects when the engine did not take it. */
export type RememberPort = (key: string, value: string | null) => Promise<unknown>

/** How long values are collected before they are sent. */
const COLLECT_MS = 400

const values = new Map<string, string>()
const unsent = new Map<string, string | null>()
let port: RememberPort | undefined
let timer: ReturnType<typeof setTimeout> | undefined

/** Plugs the engine: what it remembers, and where changes go. What changed in between wins over what was read. */
export function plugMemory(read: Readonly<Record<string, string>>, write: RememberPort): void {
  for (const [key, value] of Object.entries(read)) if (!unsent.has(key)) values.set(key, value)
  port = write
  schedule()
}

const storage = {
  getItem: (key: string) => values.get(key) ?? null,
  setItem: (key: string, value: string) => {
    if (values.get(key) === value) return
    values.set(key, value)
    unsent.set(key, value)
    schedule()
  },
  removeItem: (key: string) => {
    if (!values.delete(key)) return
    unsent.set(key, null)
    schedule()
  },
}

/** A signal that is the same at the next start. `name` is unique in the window, e.g. `runs.filter`. */
export function remembered<T>(name: string, initial: T): Signal<T> {
  const [get, set] = makePersisted<T, Signal<T>>(createSignal<T>(initial), { name, storage, deserialize: (text) => parsed(text, initial) })
  return [get, set]
}

/** A value that is damaged, or was written by another version, is as good as none. */
function parsed<T>(text: string, initial: T): T {
  try {
    return JSON.parse(text) as T
  } catch {
    return initial
  }
}

/** Sends what is still unsent at once, e.g. before the window closes. */
export async function flushMemory(): Promise<void> {
  clearTimeout(timer)
  timer = undefined
  const write = port
  if (!write) return
  const batch = [...unsent]
  unsent.clear()
  for (const [key, value] of batch) {
    try {
      await write(key, value)
    } catch {
      // The link is gone: keep it for the next one, unless something newer came meanwhile.
      if (!unsent.has(key)) unsent.set(key, value)
    }
  }
}

function schedule(): void {
  if (timer !== undefined || port === undefined || unsent.size === 0) return
  timer = setTimeout(() => void flushMemory(), COLLECT_MS)
}
