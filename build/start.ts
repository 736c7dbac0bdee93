/**
 * What `npm start` runs: builds what is missing or stale, then opens Troupe. The engine runs in this process until Ctrl+C; when one runs
 * already on the data folder, its window is shown and this ends. Options: --data <folder>, and --check, the form that ends: it waits until
 * the window's page is served, runs a sample persona to its end through the command line, prints what happened, and stops in order.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { EXIT } from '#contract/plain'
import { messageOf } from '#core'
import { type OpenPorts, openHere, showRunning } from '../extensions/engine/cli/commands/start.ts'
import { makeReach } from '../extensions/engine/cli/link/reach.ts'
import { lookAround, windowChoices } from '../extensions/engine/cli/open/mod.ts'
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
  const bundle = pathToFileURL(join(ROOT, 'dist/engine/main.js')).href
  const ports: OpenPorts = {
    reach: makeReach(data),
    say: (line) => console.log(line),
    loadEngine: () => import(bundle) as Promise<typeof import('../extensions/engine/main.ts')>,
  }
  // Before anything is built: a build would take the files away beneath an engine that runs from them.
  if (await showRunning(ports)) return EXIT.ok
  await build()
  return (await openHere(ports)) ?? (typeof process.exitCode === 'number' ? process.exitCode : EXIT.ok)
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
