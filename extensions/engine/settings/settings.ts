/** Settings, one row for each that differs from its default; and what the window remembers. */
import { SETTINGS_DEFAULTS, type Settings, type SettingsPatch, settingsPatch } from '#contract'
import { LIMITS } from '#contract/plain'
import { readRows, TroupeError, text } from '#core'
import type { SettingsPorts } from './ports.ts'

/** Both tables, as far as they are read. */
const PAIR = { key: text, value: text }

export interface SettingsRoom {
  /** As they stand now. */
  readonly current: Settings
  /** Changes what is named and leaves the rest; answers all of them. */
  set(patch: SettingsPatch): Promise<Settings>
  /** Called after each change; answers how to stop that. */
  onChange(listener: (settings: Settings) => void): () => void
  remembered(): Promise<Record<string, string>>
  /** null forgets. FULL: LIMITS.memoryKeys are kept already. Readers see it at once; a crash may lose the last second. */
  remember(key: string, value: string | null): Promise<void>
}

export async function openSettings(ports: SettingsPorts): Promise<SettingsRoom> {
  let current = await load(ports)
  const listeners = new Set<(settings: Settings) => void>()
  return {
    get current() {
      return current
    },
    async set(patch) {
      const entries = Object.entries(patch).filter(([, value]) => value !== undefined)
      if (entries.length === 0) return current
      await ports.store.write(
        entries.map(([key, value]) => ({
          sql: 'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
          params: [key, JSON.stringify(value)],
        })),
      )
      current = { ...current, ...Object.fromEntries(entries) }
      for (const listener of listeners) listener(current)
      ports.announce('settings', '', 'set')
      return current
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async remembered() {
      // What is kept is bounded by LIMITS; the read is allowed just that.
      const bytes = LIMITS.memoryKeys * (LIMITS.memoryKeyChars + LIMITS.memoryValueChars) * 4
      const rows = await readRows(ports.store, PAIR, 'SELECT key, value FROM memory', [], { maxBytes: bytes })
      return Object.fromEntries(rows.map(({ key, value }) => [key, value]))
    },
    remember: (key, value) => remember(ports, key, value),
  }
}

async function remember({ store, clock }: SettingsPorts, key: string, value: string | null): Promise<void> {
  const applied = { durability: 'applied' } as const
  if (value === null) {
    await store.write([{ sql: 'DELETE FROM memory WHERE key = ?', params: [key] }], applied)
    return
  }
  // Count and insert in one statement: two clients cannot both take the last place.
  const sql = `INSERT INTO memory (key, value, updated_at) SELECT ?, ?, ?
    WHERE (SELECT count(*) FROM memory) < ? OR EXISTS (SELECT 1 FROM memory WHERE key = ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`
  const [result] = await store.write([{ sql, params: [key, value, clock.now(), LIMITS.memoryKeys, key] }], applied)
  if (result?.changes === 0)
    throw new TroupeError('FULL', `The window remembers ${LIMITS.memoryKeys} things already; "${key}" was not added.`, {
      hint: 'Forget something first.',
    })
}

async function load({ store, log }: SettingsPorts): Promise<Settings> {
  let settings: Settings = SETTINGS_DEFAULTS
  for (const { key, value } of await readRows(store, PAIR, 'SELECT key, value FROM setting')) {
    const parsed = settingsPatch.safeParse({ [key]: jsonOf(value) })
    // Another build may know a setting, or a value, that this one does not; its row stays for that build.
    if (parsed.success && Object.values(parsed.data).some((value) => value !== undefined))
      settings = { ...settings, ...(parsed.data as Partial<Settings>) }
    else log.warn('a setting is not understood; its default is used', { key })
  }
  return settings
}

/** undefined: it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
