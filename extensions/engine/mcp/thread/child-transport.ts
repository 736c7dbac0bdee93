/**
 * A server's program over its standard streams. The library's own transport is not used: it adds variables of the engine's environment
 * to every child, and its end is the child alone, without what that started.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { type JSONRPCMessage, ReadBuffer, serializeMessage, type Transport } from '@modelcontextprotocol/client'
import { MCP_LIMITS } from '#contract/plain'
import { type Clock, messageOf, type Redactor, TroupeError } from '#core'
import type { Launch } from '../messages.ts'

/** After its standard input is closed, how long a server may take to leave by itself. */
const LEAVE_MS = 500

export interface ChildPorts {
  readonly clock: Clock
  readonly redactor: Redactor
  /** Ends a whole process tree: SIGTERM, the grace, SIGKILL. */
  readonly endTree: (tree: { readonly pid: number; readonly runId: string }, graceMs: number) => Promise<unknown>
  readonly child: (pid: number, what: 'started' | 'ended') => void
  readonly stderr: (tail: string) => void
}

export class ChildTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage) => void
  /** How it ended, for a person; undefined while it lives. */
  ended: string | undefined
  readonly #launch: Extract<Launch, { kind: 'stdio' }>
  readonly #ports: ChildPorts
  readonly #buffer = new ReadBuffer({ maxBufferSize: MCP_LIMITS.messageBytes })
  #child: ChildProcess | undefined
  #gone: Promise<void> = Promise.resolve()
  #ending: Promise<void> | undefined
  #tail = Buffer.alloc(0)

  constructor(launch: Extract<Launch, { kind: 'stdio' }>, ports: ChildPorts) {
    this.#launch = launch
    this.#ports = ports
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  async start(): Promise<void> {
    const { program, args, cwd, env } = this.#launch
    const child = spawn(program, [...args], {
      cwd,
      env: { ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      shell: false,
      // Its own group, so that one signal reaches all that it starts.
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (error: NodeJS.ErrnoException) => reject(notStarted(this.#launch, error)))
    })
    this.#child = child
    const pid = child.pid as number
    this.#ports.child(pid, 'started')
    child.on('error', (error) => this.onerror?.(error))
    this.#gone = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.ended = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`
        // What it left running holds the pipes open, and is ended with it.
        void this.#endTree(0).finally(() => {
          this.#ports.child(pid, 'ended')
          resolve()
          this.onclose?.()
        })
      })
    })
    // A server that does not read its input closes the pipe; its end is heard by itself.
    child.stdin?.on('error', () => undefined)
    child.stdout?.on('data', (chunk: Buffer) => this.#hear(chunk))
    this.#keepStderr(child)
  }

  send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin
    if (!stdin?.writable) return Promise.reject(new TroupeError('UNREACHABLE', `The server has gone: ${this.ended ?? 'it reads no more'}.`))
    return new Promise((resolve) => void (stdin.write(serializeMessage(message)) ? resolve() : stdin.once('drain', resolve)))
  }

  async close(): Promise<void> {
    await this.end(1_000)
  }

  /** Resolves when nothing of its tree is left. */
  end(graceMs: number): Promise<void> {
    this.#ending ??= this.#end(graceMs)
    return this.#ending
  }

  async #end(graceMs: number): Promise<void> {
    const child = this.#child
    if (!child) return
    child.stdin?.end()
    const left = await Promise.race([this.#gone.then(() => true), pause(this.#ports.clock, LEAVE_MS)])
    if (left !== true) await this.#endTree(graceMs)
    await this.#gone
  }

  async #endTree(graceMs: number): Promise<void> {
    const pid = this.#child?.pid
    if (pid === undefined) return
    await this.#ports
      .endTree({ pid, runId: this.#launch.mark }, graceMs)
      .catch((thrown: unknown) => this.onerror?.(new Error(messageOf(thrown))))
  }

  #hear(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk)
    } catch (thrown) {
      this.ended = `it sent a message of more than ${MCP_LIMITS.messageBytes} bytes`
      this.onerror?.(new Error(messageOf(thrown)))
      void this.end(0)
      return
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage()
        if (message === null) return
        this.onmessage?.(message)
      } catch (thrown) {
        // A line that is no message: some servers print there by mistake. It is passed over.
        this.onerror?.(new Error(messageOf(thrown)))
      }
    }
  }

  #keepStderr(child: ChildProcess): void {
    const clean = this.#ports.redactor.stream()
    child.stderr?.on('data', (chunk: Buffer) => {
      const joined = Buffer.concat([this.#tail, clean.push(chunk)])
      this.#tail = Buffer.from(joined.subarray(Math.max(0, joined.length - MCP_LIMITS.stderrBytes)))
      this.#ports.stderr(this.#tail.toString('utf8'))
    })
  }
}

function notStarted({ program, cwd }: Extract<Launch, { kind: 'stdio' }>, error: NodeJS.ErrnoException): TroupeError {
  const why =
    error.code === 'ENOENT'
      ? `there is no program "${program}" (or no folder "${cwd}")`
      : error.code === 'EACCES'
        ? `"${program}" may not be started`
        : error.message
  return new TroupeError('MISSING', `The server could not be started: ${why}.`, { cause: error })
}

const pause = (clock: Clock, delayMs: number): Promise<void> => new Promise((resolve) => void clock.after(delayMs, resolve))
