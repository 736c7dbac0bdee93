/** A stage for the supervise room: a real store, real programs, real folders. */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, vi } from 'vitest'
import { type ServiceDoc, type ServiceDocInput, type ServiceRow, serviceDoc } from '#contract'
import { makeLogger, newId, SecretBook } from '#core'
import { systemChance, systemClock } from '#core/node'
import { openConnections, treeUsage } from '../../../extensions/engine/core/node/tree-usage.ts'
import { endTree } from '../../../extensions/engine/run/mod.ts'
import { openStore, type Store } from '../../../extensions/engine/store/mod.ts'
import { superviseMigrations } from '../../../extensions/engine/supervise/migrations.ts'
import { loadSupervise, type ServiceNews, type Supervise, type SupervisePorts } from '../../../extensions/engine/supervise/mod.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
export const atEnd = (close: () => Promise<unknown>): void => void closing.push(close)

const ODD = join(import.meta.dirname, '../../fixtures/services/odd-service.mjs')

export async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-services-'))
  closing.push(() => rm(dir, { recursive: true, force: true }))
  return dir
}

export function odd(habit: string, more: Partial<ServiceDocInput> = {}, argument?: string): ServiceDoc {
  const args = [ODD, habit, ...(argument === undefined ? [] : [argument])]
  return serviceDoc.parse({ id: 'odd', label: 'Odd', program: '{{troupe.node}}', args, ...more })
}

export interface Stage {
  readonly room: Supervise
  readonly store: Store
  readonly dir: string
  readonly mark: string
  readonly told: ServiceNews[]
  readonly book: SecretBook
  /** Saves a service, starts it, and answers its row when it is in one of these states. */
  up(doc: ServiceDoc, ...states: ServiceRow['standing']['state'][]): Promise<ServiceRow>
  is(id: string, ...states: ServiceRow['standing']['state'][]): Promise<ServiceRow>
}

const PATIENCE = { timeout: 25_000, interval: 20 }

export async function stage(more: Partial<SupervisePorts> = {}): Promise<Stage> {
  const dir = await folder()
  const told: ServiceNews[] = []
  const log = makeLogger('supervise', () => undefined)
  const store = await openStore({ folder: join(dir, 'store'), migrations: superviseMigrations, clock: systemClock, log })
  closing.push(() => store.stop())
  const book = new SecretBook()
  const mark = `test:${newId(systemChance, 'engine')}`
  const room = await loadSupervise({
    ...{ store, clock: systemClock, chance: systemChance, log, secrets: book, env: process.env, folder: join(dir, 'services') },
    announce: () => undefined,
    marks: (tree) => ({ TROUPE_RUN: tree, TROUPE_ENGINE: mark }),
    lend: async () => ({ lent: { env: {} }, end: async () => undefined }),
    endTree: (tree, end) => endTree(tree, { clock: systemClock, ...end }),
    taken: treeUsage,
    connections: openConnections,
    tell: (news) => void told.push(news),
    lookMs: 100,
    ...more,
  })
  closing.push(() => room.close())
  const is: Stage['is'] = (id, ...states) =>
    vi.waitFor(() => {
      const row = room.get(id)
      if (!states.includes(row.standing.state)) throw new Error(`${id} is ${row.standing.state}, ${row.standing.message}`)
      return row
    }, PATIENCE)
  return {
    ...{ room, store, dir, mark, told, book, is },
    async up(doc, ...states) {
      await room.save(doc)
      room.start(doc.id)
      return is(doc.id, ...(states.length > 0 ? states : (['ready'] as const)))
    },
  }
}

/** Living processes that carry this mark. */
export function living(mark: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && carries(pid, mark))
}

function carries(pid: number, mark: string): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)
  } catch {
    return false
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
