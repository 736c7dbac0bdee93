/**
 * `npm run bench`: what Troupe costs, each figure a median over several runs, beside a peer measured in the same run where there is one,
 * and held against build/budgets.json. Ends with 1 when a budget is broken.
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { personaDoc, type RunEvent } from '#contract'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'
import { type Figure, median, percentile, report } from './figures.ts'
import { redactorFigures } from './redactor.ts'
import { parkedFigures, runJournalFigures } from './run-journal.ts'
import { storeFigures } from './store/figures.ts'
import { triggerFigures } from './triggers.ts'
import { vaultFigures } from './vault.ts'
import { windowFigures } from './window.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const STARTS = 6
const RUNS = 25

/**
 * Private memory of a process in MB, from the kernel's own account; Linux only. Dirty pages are what the process itself needs; clean ones are
 * Node's own binary, private only for as long as no second Node runs on the machine.
 */
function privateMb(pid: number): { readonly dirty: number; readonly all: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const mb = (kind: string): number => Number(new RegExp(`^Private_${kind}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024
  return { dirty: mb('Dirty'), all: mb('Dirty') + mb('Clean') }
}

/** A Node process that only listens: the floor under any engine. */
function bareListenMs(): Promise<number> {
  const begun = performance.now()
  const child = spawn(process.execPath, ['-e', 'require("http").createServer().listen(0,"127.0.0.1",()=>{console.log("up")})'])
  return new Promise((resolve) => {
    child.stdout.once('data', () => {
      resolve(performance.now() - begun)
      child.kill()
    })
  })
}

async function coldStarts(): Promise<Figure[]> {
  const data = await mkdtemp(join(tmpdir(), 'troupe-bench-'))
  const first: number[] = []
  const ours: number[] = []
  const answered: number[] = []
  const bare: number[] = []
  const memory: { readonly dirty: number; readonly all: number }[] = []
  for (let i = 0; i < STARTS; i += 1) {
    bare.push(await bareListenMs())
    // The same folder each time: the first start of all fills the compile cache, as a person's first one does.
    const engine = await startTestEngine({ from: 'bundle', data })
    const listening = performance.now()
    await engine.client.engine.status({})
    answered.push(engine.connectedMs + performance.now() - listening)
    if (i > 0) ours.push(engine.listeningMs)
    else first.push(engine.listeningMs)
    await new Promise((resolve) => setTimeout(resolve, 4500)) // idle, with its warm thread started
    if (engine.child.pid && existsSync('/proc/self/smaps_rollup')) memory.push(privateMb(engine.child.pid))
    await engine.stop({ keep: true })
  }
  await rm(data, { recursive: true, force: true })
  const figures: Figure[] = [
    { name: 'engine start to listening', value: median(ours), unit: 'ms', peer: { name: 'bare Node server', value: median(bare) } },
    { name: 'engine start to listening, the very first', value: median(first), unit: 'ms' },
    { name: 'engine start to first answer', value: median(answered), unit: 'ms' },
  ]
  if (memory.length > 0) {
    figures.push(
      { name: 'engine idle private memory, dirty', value: median(memory.map(({ dirty }) => dirty)), unit: 'MB' },
      { name: 'engine idle private memory, with clean pages', value: median(memory.map(({ all }) => all)), unit: 'MB' },
    )
  }
  return figures
}

function commandDoc(name: string, script: string, concurrency = 4) {
  return personaDoc.parse({
    name,
    body: { kind: 'command', program: '{{troupe.node}}', args: ['-e', script], stdin: 'none' },
    limits: { concurrency, outputBytes: 256 * 1024 * 1024 },
  })
}

async function firstOutput(engine: TestEngine): Promise<Figure[]> {
  // A shell's echo: the child itself costs almost nothing, so what is measured is Troupe.
  const doc = personaDoc.parse({ name: 'Bench echo', body: { kind: 'command', program: '/bin/echo', args: ['hello'], stdin: 'none' } })
  const persona = await engine.client.persona.create({ doc, message: '' })
  const ours: number[] = []
  const bare: number[] = []
  for (let i = 0; i < RUNS; i += 1) {
    const direct = performance.now()
    await new Promise<void>((resolve) => spawn('/bin/echo', ['hello']).stdout.once('data', () => resolve()))
    bare.push(performance.now() - direct)
    const begun = performance.now()
    const run = await engine.client.run.start({ personaId: persona.id })
    let seen = false
    for await (const batch of await engine.client.run.follow({ id: run.id, fromSeq: 1 })) {
      if (!seen && batch.events.some((event: RunEvent) => event.kind === 'output')) {
        ours.push(performance.now() - begun)
        seen = true
      }
    }
  }
  return [
    { name: 'run request to first output', value: median(ours), unit: 'ms', peer: { name: 'bare spawn', value: median(bare) } },
    { name: 'run request to first output, p99', value: percentile(ours, 0.99), unit: 'ms' },
  ]
}

async function events(engine: TestEngine): Promise<Figure[]> {
  const lines = 200_000
  const persona = await engine.client.persona.create({
    doc: commandDoc(
      'Bench flood',
      `let i=0;const go=()=>{while(i<${lines}){if(!process.stdout.write('line '+(i++)+' of the flood, long enough to look like a log line\\n'))return process.stdout.once('drain',go)}};go()`,
    ),
    message: '',
  })
  const run = await engine.client.run.start({ personaId: persona.id })
  const begun = performance.now()
  const lags: number[] = []
  let seen = 0
  let bytes = 0
  for await (const batch of await engine.client.run.follow({ id: run.id, fromSeq: 1 })) {
    const now = Date.now()
    for (const event of batch.events) {
      if (event.kind !== 'output') continue
      lags.push(now - event.at)
      seen += event.text.split('\n').length - 1
      bytes += event.text.length
    }
  }
  const seconds = (performance.now() - begun) / 1000
  if (seen !== lines) throw new Error(`the client saw ${seen} of ${lines} lines`)
  return [
    { name: 'lines a second to a client', value: lines / seconds, unit: 'lines/s' },
    { name: 'output a second to a client', value: bytes / seconds / 1e6, unit: 'MB/s' },
    { name: 'engine to client, p99', value: percentile(lags, 0.99), unit: 'ms' },
  ]
}

/** gzip bytes of what the first screen loads: the scripts and styles that index.html names. */
function firstLoadKb(): number {
  const folder = join(ROOT, 'dist/window')
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="\.?\/?([^"]+\.(?:js|css))"/g)].map((match) => match[1] ?? '')
  return named.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0) / 1000
}

function windowKb(): number {
  const assets = join(ROOT, 'dist/window/assets')
  return readdirSync(assets).reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0) / 1000
}

const figures: Figure[] = []
figures.push(
  { name: 'window first load, gzipped', value: firstLoadKb(), unit: 'kB' },
  { name: 'window in all, gzipped', value: windowKb(), unit: 'kB' },
)
figures.push(...(await coldStarts()))
figures.push(...(await vaultFigures()), ...(await triggerFigures()))
figures.push(...(await storeFigures()))
figures.push(...(await runJournalFigures()), ...(await parkedFigures()))
figures.push(...(await redactorFigures()))
const engine = await startTestEngine({ from: 'bundle' })
try {
  figures.push(...(await firstOutput(engine)), ...(await events(engine)), ...(await windowFigures(engine)))
} finally {
  await engine.stop()
}

const broken = report(figures, join(ROOT, 'build/budgets.json'))
console.log(broken === 0 ? '\nWithin every budget.' : `\n${broken} over budget.`)
process.exitCode = broken === 0 ? 0 : 1
