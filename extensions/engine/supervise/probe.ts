/** Asks a service whether it is ready, and whether it does its work. Every probe goes to this machine, and has an end. */
import { spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'
import type { ServiceProbe, ServiceReadiness } from '#contract'
import { type Clock, messageOf } from '#core'

export interface Probed {
  readonly ok: boolean
  /** Why not; empty when ok. */
  readonly message: string
}

export interface ProbeAt {
  readonly clock: Clock
  readonly timeoutMs: number
  /** For a command. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly place: (text: string) => string
  readonly signal: AbortSignal
}

const OK: Probed = { ok: true, message: '' }
const no = (message: string): Probed => ({ ok: false, message })
const READ_BYTES = 64 * 1024

export async function probe(asked: ServiceProbe | Extract<ServiceReadiness, { kind: 'port' | 'http' }>, at: ProbeAt): Promise<Probed> {
  const abort = new AbortController()
  const stop = at.clock.after(at.timeoutMs, () => abort.abort(new Error(`it did not answer within ${at.timeoutMs / 1000} s`)))
  const forward = (): void => abort.abort(at.signal.reason)
  at.signal.addEventListener('abort', forward, { once: true })
  if (at.signal.aborted) forward()
  try {
    if (asked.kind === 'port') return await takesConnections(asked.port, abort.signal)
    if (asked.kind === 'http') return await answers(asked.url, 'text' in asked ? asked.text : '', abort.signal)
    return await ends(at.place(asked.program), asked.args.map(at.place), at, abort.signal)
  } catch (thrown) {
    return no(abort.signal.aborted ? messageOf(abort.signal.reason) : messageOf(thrown))
  } finally {
    stop()
    at.signal.removeEventListener('abort', forward)
  }
}

/** Either address of this machine will do. */
async function takesConnections(port: number, signal: AbortSignal): Promise<Probed> {
  const [four, six] = await Promise.all(['127.0.0.1', '::1'].map((host) => connects(host, port, signal)))
  return four || six ? OK : no(`nothing takes connections at port ${port}`)
}

function connects(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal })
    const end = (ok: boolean) => (): void => {
      socket.destroy()
      resolve(ok)
    }
    socket.once('connect', end(true)).once('error', end(false))
  })
}

async function answers(url: string, text: string, signal: AbortSignal): Promise<Probed> {
  const answer = await fetch(url, { signal, redirect: 'manual' })
  const enough = answer.status >= 200 && answer.status < 400
  if (!enough || text === '') {
    await answer.body?.cancel()
    return enough ? OK : no(`${url} answered with status ${answer.status}`)
  }
  let said = ''
  const decoder = new TextDecoder()
  for await (const chunk of answer.body ?? []) {
    said += decoder.decode(chunk, { stream: true })
    if (said.includes(text)) return OK
    if (said.length > READ_BYTES) break
  }
  return no(`${url} answered without "${text}"`)
}

function ends(program: string, args: readonly string[], { cwd, env }: ProbeAt, signal: AbortSignal): Promise<Probed> {
  return new Promise((resolve) => {
    // It carries the service's marks, so what it leaves behind is ended with the service's tree.
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true, signal, killSignal: 'SIGKILL' })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-500)
    })
    child.once('error', (failed) => resolve(no(signal.aborted ? messageOf(signal.reason) : failed.message)))
    child.once('exit', (code) => resolve(code === 0 ? OK : no(`${program} ended with exit code ${code}. ${said.trim()}`.trim())))
  })
}

/** The first of these ports that something listens on already; undefined: all are free. */
export async function takenPort(ports: readonly number[]): Promise<number | undefined> {
  for (const port of ports) if (!(await isFree(port))) return port
  return undefined
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'EADDRINUSE'))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
