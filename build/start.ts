/**
 * What `npm start` runs: builds what is missing or stale, then opens Troupe. The engine runs in this process until Ctrl+C; when one runs
 * already on the data folder, its window is shown and this ends. Options: --data <folder>, and --check, the form that ends: it waits until
 * the window's page is served, runs a sample persona to its end through the command line, prints what happened, and stops in order.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { EXIT, LIMITS } from '#contract/plain'
import { messageOf } from '#core'
import { runAsProgram } from '#core/node'
import { linkWords } from '../extensions/engine/cli/commands/engine.ts'
import { makeReach, type Reach } from '../extensions/engine/cli/link/reach.ts'
import { lookAround, type NeutralinoEnd, openedLine, runNeutralino, windowChoices } from '../extensions/engine/cli/open/mod.ts'
import type { Engine } from '../extensions/engine/main.ts'
import { ensureBuilt } from './build.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SAMPLE = 'disk-guardian'

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    data: { type: 'string' },
    // For this script itself: only builds.
    build: { type: 'boolean', default: false },
  },
})
if (options.build) await ensureBuilt(console.log)
else process.exitCode = await (options.check ? check : open)(options.data)

/** In a process of its own: the builders need ten times the memory of the engine, which goes on in this one. */
async function build(): Promise<void> {
  const end = await ended(spawn(process.execPath, [fileURLToPath(import.meta.url), '--build'], { stdio: 'inherit' }))
  if (end !== 0) throw new Error(`Troupe could not be built (${end}); what is above says why.`)
}

async function open(data: string | undefined): Promise<number> {
  const reach = makeReach(data)
  // Before anything is built: a build would take the files away beneath an engine that runs from them.
  if (await showRunning(reach)) return EXIT.ok
  await build()
  const [first] = windowChoices(lookAround(ROOT), { engineRuns: false, rootDir: ROOT })
  if (first?.kind === 'neutralino') {
    console.log(`Troupe opens in its own window: ${first.why}.`)
    const { up, failure } = await untilClosed(first.program, reach.places.dataDir)
    if (failure === undefined) return EXIT.ok
    if (up) {
      console.log(`The window ended by itself (${failure}), and the engine with it. npm start opens it again.`)
      return EXIT.failed
    }
    console.log(`The window did not come up (${failure}); trying the next way.`)
    await freed(reach)
  }
  await runEngine(reach, async () => {
    const link = await reach.running()
    if (!link) throw new Error('the engine started, and does not answer')
    const opened = await link.engine.engine.open()
    console.log(openedLine(opened))
    if (opened.url !== null) console.log(`${linkWords(opened.url)}\n\nLater ones: bin/troupe open --print`)
    console.log('The engine goes on running here; Ctrl+C stops it.')
    link.close()
  })
  return typeof process.exitCode === 'number' ? process.exitCode : EXIT.ok
}

/** A second start shows the first one's window instead of starting twice. */
async function showRunning(reach: Reach): Promise<boolean> {
  const link = await reach.running()
  if (!link) return false
  const opened = await link.engine.engine.open()
  console.log(`Troupe runs already. ${openedLine(opened)}`)
  if (opened.url !== null) console.log(linkWords(opened.url))
  link.close()
  return true
}

/** The bundle of the engine, in this process. Resolves once it serves and `serving` is done; the process ends by itself after a signal. */
async function runEngine(reach: Reach, serving: () => Promise<void>): Promise<void> {
  const bundle = pathToFileURL(join(ROOT, 'dist/engine/main.js')).href
  const { startEngine } = (await import(bundle)) as typeof import('../extensions/engine/main.ts')
  await runAsProgram<Engine>(async (before) => {
    const engine = await startEngine({ data: reach.places.dataDir, before })
    // An engine that starts anew finds the window that is there.
    if (before === undefined) await serving().catch((thrown: unknown) => console.error(`No window could be shown: ${messageOf(thrown)}`))
    return engine
  })
}

/** Neutralino's window, until it is closed or a signal asks for an end. */
async function untilClosed(program: string, dataDir: string): Promise<NeutralinoEnd> {
  const asked = new AbortController()
  const ask = () => asked.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, ask)
  try {
    return await runNeutralino({ program, rootDir: ROOT, dataDir, signal: asked.signal })
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, ask)
  }
}

/** The core may have started an engine before it failed; that one stops by itself, and holds the data folder until then. */
async function freed({ places }: Reach): Promise<void> {
  const late = performance.now() + LIMITS.stopGraceMs
  while (existsSync(places.socketPath) && performance.now() < late) await pause(100)
}

