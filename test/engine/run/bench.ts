/** A run room on a temporary data folder, with the real store, real threads and the persona room's own preparation. */
import { mkdirSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PersonaDoc, type PersonaDocInput, personaDoc, type RunEvent, type RunRow } from '#contract'
import { isTerminal } from '#contract/plain'
import { type LogSink, makeLogger, type ResolvedModel, SecretBook, TroupeError } from '#core'
import { systemChance, systemClock } from '#core/node'
import { prepareRun } from '../../../extensions/engine/persona/mod.ts'
import { openRuns, type RunPorts, type Runs, type RunTimings, runMigrations, type StartAsk } from '../../../extensions/engine/run/mod.ts'
import { type Migration, openStore, type Store } from '../../../extensions/engine/store/mod.ts'

export const PROGRAMS = new URL('../../fixtures/programs/', import.meta.url)
export const program = (name: string): string => new URL(name, PROGRAMS).pathname
const THREAD = new URL('../../../extensions/engine/run-thread.ts', import.meta.url)

export interface BenchOptions {
  readonly settings?: { maxRuns: number; maxQueued: number; runThreads: number }
  readonly timings?: Partial<RunTimings>
  readonly threadUrl?: URL
  readonly models?: readonly ResolvedModel[]
  /** A copy of this data folder is opened, instead of an empty one. */
  readonly copyOf?: string
  /** Tables of other rooms that share the store. */
  readonly migrations?: readonly Migration[]
  readonly ports?: (ports: RunPorts) => RunPorts
}

export interface Bench {
  readonly folder: string
  readonly runs: Runs
  readonly store: Store
  readonly ports: RunPorts
  readonly settings: { maxRuns: number; maxQueued: number; runThreads: number }
  readonly announced: string[]
  readonly logged: string[]
  /** Makes a persona, active, and answers its id. */
  persona(doc: PersonaDocInput): string
  /** Changes a persona's standing. */
  stand(id: string, standing: { archivedAt?: number | null; active?: boolean }): void
  start(personaId: string, ask?: Partial<StartAsk>): Promise<RunRow>
  /** All events to the end. */
  events(id: string, fromSeq?: number): Promise<RunEvent[]>
  /** Waits for the end, and answers the row. */
  ended(id: string): Promise<RunRow>
  close(): Promise<void>
}

const emptyLease = { lent: null, notices: [], key: async () => null, sends: async () => undefined, end: async () => undefined }

const opened = new Set<Bench>()

/** For afterEach: closes every bench that a test opened. */
export async function closeBenches(): Promise<void> {
  for (const bench of [...opened]) await bench.close()
}

export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-run-'))
  try {
    return await openIn(folder, options)
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true })
    throw thrown
  }
}

async function openIn(folder: string, options: BenchOptions): Promise<Bench> {
  if (options.copyOf) await cp(options.copyOf, folder, { recursive: true, filter: (path) => !path.endsWith('/store/owner') })
  for (const name of ['runs', 'workspaces']) mkdirSync(join(folder, name), { recursive: true })
  const logged: string[] = []
  const announced: string[] = []
  const sink: LogSink = ({ level, message, facts }) =>
    void (level !== 'debug' && logged.push(`${level}: ${message} ${JSON.stringify(facts ?? {})}`))
  const store = await openStore({
    folder: join(folder, 'store'),
    migrations: [...runMigrations, ...(options.migrations ?? [])],
    clock: systemClock,
    log: makeLogger('store', sink),
  })
  const personas = new Map<string, { id: string; revision: number; doc: PersonaDoc; archivedAt: number | null; active: boolean }>()
  const settings = options.settings ?? { maxRuns: 16, maxQueued: 1000, runThreads: 2 }
  const models = options.models ?? []
  const plain: RunPorts = {
    store,
    secrets: new SecretBook(),
    lending: { isOpen: () => false, borrow: async () => ({ kind: 'lent', lease: emptyLease }) },
    clock: systemClock,
    chance: systemChance,
    log: makeLogger('run', sink),
    announce: (topic, id, what) => void announced.push(`${topic} ${id} ${what}`),
    folders: {
      runs: join(folder, 'runs'),
      workspaces: join(folder, 'workspaces'),
      drafts: join(folder, 'drafts'),
      programs: PROGRAMS.pathname.replace(/\/$/, ''),
    },
    settings: () => settings,
    personaOf: (id) => {
      const persona = personas.get(id)
      if (!persona) throw new TroupeError('NOT_FOUND', `There is no persona ${id}.`)
      return persona
    },
    prepare: (doc, request) => {
      const { body } = doc
      return body.kind === 'team' ? { prompt: '', command: null, problems: [] } : prepareRun({ ...doc, body }, request)
    },
    resolveModels: async () => ({ models, problems: models.length > 0 ? [] : ['No provider is set up here.'] }),
    threadUrl: options.threadUrl ?? THREAD,
    timings: { killGraceMs: 300, hearGraceMs: 5_000, ...options.timings },
  }
  const ports = options.ports ? options.ports(plain) : plain
  const runs = await openRuns(ports)
  let closed = false
  const bench: Bench = {
    folder,
    runs,
    store,
    ports,
    settings,
    announced,
    logged,
    persona: (doc) => {
      const id = `persona-${personas.size + 1}`
      personas.set(id, { id, revision: 1, doc: personaDoc.parse(doc), archivedAt: null, active: true })
      return id
    },
    stand: (id, standing) => {
      const persona = personas.get(id)
      if (persona) personas.set(id, { ...persona, ...standing })
    },
    start: (personaId, ask) => runs.start({ personaId, input: '', params: {}, priority: 'normal', ...ask }),
    events: async (id, fromSeq = 1) => {
      const all: RunEvent[] = []
      for await (const { events } of runs.follow(id, fromSeq)) all.push(...events)
      return all
    },
    ended: async (id) => {
      for await (const _ of runs.follow(id, 1));
      return await until(async () => {
        const { run } = await runs.get(id)
        return isTerminal(run.state) ? run : undefined
      })
    },
    close: async () => {
      if (closed) return
      closed = true
      opened.delete(bench)
      await runs.stop()
      await store.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
  opened.add(bench)
  return bench
}

/** A command persona that runs one of the fixture programs with Node. */
export function command(
  name: string,
  args: readonly string[] = [],
  more: { limits?: PersonaDocInput['limits']; [key: string]: unknown } = {},
): PersonaDocInput {
  const { limits, ...body } = more
  return {
    name: name.replace(/\.mjs$/, ''),
    body: { kind: 'command', program: '{{troupe.node}}', args: [`{{troupe.programs}}/${name}`, ...args], ...body },
    ...(limits ? { limits } : {}),
  }
}

/** Asks until the answer is there; the bound is generous, since the machine may be busy. */
export async function until<T>(ask: () => Promise<T | undefined> | T | undefined, boundMs = 30_000): Promise<T> {
  const deadline = Date.now() + boundMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`Not within ${boundMs} ms: ${ask.toString().slice(0, 200)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export const textOf = (events: readonly RunEvent[], stream?: 'stdout' | 'stderr'): string =>
  events.map((event) => (event.kind === 'output' && (!stream || event.stream === stream) ? event.text : '')).join('')

/** A process that lives and is not a zombie. */
export async function lives(pid: number): Promise<boolean> {
  const { lookAt } = await import('../../../extensions/engine/run/tree/processes.ts')
  return lookAt(pid) !== undefined
}

/** Numbers run from `from` upwards by one. */
export function dense(events: readonly RunEvent[], from = 1): boolean {
  return events.every((event, index) => event.seq === from + index)
}
