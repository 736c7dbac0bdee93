/**
 * Composition root of the thread that talks to MCP servers. It is started with the first server and ended after the last, so that
 * neither the protocol's library nor a server's messages ever weigh on the main thread.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { Redactor } from '#core'
import { systemClock, systemLookup } from '#core/node'
import { type FromMcpThread, hostServers, type ToMcpThread } from './mcp/thread.ts'
import { endTree } from './run/thread.ts'
import { whyNotPublic } from './tool/mod.ts'

const port = parentPort
if (!port) throw new Error('mcp-thread.ts is a worker of the engine; it cannot be started by itself.')

const take = hostServers({
  clock: systemClock,
  redactor: new Redactor(),
  post: (message: FromMcpThread) => port.postMessage(message),
  endTree: (tree, graceMs) => endTree(tree, { clock: systemClock, graceMs }),
  version: (workerData as { readonly version: string }).version,
  lookup: systemLookup,
  whyNotPublic,
})
port.on('message', (message: ToMcpThread) => take(message))
// A promise that a library left without a listener is no reason to end the servers of others; what was asked has failed by itself.
process.on('unhandledRejection', () => undefined)
