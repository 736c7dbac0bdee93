/** What the person wishes: a level for each kind, for everyone and for single personas; quiet hours; how long like ones are one. */
import {
  type NotificationLevels,
  type NotificationPatch,
  type NotificationPreferences,
  notificationPatch,
  type OwnLevels,
  type QuietHours,
} from '#contract'
import { json, readRows, text } from '#core'
import type { NotifyPorts, Statement } from './ports.ts'

const EVERYONE = 'everyone'
const docShape = notificationPatch.omit({ persona: true })
type Doc = Omit<NotificationPatch, 'persona'>
const PREFERENCE = { scope: text, doc: json('what is wished of notifications', docShape) }

const LEVELS: NotificationLevels = { 'needs-you': 'desktop', failed: 'desktop', done: 'off', budget: 'desktop', reminder: 'desktop' }
const COALESCE_MINUTES = 10

export class Preferences {
  readonly #ports: NotifyPorts
  #everyone: Doc = {}
  readonly #personas = new Map<string, OwnLevels>()

  constructor(ports: NotifyPorts) {
    this.#ports = ports
  }

  async load(): Promise<void> {
    for (const { scope, doc } of await readRows(this.#ports.store, PREFERENCE, 'SELECT scope, doc FROM notify_preference', [])) {
      if (scope === EVERYONE) this.#everyone = doc
      else this.#personas.set(scope, doc.levels ?? {})
    }
  }

  get quiet(): QuietHours | null {
    return this.#everyone.quiet ?? null
  }

  get coalesceMs(): number {
    return (this.#everyone.coalesceMinutes ?? COALESCE_MINUTES) * 60_000
  }

  levelOf(kind: keyof NotificationLevels, personaId: string | null): NotificationLevels[typeof kind] {
    const own = personaId === null ? undefined : this.#personas.get(personaId)?.[kind]
    return own ?? this.#everyone.levels?.[kind] ?? LEVELS[kind]
  }

  /** Personas that are gone are left out. */
  async all(): Promise<NotificationPreferences> {
    const named = await Promise.all(
      [...this.#personas].map(async ([personaId, levels]) => ({
        personaId,
        personaName: await this.#ports.personaName(personaId),
        levels,
      })),
    )
    return {
      levels: allLevels(this.#everyone.levels),
      quiet: this.quiet,
      coalesceMinutes: this.#everyone.coalesceMinutes ?? COALESCE_MINUTES,
      personas: named.flatMap(({ personaName, ...one }) => (personaName === null ? [] : [{ ...one, personaName }])),
    }
  }

  /** Durable when it answers. */
  async set({ persona, ...patch }: NotificationPatch): Promise<void> {
    const everyone: Doc = { ...this.#everyone, ...given(patch), levels: { ...this.#everyone.levels, ...given(patch.levels ?? {}) } }
    const statements = [put(EVERYONE, everyone)]
    const own = persona && given(persona.levels)
    if (persona && own) {
      statements.push(Object.keys(own).length === 0 ? drop(persona.id) : put(persona.id, { levels: own }))
    }
    await this.#ports.store.write(statements)
    this.#everyone = everyone
    if (!persona || !own) return
    if (Object.keys(own).length === 0) this.#personas.delete(persona.id)
    else this.#personas.set(persona.id, own)
  }
}

function allLevels(own: OwnLevels = {}): NotificationLevels {
  return {
    'needs-you': own['needs-you'] ?? LEVELS['needs-you'],
    failed: own.failed ?? LEVELS.failed,
    done: own.done ?? LEVELS.done,
    budget: own.budget ?? LEVELS.budget,
    reminder: own.reminder ?? LEVELS.reminder,
  }
}

/** Without the fields that stand as undefined, which must not hide a default. */
function given<T extends object>(patch: T): T {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as T
}

function put(scope: string, doc: Doc): Statement {
  const sql = 'INSERT INTO notify_preference (scope, doc) VALUES (?, ?) ON CONFLICT (scope) DO UPDATE SET doc = excluded.doc'
  return { sql, params: [scope, JSON.stringify(doc)] }
}

const drop = (scope: string): Statement => ({ sql: 'DELETE FROM notify_preference WHERE scope = ?', params: [scope] })
