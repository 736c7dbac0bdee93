/**
 * Composition root of a run thread: a worker that hosts many runs. It plugs the clock, the message port and the bodies.
 * The command body is here from the start; the model body (`openModelBody` of ./model/thread.ts, which brings the AI
 * libraries) is loaded by the first model run. Imports are static strings, so that a bundler can follow them.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, Redactor } from '#core'
import { findProgram, sandboxLibraries, systemChance, systemClock, systemLookup } from '#core/node'
import { endTree, type FromThread, hostRuns, type ThreadBirth, type ToThread } from './run/thread.ts'

const port = parentPort
if (!port) throw new Error('run-thread.ts is a worker of the engine; it cannot be started by itself.')
const redactor = new Redactor()
const post = (message: FromThread): void => port.postMessage(message)

const birth = workerData as ThreadBirth
const take = hostRuns({
  clock: systemClock,
  birth,
  post,
  redactor,
  loadTeamBody: async () => {
    const [{ openTeamBody }, { teamFiles, teamHttp }] = await Promise.all([import('./team/thread.ts'), import('./tool/thread.ts')])
    return openTeamBody({
      clock: systemClock,
      random: Math.random,
      ticks: () => performance.now(),
      libraries: sandboxLibraries,
      http: (job, io, allowPrivate) => teamHttp({ lookup: systemLookup, redactor }, job.lent?.credentials ?? [], io, allowPrivate),
      files: teamFiles,
    })
  },
  loadModelBody: async () => {
    const [{ openModelBody }, { toolsFor }] = await Promise.all([import('./model/thread.ts'), import('./tool/mod.ts')])
    const toolPorts = { clock: systemClock, chance: systemChance, env: process.env, lookup: systemLookup, redactor }
    return openModelBody({ clock: systemClock, redactor, tools: (grants) => toolsFor(grants, toolPorts) })
  },
  loadAgentBody: async () => {
    const [{ openAgentBody }, tool] = await Promise.all([import('./agent/thread.ts'), import('./tool/mod.ts')])
    return openAgentBody({
      clock: systemClock,
      chance: systemChance,
      redactor,
      env: process.env,
      graceMs: birth.killGraceMs,
      endTree: (tree, graceMs) => endTree(tree, { clock: systemClock, graceMs }),
      findProgram: (name) => findProgram(name, process.env),
      readText: tool.readWorkspaceText,
      writeText: (workspaceDir, path, content) => tool.writeWorkspaceText(workspaceDir, path, content, { chance: systemChance }),
      allowedProgram: tool.allowedProgram,
    })
  },
})
port.on('message', (message: ToThread) => take(message))

// A promise that a library left without a listener belongs to no run, and is no reason to end those of others.
// A thrown error that nobody caught is: the thread ends, and the main side tells its runs.
process.on('unhandledRejection', (thrown) => post({ kind: 'fault', message: redactor.text(messageOf(thrown)) }))
