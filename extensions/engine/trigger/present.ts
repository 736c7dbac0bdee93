/** Triggers as rows of the contract. */
import type { TriggerRow } from '#contract'
import { TRIGGER_LIMITS } from '#contract/plain'
import { readRows, text } from '#core'
import type { Named } from './calendar.ts'
import { describeTrigger } from './describe.ts'
import type { Entry } from './entry.ts'
import { fireRows } from './fire-rows.ts'
import type { TriggerPorts, TriggerStore } from './ports.ts'
import { DOC, DOC_COLUMNS, type DocRecord } from './rows.ts'

/** 100,000 documents of some kB each. */
const MOST_BYTES = 512 * 1024 * 1024

export function allTriggers(store: TriggerStore, where = '', params: readonly string[] = []): Promise<readonly DocRecord[]> {
  const bounds = { maxRows: TRIGGER_LIMITS.triggers, maxBytes: MOST_BYTES }
  return readRows(store, DOC, `SELECT ${DOC_COLUMNS} FROM trigger_doc ${where} ORDER BY created_at, id`, params, bounds)
}

export async function presentTriggers(
  ports: TriggerPorts,
  rows: readonly DocRecord[],
  entries: ReadonlyMap<string, Entry>,
): Promise<TriggerRow[]> {
  const names = await namesIn(ports, rows)
  return Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      doc: row.doc,
      version: row.version,
      kind: row.kind,
      described: await describeTrigger(ports, row.doc, (id) => names.get(id) ?? id),
      nextAt: entries.get(row.id)?.nextAt ?? null,
      skipUntil: entries.get(row.id)?.cursor.skipUntil ?? null,
      lastFireAt: row.last_fire_at,
      failuresInRow: row.failures,
      held: row.held,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    })),
  )
}

async function namesIn(ports: TriggerPorts, rows: readonly DocRecord[]): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  const { trigger } = fireRows(ports.store)
  for (const { doc } of rows) {
    const { when } = doc
    if (when.kind === 'chain' && when.personaId !== '')
      names.set(when.personaId, (await ports.personaName(when.personaId)) ?? 'a persona that is gone')
    if (when.kind === 'composite') for (const id of when.of) names.set(id, (await trigger(id))?.name ?? 'a trigger that is gone')
  }
  return names
}

export async function namedEntries(store: TriggerStore, all: Iterable<Entry>, personaId?: string, triggerId?: string): Promise<Named[]> {
  const entries = [...all].filter(
    (entry) => (personaId === undefined || entry.personaId === personaId) && (triggerId === undefined || entry.id === triggerId),
  )
  const rows = await readRows(store, { id: text, name: text }, 'SELECT id, name FROM trigger_doc', [], { maxRows: TRIGGER_LIMITS.triggers })
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return entries.map((entry) => ({ entry, name: names.get(entry.id) ?? '' }))
}
