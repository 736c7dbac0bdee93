/**
 * One engine for each data folder: whoever binds its socket is the engine. A socket that nobody answers on is what a killed engine
 * left behind, and is replaced; one that is answered on belongs to a living engine.
 */
import { chmod, stat, unlink } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { type Clock, TroupeError } from '#core'
import { closeServer, makeHttpServer, type Visitors } from './http-server.ts'

export interface EngineLock {
  readonly socketPath: string
  /** Whoever comes before this is called waits. */
  open(visitors: Visitors): void
  /** Stops listening, cuts every connection, removes the socket file. */
  release(): Promise<void>
}

/** CONFLICT: an engine lives there. DISK: the socket cannot be made. `whoIsThere` names it for the message. */
export async function lockEngine(socketPath: string, clock: Clock, whoIsThere: () => string): Promise<EngineLock> {
  let opened: (visitors: Visitors) => void = () => undefined
  const visitors = new Promise<Visitors>((resolve) => {
    opened = resolve
  })
  const server = makeHttpServer({
    request: (request, response) => void visitors.then((to) => to.request(request, response)),
    upgrade: (request, socket, head) => void visitors.then((to) => to.upgrade(request, socket, head)),
  })
  await bind(server, socketPath, clock, whoIsThere)
  if (process.platform !== 'win32') await chmod(socketPath, 0o600)
  // Node removes the file when it stops listening.
  return { socketPath, open: opened, release: () => closeServer(server) }
}

async function bind(server: Server, path: string, clock: Clock, whoIsThere: () => string): Promise<void> {
  const first = await listen(server, path)
  if (!first) return
  if (first.code !== 'EADDRINUSE') throw new TroupeError('DISK', `The socket ${path} cannot be made: ${first.message}`, { cause: first })
  if (await answers(path)) throw alreadyRuns(whoIsThere())
  await unlink(path).catch(() => undefined)
  const second = await listen(server, path)
  if (second) throw alreadyRuns(whoIsThere())
  // Two engines that both found the dead socket could each have removed the other's new one: the file says whose it is now.
  const ours = await inode(path)
  await new Promise<void>((resolve) => clock.after(50, resolve))
  if ((await inode(path)) !== ours) {
    // Closing would remove a file that is no longer ours, so the descriptor is left to the end of the process, and does not hold it up.
    server.unref()
    throw alreadyRuns(whoIsThere())
  }
}

function alreadyRuns(who: string): TroupeError {
  return new TroupeError('CONFLICT', `Troupe runs already on this data folder${who}.`, {
    hint: 'Use that one (troupe status, troupe open), or give another data folder with --data.',
  })
}

function listen(server: Server, path: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve(error)
    server.once('error', failed)
    server.listen(path, () => {
      server.off('error', failed)
      resolve(undefined)
    })
  })
}

/** Whether anybody listens there. A full backlog or a slow answer counts as alive: to replace a living engine would be worse than to refuse. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const settle = (alive: boolean) => {
      socket.destroy()
      resolve(alive)
    }
    socket.setTimeout(2_000, () => settle(true))
    socket.once('connect', () => settle(true))
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'))
  })
}

async function inode(path: string): Promise<number | undefined> {
  return process.platform === 'win32' ? undefined : (await stat(path).catch(() => undefined))?.ino
}
