/** A real engine as a child process on a temporary data folder, and a typed client of it over the socket. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import { type Contract, PROTOCOL, RPC_PATH, SUBPROTOCOL, TOKEN_PREFIX } from '#contract'
import { connectInfo, findPlaces, type Places } from '#core/node'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export type Client = ContractRouterClient<Contract>

export interface TestEngine {
  readonly child: ChildProcess
  readonly places: Places
  readonly client: Client
  /** Milliseconds from spawn to the announcement that it listens. */
  readonly listeningMs: number
  /** Milliseconds from spawn until a client was let in. */
  readonly connectedMs: number
  /** A fresh one-time link to the window. */
  link(): Promise<string>
  /** Ends it in order; `keep` leaves the data folder for another engine. */
  stop(options?: { readonly keep?: boolean }): Promise<number | null>
}

export interface TestEngineOptions {
  readonly data?: string
  readonly env?: Readonly<Record<string, string>>
  /** From the built bundle (default when there is one) or from source. */
  readonly from?: 'bundle' | 'source'
  /** Let it go into safe mode after crashes, as engines of people do; default: no, since tests kill engines. */
  readonly safeMode?: boolean
  /** Another program that is an engine. */
  readonly entry?: string
}

export async function startTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'troupe-data-')))
  const bundle = join(ROOT, 'dist/engine/main.js')
  const entry =
    options.entry ??
    ((options.from ?? (existsSync(bundle) ? 'bundle' : 'source')) === 'bundle' ? bundle : join(ROOT, 'extensions/engine/main.ts'))
  const begun = performance.now()
  const child = spawn(
    process.execPath,
    [entry, '--data', data, '--headless', '--announce', ...(options.safeMode ? [] : ['--no-safe-mode'])],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...options.env },
    },
  )
  await announced(child)
  const listeningMs = performance.now() - begun
  const places = findPlaces({ data, env: { ...process.env, ...options.env } })
  const socket = await connect(places)
  const connectedMs = performance.now() - begun
  const client: Client = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
  return {
    child,
    places,
    client,
    listeningMs,
    connectedMs,
    link: async () => (await client.engine.link({})).url,
    async stop({ keep = false } = {}) {
      const ended = child.exitCode !== null || child.signalCode !== null ? Promise.resolve(child.exitCode) : onceExit(child)
      child.kill('SIGTERM')
      const code = await ended
      socket.terminate()
      if (!keep) await rm(data, { recursive: true, force: true })
      return code
    },
  }
}

function onceExit(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
}

function announced(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error('the engine has no standard output')
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      if (line.includes('"listening"')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`the engine ended with ${code} before it listened`)))
  })
}

/** A connected socket past the hello frames; with the command line's token, unless another is given. */
export async function connect(places: Places, token?: string): Promise<WebSocket> {
  const info = connectInfo(places)
  if (!info) throw new Error(`no engine wrote its address into ${places.runtimeDir}`)
  const socket = new WebSocket(`ws+unix:${info.socketPath}:${RPC_PATH}`, [SUBPROTOCOL, TOKEN_PREFIX + (token ?? info.token)])
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('message', () => resolve())
    socket.once('open', () => socket.send(JSON.stringify({ troupe: { protocol: [PROTOCOL.major, PROTOCOL.minor], build: 'test' } })))
  })
  return socket
}
