/** `troupe start`: what a double click and `npm start` do. The window that is there is shown; else the engine runs here, with a window. */
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { EXIT, LIMITS } from '#contract/plain'
import { messageOf } from '#core'
import { runAsProgram } from '#core/node'
import type { Reach } from '../link/reach.ts'
import { lookAround, type NeutralinoEnd, openedLine, runNeutralino, windowChoices } from '../open/mod.ts'
import type { Session } from '../session.ts'
import { linkWords } from './engine.ts'

type StartEngine = typeof import('../../main.ts').startEngine

export interface OpenPorts {
  readonly reach: Reach
  readonly say: (line: string) => void
  /** Called when an engine is to run in this process. */
  readonly loadEngine: () => Promise<{ readonly startEngine: StartEngine }>
}

export async function start(session: Session): Promise<number | undefined> {
  const ports: OpenPorts = {
    reach: await session.reach(),
    say: (line) => void session.io.out(`${line}\n`),
    loadEngine: () => import('../../main.ts'),
  }
  return (await showRunning(ports)) ? EXIT.ok : openHere(ports)
}

/** A second start shows the first one's window instead of starting twice. */
export async function showRunning({ reach, say }: OpenPorts): Promise<boolean> {
  const link = await reach.running()
  if (!link) return false
  const opened = await link.engine.engine.open()
  say(`Troupe runs already. ${openedLine(opened)}`)
  if (opened.url !== null) say(linkWords(opened.url))
  link.close()
  return true
}

/** Neutralino's window, which starts the engine itself, or the engine in this process and another window. Undefined: it goes on running. */
export async function openHere(ports: OpenPorts): Promise<number | undefined> {
  const { reach, say } = ports
  const rootDir = reach.layout.root
  const [first] = windowChoices(lookAround(rootDir), { engineRuns: false, rootDir })
  if (first?.kind === 'neutralino') {
    say(`Troupe opens in its own window: ${first.why}.`)
    const { up, failure } = await untilClosed(first.program, rootDir, reach.places.dataDir)
    if (failure === undefined) return EXIT.ok
    if (up) {
      say(`The window ended by itself (${failure}), and the engine with it. Start Troupe again to open it.`)
      return EXIT.failed
    }
    say(`The window did not come up (${failure}); trying the next way.`)
    await freed(reach)
  }
  await engineHere(ports)
  return undefined
}

async function engineHere(ports: OpenPorts): Promise<void> {
  const { reach, say } = ports
  const { startEngine } = await ports.loadEngine()
  await runAsProgram<Awaited<ReturnType<StartEngine>>>(async (before) => {
    const engine = await startEngine({ data: reach.places.dataDir, before }).catch(async (thrown: unknown) => {
      // Two starts at once: whoever was later hands over to the other.
      if (before === undefined && (await shownBy(ports))) process.exit(EXIT.ok)
      throw thrown
    })
    // An engine that starts anew finds the window that is there.
    if (before === undefined)
      await showOwn(ports).catch((thrown: unknown) => console.error(`No window could be shown: ${messageOf(thrown)}`))
    say('The engine goes on running here; Ctrl+C stops it.')
    return engine
  })
}

/** The one that was quicker needs a moment until it listens. */
async function shownBy(ports: OpenPorts): Promise<boolean> {
  for (const late = performance.now() + 5_000; performance.now() < late; await pause(50)) if (await showRunning(ports)) return true
  return false
}

async function showOwn({ reach, say }: OpenPorts): Promise<void> {
  const link = await reach.running()
  if (!link) throw new Error('the engine started, and does not answer')
  const opened = await link.engine.engine.open()
  say(openedLine(opened))
  if (opened.url !== null) say(`${linkWords(opened.url)}\n\nLater ones: troupe open --print`)
  link.close()
}

/** Neutralino's window, until it is closed or a signal asks for an end. */
async function untilClosed(program: string, rootDir: string, dataDir: string): Promise<NeutralinoEnd> {
  const asked = new AbortController()
  const ask = () => asked.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, ask)
  try {
    return await runNeutralino({ program, rootDir, dataDir, signal: asked.signal })
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, ask)
  }
}

/** The core may have started an engine before it failed; that one stops by itself, and holds the data folder until then. */
async function freed({ places }: Reach): Promise<void> {
  const late = performance.now() + LIMITS.stopGraceMs
  while (existsSync(places.socketPath) && performance.now() < late) await pause(100)
}