function ended(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'an unknown end'))
  })
}

/** On a data folder of its own, unless one is named. Everything that it says is what really happened. */
async function check(data: string | undefined): Promise<number> {
  const folder = data ?? mkdtempSync(join(tmpdir(), 'troupe-check-'))
  try {
    await build()
    const began = performance.now()
    const engine = spawn(process.execPath, [join(ROOT, 'dist/engine/main.js'), '--headless', '--announce', '--data', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const interrupted = stopOnSignal(engine)
    const failure = await checkServing(engine, folder, began).then(
      () => undefined,
      (thrown: unknown) => messageOf(thrown),
    )
    const end = await stopped(engine)
    const problems = [failure, end === 0 ? undefined : `the engine ended with ${end}`, leftovers(folder)].filter((one) => one !== undefined)
    if (interrupted()) console.log('Stopped by a signal.')
    console.log(
      problems.length === 0 ? 'Stopped in order; nothing was left behind. Troupe works.' : `It does not work: ${problems.join('; ')}.`,
    )
    return problems.length === 0 && !interrupted() ? EXIT.ok : EXIT.failed
  } finally {
    if (data === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

function stopOnSignal(engine: ChildProcess): () => boolean {
  let asked = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      asked = true
      engine.kill('SIGTERM')
    })
  }
  return () => asked
}

async function checkServing(engine: ChildProcess, folder: string, began: number): Promise<void> {
  await announced(engine)
  console.log(`The engine answers after ${Math.round(performance.now() - began)} ms.`)
  const link = await makeReach(folder).running()
  if (!link) throw new Error('nobody answers on its socket')
  try {
    const { url } = await link.engine.engine.link()
    await checkPage(new URL(url))
  } finally {
    link.close()
  }
  console.log(`The window's page is served after ${Math.round(performance.now() - began)} ms.`)
  const [window] = windowChoices(lookAround(ROOT), { engineRuns: false, rootDir: ROOT })
  console.log(
    `Without --check it would be shown like this: ${window?.kind}: ${window?.why}.\n\nThe sample persona "${SAMPLE}", through the command line:`,
  )
  await troupe(folder, ['persona', 'create', '--template', SAMPLE])
  // How full this disk is does not matter here, so it may be as full as it likes.
  await troupe(folder, ['run', SAMPLE, '--param', `path=${join(ROOT, 'extensions')}`, '--param', 'min_free_percent=0'])
  await troupe(folder, ['runs'])
}

function announced(engine: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    const late = setTimeout(() => reject(new Error('the engine did not answer within a minute')), 60_000)
    engine.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (!text.includes('"listening"')) return
      clearTimeout(late)
      resolve()
    })
    void ended(engine).then((end) => {
      clearTimeout(late)
      reject(new Error(`the engine ended with ${end} before it answered`))
    })
  })
}

/** What is served must be what was built, to the byte. */
async function checkPage(url: URL): Promise<void> {
  url.hash = ''
  const answer = await fetch(url).catch((thrown: unknown) => {
    throw new Error(`the window's page is not served at ${url.origin}: ${messageOf(thrown)}`)
  })
  const page = await answer.text()
  const built = readFileSync(join(ROOT, 'dist/window/index.html'), 'utf8')
  if (!answer.ok) throw new Error(`the window's page answers with status ${answer.status}`)
  if (page !== built) throw new Error("what is served at the link is not the built window's page")
}

async function troupe(folder: string, args: readonly string[]): Promise<void> {
  console.log(`\n$ troupe ${args.join(' ')}`)
  const child = spawn(process.execPath, [join(ROOT, 'dist/engine/cli.js'), '--data', folder, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const end = await ended(child)
  if (end !== 0) throw new Error(`troupe ${args[0]} ended with ${end}`)
}

async function stopped(engine: ChildProcess): Promise<number | string> {
  if (engine.exitCode !== null) return engine.exitCode
  if (engine.signalCode !== null) return engine.signalCode
  const end = ended(engine)
  engine.kill('SIGTERM')
  return end
}

function leftovers(folder: string): string | undefined {
  const { places } = makeReach(folder)
  const left = [places.socketPath, places.infoPath, places.tokenPath].filter((path) => existsSync(path))
  return left.length === 0 ? undefined : `the engine left ${left.join(', ')} behind`
}
