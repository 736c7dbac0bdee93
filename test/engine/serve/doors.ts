/** Real doors on a temporary folder: the real store, the real engine and settings slices, and a `run.follow` that each test brings. */
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { implement } from '@orpc/server'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { type Contract, contract, type HelloFrame, PROTOCOL, RPC_PATH, type RunEventBatch, SUBPROTOCOL, TOKEN_PREFIX } from '#contract'
import { type CallContext, type Clock, type LogSink, makeLogger, Redactor, TroupeError } from '#core'
import { findPlaces, makePlaces, type Places, systemChance, systemClock } from '#core/node'
import {
  type EngineLock,
  type EngineRouter,
  loadServe,
  lockEngine,
  type Serve,
  serveMigrations,
} from '../../../extensions/engine/serve/mod.ts'
import { engineRoutes } from '../../../extensions/engine/serve/routes.ts'
import { openSettings, settingsMigrations } from '../../../extensions/engine/settings/mod.ts'
import { settingsRoutes } from '../../../extensions/engine/settings/routes.ts'
import { openStore, type Store } from '../../../extensions/engine/store/mod.ts'

export type Client = ContractRouterClient<Contract>

export interface Doors {
  readonly places: Places
  readonly serve: Serve
  readonly store: Store
  readonly lock: EngineLock
  readonly origin: string
  readonly logged: readonly Parameters<LogSink>[0][]
  /** How often `engine.stop` was called. */
  readonly stops: () => number
}

export interface DoorOptions {
  readonly clock?: Clock
  readonly windowDir?: string
  readonly slowMs?: number
  readonly helloMs?: number
  readonly pingMs?: number
  readonly follow?: (signal: AbortSignal | undefined) => AsyncGenerator<RunEventBatch, void>
  /** What `run.export` answers. */
  readonly text?: () => string
  readonly data?: string
}

/** Ends with the test. */
export async function openDoors(options: DoorOptions = {}): Promise<Doors> {
  const data = options.data ?? (await temporaryFolder())
  const places = findPlaces({ data, env: { ...process.env, XDG_RUNTIME_DIR: join(data, 'rt') } })
  makePlaces(places)
  const clock = options.clock ?? systemClock
  const logged: Parameters<LogSink>[0][] = []
  const log = makeLogger('serve', (line) => void logged.push(line))
  const lock = await lockEngine(places.socketPath, systemClock, () => '')
  const store = await openStore({
    folder: places.storeDir,
    migrations: [...serveMigrations, ...settingsMigrations],
    clock: systemClock,
    log,
  })
  const { slowMs, helloMs, pingMs } = options
  const bounds = {
    ...(slowMs === undefined ? {} : { slowMs }),
    ...(helloMs === undefined ? {} : { helloMs }),
    ...(pingMs === undefined ? {} : { pingMs }),
  }
  const serve = await (await loadServe())(
    {
      redactor: new Redactor(),
      clock,
      chance: systemChance,
      log,
      build: 'test',
      windowDir: options.windowDir,
      firstPort: 0,
      ...bounds,
    },
    lock,
    store,
  )
  onTestFinished(async () => {
    await serve.stop()
    await store.stop()
    await lock.release()
  })
  let stops = 0
  serve.attach(router(serve, store, clock, options, () => (stops += 1)))
  return { places, serve, store, lock, origin: `http://127.0.0.1:${serve.port}`, logged, stops: () => stops }
}

async function router(serve: Serve, store: Store, clock: Clock, options: DoorOptions, stop: () => void): Promise<EngineRouter> {
  const silent = makeLogger('test', () => undefined)
  const settings = await openSettings({ store, clock, log: silent, announce: serve.announce })
  const engine = engineRoutes(serve, {
    root: new URL('../../..', import.meta.url).pathname,
    stop,
    preflight: async () => [],
    openWindow: async (link) => ({ window: 'none', why: 'a test', url: link() }),
    status: async () => {
      throw new Error('a defect with a secret in it: test-secret', { cause: new Error('beneath') })
    },
  })
  const run = implement(contract.run).$context<CallContext>()
  const slices = {
    engine,
    settings: settingsRoutes(settings),
    run: {
      get: run.get.handler(() => {
        throw new TroupeError('NOT_FOUND', 'There is no such run.', { hint: 'Look in the list.', facts: { id: 'x' } })
      }),
      export: run.export.handler(() => ({ fileName: 'x.txt', text: options.text?.() ?? '' })),
      follow: run.follow.handler(({ signal }) => (options.follow ?? nothing)(signal)),
    },
  }
  return implement(contract)
    .$context<CallContext>()
    .router(slices as never) as EngineRouter
}

