/**
 * The composition root: builds each room, hands each its ports, and stops them in reverse order. It is also the engine's program.
 * Rooms are loaded here and nowhere else, and only after the compile cache is on, which makes a start a good deal shorter.
 */
import { realpathSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { PersonaDoc, RunDoc } from '#contract'
import { type CallContext, type LogSink, makeLogger, maskedSink, Scope, SecretBook, type StopFailure } from '#core'
import {
  connectInfo,
  type Ending,
  type EngineOptions,
  endFirstStart,
  findLayout,
  findPlaces,
  giveBackStartMemory,
  type Layout,
  lateLog,
  makePlaces,
  type Places,
  parseEngineOptions,
  readLastDoor,
  removeAddress,
  removeRuntimeFolder,
  runAsProgram,
  systemChance,
  systemClock,
  writeAddress,
} from '#core/node'
import { everyMigration, loadRooms, loadRoutes } from './doors.ts'
import { enginePorts } from './engine-ports.ts'
import type { Host } from './host.ts'
import { notifyDoor } from './notify-door.ts'
import type { FaultPoint } from './run/mod.ts'
import { leaveSafeMode, noteStart } from './safe-start.ts'
import type { EngineRouter } from './serve/mod.ts'
import { openServiceParts } from './service-parts.ts'
import { type WindowShower, windowShower } from './show-window.ts'
import { openStoreCare } from './store-care.ts'
import { keyAtStart } from './store-key.ts'
import { openTriggerParts } from './trigger-parts.ts'

export interface Engine {
  readonly places: Places
  readonly port: number
  /** Resolves when the engine asks for its own end: a call of `engine.stop`, Neutralino's end, or the death of the store's thread. */
  readonly ending: Promise<Ending>
  readonly log: LogSink
  /** Neutralino's end of the window; an engine that starts anew takes it over. */
  readonly host: Host | undefined
  /** The key of a sealed store, or of one that is about to be: an engine that starts anew takes it over. */
  readonly storeKey: Uint8Array | undefined
  /** Ends everything in reverse order; answers what would not stop. A second call answers the first one's promise. */
  stop(): Promise<readonly StopFailure[]>
}

export interface StartOptions extends EngineOptions {
  /** Default: the process's own. */
  readonly env?: NodeJS.ProcessEnv
  /** The engine before this one in this process, which asked to be started anew. */
  readonly before?: Pick<Engine, 'host' | 'storeKey'> | undefined
  /** Asks for the vault's passphrase, when a sealed store needs it to start. */
  readonly passphrase?: (() => Promise<string>) | undefined
  /** Where log lines go besides the log file. */
  readonly sink?: LogSink
  /** The book of what must stay out of everything that leaves. Default: a new one; a test may hand in one that hides nothing, and see what leaks. */
  readonly book?: SecretBook
  /** Called at each named place at which a test may kill the engine. Default: nothing. */
  readonly faultPoint?: (point: FaultPoint) => void
}

/**
 * An engine on one data folder, in this process. CONFLICT: one lives there already. DISK, DAMAGED: its files cannot be used.
 * Nothing is left behind when it fails.
 */
export async function startEngine(options: StartOptions = {}): Promise<Engine> {
  const scope = new Scope()
  try {
    return await build(options, scope)
  } catch (thrown) {
    await scope.stop()
    throw thrown
  }
}

async function build(options: StartOptions, scope: Scope): Promise<Engine> {
  const startedAt = systemClock.now()
  const env = options.env ?? process.env
  const places = findPlaces({ data: options.data, env })
  makePlaces(places)
  scope.add('runtime folder', () => removeRuntimeFolder(places))
  enableCompileCache(join(places.dataDir, 'compile-cache'))
  const layout = findLayout(import.meta.url)
  // First of all, since it takes longest: it loads SQLite beside us, and is told later which store it is for. Keys have no business in its environment.
  const storeThread = new Worker(layout.module('store/thread.ts'), { env: {}, name: 'store' })
  // Whoever opens the store sees that it has ended, and says so.
  storeThread.on('error', () => undefined)
  scope.add('store thread', async () => void (await storeThread.terminate()))
  const logFile = lateLog()
  scope.add('log', () => logFile.close())
  const { promise: ending, resolve } = Promise.withResolvers<Ending>()
  let again = false
  const end = (asked: Ending): void => {
    again ||= asked.again === true
    resolve(asked)
  }
  const book = options.book ?? new SecretBook()
  const both: LogSink = (line) => [logFile.sink, options.sink].forEach((sink) => void sink?.(line))
  const sink = maskedSink(both, book.redactor)
  const plan: Plan = {
    kept: { key: undefined },
    options,
    env,
    places,
    layout,
    storeThread,
    scope,
    sink,
    book,
    startedAt,
    end,
    goesOn: () => again,
  }
  const host = options.neutralino ? await openTheHost(plan) : undefined
  const ground = await layGround(plan)
  const { root: rootDir } = plan.layout
  const shower = windowShower({ clock: systemClock, host, headless: options.headless === true, rootDir, ...places, env })
  const rooms = await openRooms(plan, ground, shower)
  await attach(plan, ground, rooms, host, shower)
  await logFile.load(places.logDir)
  const { kept } = plan
  return {
    places,
    port: ground.serve.port,
    ending,
    log: sink,
    host,
    get storeKey() {
      return kept.key
    },
    stop: () => scope.stop(),
  }
}

/** What the whole start shares. */
interface Plan {
  readonly options: StartOptions
  readonly env: NodeJS.ProcessEnv
  readonly places: Places
  readonly layout: Layout
  readonly storeThread: Worker
  readonly scope: Scope
  readonly sink: LogSink
  readonly book: SecretBook
  readonly startedAt: number
  /** The store's key, as the next start needs it. */
  readonly kept: { key: Uint8Array | undefined }
  readonly end: (ending: Ending) => void
  /** Whether an engine takes over in this process after this one's end. */
  readonly goesOn: () => boolean
}

async function openTheHost({ options, scope, sink, end, goesOn }: Plan): Promise<Host> {
  const { openHost } = await import('./host.ts')
  const host = options.before?.host ?? (await openHost({ clock: systemClock, log: makeLogger('host', sink), stdin: process.stdin }))
  scope.add('window', () => (goesOn() ? undefined : host.close()))
  void host.gone.then((why) => end({ why, code: 0 }))
  return host
}

/** The lock, the store with every room's tables, and the doors (which let nobody in yet). */
async function layGround(plan: Plan) {
  const { options, env, places, layout, scope, sink, book, end, kept } = plan
  const [door, { folderDisk, openStore, storeForm }] = await Promise.all([import('./serve/mod.ts'), import('./store/mod.ts')])
  const lock = await door.lockEngine(places.socketPath, systemClock, () => whoIsThere(places))
  scope.add('socket', () => lock.release())
  // From here on an end that is not in order is a crash.
  const safeMode = noteStart(plan)
  const opened = await keyAtStart({ env, places, layout, sink, passphrase: options.passphrase, before: options.before?.storeKey })
  const migrations = everyMigration()
  const opening = openStore({
    folder: places.storeDir,
    key: opened?.key,
    migrations,
    clock: systemClock,
    log: makeLogger('store', sink),
    thread: plan.storeThread,
    compactThreadUrl: layout.module('store/compact-thread.ts'),
    onBroken: (why) => end({ why: `the store's thread died: ${why.message}`, code: 1 }),
  })
  // The store's thread takes its time, so the rest is loaded meanwhile; and not before it has all that it needs.
  opening.catch(() => undefined)
  await migrations
  const [store, openServe] = await Promise.all([opening, door.loadServe(), loadRooms()])
  scope.add('store', () => store.stop())
  const sealed = opened !== undefined && storeForm(folderDisk(places.storeDir)).now === 'sealed'
  if (sealed) kept.key = opened.key
  const last = readLastDoor(places)
  const serve = await openServe(
    {
      clock: systemClock,
      chance: systemChance,
      log: makeLogger('serve', sink),
      redactor: book.redactor,
      build: layout.version,
      windowDir: layout.windowDir,
      firstPort: options.port ?? last.port,
      pagePath: last.pagePath,
    },
    lock,
    store,
  )
  scope.add('doors', () => serve.stop())
  return { store, serve, storeOpenedWith: sealed ? opened.slot : undefined, sealed, safeMode }
}
type Ground = Awaited<ReturnType<typeof layGround>>

/** The rooms that do the work, each with its ports. */
async function openRooms(plan: Plan, { store, serve, storeOpenedWith, sealed, safeMode }: Ground, shower: WindowShower) {
  const { places, layout, env, scope, sink, book, kept, end } = plan
  const [settingsRoom, personaRoom, { openRuns }, { openModels }, vaultParts, { openImport }, teamParts, mcpParts, guardParts] =
    await loadRooms()
  const ground = (room: string) => ({
    store,
    clock: systemClock,
    chance: systemChance,
    announce: serve.announce,
    log: makeLogger(room, sink),
  })
  const settings = await settingsRoom.openSettings(ground('settings'))
  const openWindow = () => shower.open(() => serve.link().url, { anyway: true })
  const notices = notifyDoor({ ...ground('notify'), ...plan, openWindow }, () => ({ personas, runs, credentials }))
  const secrets = await vaultParts.openVaultParts(
    ground,
    { env, places, layout, scope, book, storeOpenedWith, keyInUse: () => kept.key !== undefined },
    {
      // Credentials are lent to personas and to teams alike.
      personaName: async (id) => (await personas.nameOf(id)) ?? (id.startsWith('team_') ? (await teams()).nameOf(id) : null),
      providersUsing: async (id) => (await models.list()).flatMap(({ doc }) => (doc.credential?.id === id ? [doc.id] : [])),
      endRun: (id) => void runs.cancel(id).catch(() => undefined),
    },
  )
  const { vault, credentials, leases } = secrets
  const models = openModels({
    ...ground('model'),
    secrets: (place) => leases.keyForProbe(place),
    hasKey: (place) => leases.hasKey(place),
    probeThreadUrl: layout.module('model/probe-thread.ts'),
  })
  const triggers = openTriggerParts(ground, scope, { safeMode, runs: () => runs, personas: () => personas, notices, settings, vault, book })
  const personas = personaRoom.openPersonas({
    ...ground('persona'),
    announce: triggers.hear(serve.announce),
    nextFireAt: triggers.nextFireAt,
    runs: { counts: (personaId) => runs.activity(personaId) },
    workspaces: personaRoom.workspaceFolders({ workspaces: places.workspacesDir, trash: places.trashDir }, systemClock),
    providers: async () => (await models.list()).map(({ doc }) => doc.id),
    threadUrl: layout.module('persona/thread.ts'),
  })
  const imports = openImport({ clock: systemClock, kinds: teamParts.n8nKinds, threadUrl: layout.module('import-n8n/thread.ts') })
  const teams = teamParts.openTeamParts(ground('team'), { runs: () => runs, personas, imports })
  const mcp = mcpParts.openMcpParts(ground('mcp'), plan, { runs: () => runs, personas: () => personas, leases })
  const services = openServiceParts(ground('supervise'), plan, { safeMode, runs: () => runs, leases, notices, vault })
  const guard = guardParts.openGuardParts(ground, {
    ...{ scope, settings, safeMode, runs: () => runs, personas: () => personas },
    ...{ notices, leaveSafeMode: () => leaveSafeMode(end) },
  })
  const runFolders = { runs: places.runsDir, workspaces: places.workspacesDir, drafts: places.draftsDir, programs: layout.programsDir }
  const runs = await openRuns({
    ...ground('run'),
    announce: triggers.hear(guard.hear(notices.hear(serve.announce))),
    gate: guard.gate,
    secrets: book,
    folders: runFolders,
    // In safe mode no run gets a slot.
    settings: () => (safeMode.on ? { ...settings.current, maxRuns: 0 } : settings.current),
    personaOf: async (id, revision) => (id.startsWith('team_') ? (await teams()).subject(id, revision) : personas.get(id, revision)),
    // A team's run has its prompts in its nodes.
    prepare: (doc, request) => (isPersonas(doc) ? personaRoom.prepareRun(doc, request) : { prompt: '', command: null, problems: [] }),
    answer: async (run, ask, signal) => (await teams()).answer(run, ask, signal),
    lending: leases,
    shared: mcp.shared,
    resolveModels: (refs, lease) => models.resolveChain(refs, lease.key),
    threadUrl: layout.module('run-thread.ts'),
    ...(plan.options.faultPoint ? { faultPoint: plan.options.faultPoint } : {}),
  })
  scope.add('runs', () => runs.stop())
  // What waits for the vault goes on when it is opened, also when it opened by itself before the runs were there.
  scope.add(
    'unlocks',
    vault.sealer.onState((state) => void (state === 'open' && runs.unlocked())),
  )
  if (leases.isOpen()) void runs.unlocked()
  const care = await openStoreCare(plan, { store, serve, sealed }, { settings, vault, runFolders })
  return { ...secrets, settings, personas, models, runs, imports, teams, mcp, care, notices, guard, triggers, services }
}
type Rooms = Awaited<ReturnType<typeof openRooms>>

const isPersonas = (doc: RunDoc): doc is PersonaDoc => doc.body.kind !== 'team'

/** One router from every room's routes. */
async function makeRouter(plan: Plan, { store, serve }: Ground, rooms: Rooms, shower: WindowShower) {
  const { implement, contract, ...make } = await loadRoutes()
  const ports = enginePorts(plan, store, rooms, shower)
  return implement(contract)
    .$context<CallContext>()
    .router({
      engine: make.engineRoutes(serve, ports),
      settings: make.settingsRoutes(rooms.settings),
      persona: make.personaRoutes(rooms.personas),
      run: make.runRoutes(rooms.runs),
      store: make.storeRoutes(rooms.care),
      provider: make.modelRoutes(rooms.models),
      vault: make.vaultRoutes(rooms.vault),
      connector: make.connectorRoutes(rooms.credentials),
      credential: make.credentialRoutes(rooms.credentials),
      lease: make.leaseRoutes(rooms.leases, rooms.vault.proofs),
      import: make.importRoutes(rooms.imports),
      team: make.teamRoutes(rooms.teams),
      mcp: make.mcpRoutes(rooms.mcp.room),
      service: make.serviceRoutes(rooms.services.room),
      notification: make.notificationRoutes(() => rooms.notices.room()),
      support: make.supportRoutes(make.supportDoor({ ...plan, ...rooms, ports })),
      inbox: make.inboxRoutes(rooms.guard.approvals),
      rule: make.ruleRoutes(rooms.guard.approvals),
      budget: make.budgetRoutes(rooms.guard.budgets, rooms.guard.runPlace),
      health: make.healthRoutes(rooms.guard.healing),
      ...make.routesOfTriggers(rooms.triggers),
    })
}

/** From here on calls are answered: those that come before the routes are loaded wait for them, and the window's files do not. */
async function attach(plan: Plan, ground: Ground, rooms: Rooms, host: Host | undefined, shower: WindowShower): Promise<void> {
  const { options, places, layout, scope, startedAt } = plan
  const { serve } = ground
  if (host) {
    serve.allowOrigin(host.origin)
    host.answerPage(() => ({ port: serve.port, token: serve.clients.link().token }))
  }
  const { promise: router, resolve: routed, reject: unrouted } = Promise.withResolvers<EngineRouter>()
  serve.attach(router)
  scope.add('calls', () => serve.refuseCalls())
  const info = { pid: process.pid, port: serve.port, socketPath: places.socketPath, version: layout.version, startedAt }
  scope.add('address', () => removeAddress(places))
  writeAddress(places, info, serve.clients.cliToken, serve.pagePath)
  // biome-ignore lint/suspicious/noConsole: the program's output, for whoever started us.
  if (options.announce) console.log(JSON.stringify({ listening: info }))
  makeRouter(plan, ground, rooms, shower).then(routed, unrouted)
  await router
  endFirstStart()
  void rooms.runs.warm().then(() => {
    rooms.guard.begin()
    void rooms.services.begin()
  })
  rooms.beginCredentials()
  rooms.notices.begin()
  rooms.triggers.begin()
  scope.add('memory of the start', giveBackStartMemory(systemClock))
}

function whoIsThere(places: Places): string {
  const info = connectInfo(places)
  return info ? ` (process ${info.pid})` : ''
}

/** True when this module is the program, from source or from its bundle. */
function isProgram(): boolean {
  try {
    return /[\\/]engine[\\/]main\.(ts|js)$/.test(realpathSync(process.argv[1] ?? ''))
  } catch {
    return false
  }
}

if (isProgram()) {
  await runAsProgram(async (before: Engine | undefined) => startEngine({ ...parseEngineOptions(process.argv.slice(2)), before }))
}