async function* nothing(): AsyncGenerator<RunEventBatch, void> {}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-serve-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The token in a one-time link. */
export function onceToken(doors: Doors): string {
  return doors.serve.link().url.split('#once=')[1] ?? ''
}

export interface Knock {
  readonly token?: string
  readonly host?: string
  /** null: none is sent. */
  readonly origin?: string | null
  readonly path?: string
  readonly protocols?: string
  readonly method?: string
  readonly headers?: readonly string[]
}

/** Knocks at the TCP door (or the socket) with exactly these bytes, and answers every byte that came back before it was closed. */
export function knock(doors: Doors, how: Knock, at: 'tcp' | 'socket' = 'tcp'): Promise<string> {
  const origin = how.origin === undefined ? (at === 'tcp' ? doors.origin : null) : how.origin
  const lines = [
    `${how.method ?? 'GET'} ${how.path ?? RPC_PATH} HTTP/1.1`,
    `Host: ${how.host ?? `127.0.0.1:${doors.serve.port}`}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ...(origin === null ? [] : [`Origin: ${origin}`]),
    ...(how.token === undefined && how.protocols === undefined
      ? []
      : [`Sec-WebSocket-Protocol: ${how.protocols ?? `${SUBPROTOCOL}, ${TOKEN_PREFIX}${how.token}`}`]),
    ...(how.headers ?? []),
  ]
  return rawExchange(doors, `${lines.join('\r\n')}\r\n\r\n`, at)
}

/** Sends bytes as they are; resolves when the other side closes, or as soon as it answered something. */
export function rawExchange(doors: Doors, bytes: string, at: 'tcp' | 'socket' = 'tcp'): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = at === 'tcp' ? connect(doors.serve.port, '127.0.0.1') : connect(doors.places.socketPath)
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      socket.end()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
    socket.write(bytes)
  })
}

/** A WebSocket that has not said hello yet. `frames`: what came, from the first. */
export function dial(doors: Doors, token: string, at: 'tcp' | 'socket' = 'tcp'): WebSocket {
  const protocols = [SUBPROTOCOL, TOKEN_PREFIX + token]
  const socket =
    at === 'tcp'
      ? new WebSocket(`ws://127.0.0.1:${doors.serve.port}${RPC_PATH}`, protocols, { origin: doors.origin })
      : new WebSocket(`ws+unix:${doors.places.socketPath}:${RPC_PATH}`, protocols)
  onTestFinished(() => socket.terminate())
  return socket
}

export interface Link {
  readonly socket: WebSocket
  readonly client: Client
  readonly hello: Extract<HelloFrame['troupe'], { build: string }>
  /** Resolves with the close code. */
  readonly closed: Promise<number>
}

/** A connection past the hello. */
export async function link(doors: Doors, token: string, at: 'tcp' | 'socket' = 'tcp'): Promise<Link> {
  const socket = dial(doors, token, at)
  const closed = closeOf(socket)
  const hello = await firstFrame(socket)
  socket.send(sayHello())
  if ('refused' in hello.troupe) throw new Error(hello.troupe.refused)
  const client: Client = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
  return { socket, client, hello: hello.troupe, closed }
}

export function sayHello(major: number = PROTOCOL.major): string {
  return JSON.stringify({ troupe: { protocol: [major, 0], build: 'test' } })
}

export function closeOf(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once('close', (code) => resolve(code)))
}

export function firstFrame(socket: WebSocket): Promise<HelloFrame> {
  return new Promise((resolve, reject) => {
    socket.once('message', (text) => resolve(JSON.parse(String(text)) as HelloFrame))
    socket.once('error', reject)
  })
}

/** Waits for a condition, with a bound that only a hang reaches. */
export async function until(condition: () => boolean | Promise<boolean>, boundMs = 20_000): Promise<void> {
  const end = Date.now() + boundMs
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('the condition was not met in time')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
