/** The engine itself: run it here, look at it, show its window, stop it, look at what this machine has. */
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { EngineStatus, PreflightItem } from '#contract'
import { EXIT, LIMITS } from '#contract/plain'
import { TroupeError } from '#core'
import { Unreachable, WrongUse } from '../failure.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { ago, bytes, count, facts } from '../show/words.ts'
import { wrap } from '../show/wrap.ts'

const NONE_RUNS = {
  message: 'No engine runs on this data folder.',
  hint: 'Commands that need one start it; troupe engine runs one in this terminal.',
}

/** In this terminal, until it is told to stop. The exit code is the process's own, set when it ends. */
export async function runEngine(
  session: Session,
  options: { readonly port?: number; readonly unlock: boolean; readonly safeMode: boolean },
): Promise<void> {
  const { io } = session
  if (await session.running()) {
    session.close()
    throw new TroupeError('CONFLICT', `An engine runs on this data folder already: ${(await session.reach()).places.dataDir}`, {
      hint: 'troupe status tells about it; troupe stop ends it; --data gives this one a folder of its own.',
    })
  }
  const [{ startEngine }, { runAsProgram }] = await Promise.all([import('../../main.ts'), import('#core/node')])
  const sink = (line: { readonly level: string; readonly room: string; readonly message: string }) => {
    if (line.level === 'warn' || line.level === 'error') void io.err(`${line.room}: ${line.message}\n`)
  }
  await runAsProgram<import('../../main.ts').Engine>(async (before) => {
    const port = options.port === undefined ? {} : { port: options.port }
    const passphrase = options.unlock ? () => askPassphrase(session) : undefined
    const engine = await startEngine({
      ...{
        data: (await session.reach()).places.dataDir,
        headless: true,
        announce: session.json,
        sink,
        before,
        passphrase,
        safeMode: options.safeMode,
      },
      ...port,
    })
    if (!session.json) {
      await io.out(`Troupe's engine runs: process ${process.pid}, data in ${engine.places.dataDir}\n`)
      await io.err(io.paint.err.dim('Ctrl+C stops it. In another terminal: troupe open shows the window.\n'))
    }
    return engine
  })
}

/** Standard input is left alone afterwards: an open pipe would keep the process. */
async function askPassphrase({ io }: Session): Promise<string> {
  const { askSecret } = await import('../ask-secret.ts')
  try {
    return await askSecret(io, "The vault's passphrase")
  } finally {
    process.stdin.destroy()
  }
}

export async function status(session: Session): Promise<number> {
  const engine = await session.running()
  if (!engine) {
    const { places } = await session.reach()
    await session.print({ running: false, dataFolder: places.dataDir }, () => `No engine runs on ${places.dataDir}.\n`)
    return EXIT.unreachable
  }
  const found = await engine.engine.status()
  await session.print({ running: true, ...found }, (value) => statusWords(value, session))
  return EXIT.ok
}

function statusWords(found: EngineStatus, session: Session): string {
  const { out } = session.io.paint
  const { running, queued } = found.runs
  const pairs = [
    ['Version', `${found.version}, protocol ${found.protocol.join('.')}, Node ${found.node.replace(/^v/, '')}`],
    ['Process', `${found.pid}, started ${ago(found.startedAt)}, ${bytes(found.memoryBytes.rss)} of memory`],
    ['Personas', count(found.personas)],
    ['Runs', `${running} running, ${queued} queued`],
    ['Window', found.window === 'none' ? 'none' : found.window],
    ['Connected', count(found.clients)],
    ['Data', found.dataFolder],
    ['Store', storeWords(found.store)],
    ['Socket', found.socketPath],
  ] as const
  return `${out.green('●')} The engine runs.\n\n${facts(pairs, out.dim, session.io.columns)}`
}

function storeWords(store: EngineStatus['store']): string {
  const size = `${bytes(store.databaseBytes)}, journal ${bytes(store.journalBytes)}`
  return store.state === 'ok' ? size : `${size}; refuses writes: ${store.reason ?? 'no reason was given'}`
}

/** A Neutralino window belongs to its engine; any other is opened from here, where the display is. */
export async function open(session: Session, options: { readonly print: boolean }): Promise<number> {
  const engine = await session.engine()
  if (options.print) {
    const link = await engine.engine.link()
    await session.print(link, ({ url }) => `${url}\n`)
    return EXIT.ok
  }
  const { makeWindowOpener, openedLine } = await import('../open/mod.ts')
  const opened = await showWindow(session, engine, makeWindowOpener)
  await session.print(opened, () => `${openedLine(opened)}${opened.url === null ? '' : `\n${linkWords(opened.url)}`}\n`)
  return EXIT.ok
}

/** The link stands alone on its line, to be taken whole. */
export function linkWords(url: string): string {
  return `Open this link, once, within ${LIMITS.linkTtlMs / 1000} seconds:\n${url}`
}

async function showWindow(
  session: Session,
  engine: import('../link/connect.ts').Engine,
  makeOpener: typeof import('../open/mod.ts').makeWindowOpener,
): Promise<import('../open/mod.ts').Opened> {
  if ((await engine.engine.status()).window === 'neutralino') return engine.engine.open()
  const [{ places, layout }, { systemClock }, link] = await Promise.all([session.reach(), import('#core/node'), engine.engine.link()])
  const opener = makeOpener({
    clock: systemClock,
    rootDir: layout.root,
    dataDir: places.dataDir,
    runtimeDir: places.runtimeDir,
    env: session.io.env,
  })
  return opener.open(() => link.url)
}

/** Ends when the engine is gone: its socket no longer answers and its process has left. */
export async function stop(session: Session): Promise<number> {
  const engine = await session.running()
  if (!engine) {
    await session.print({ stopped: false, running: false }, () => `${NONE_RUNS.message}\n`)
    return EXIT.unreachable
  }
  const { pid, runs } = await engine.engine.status()
  await engine.engine.stop()
  session.close()
  const { places } = await session.reach()
  const gone = () => !existsSync(places.infoPath) && !alive(pid)
  for (const late = performance.now() + LIMITS.stopGraceMs + 5_000; !gone(); await pause(25)) {
    if (performance.now() > late)
      throw new Unreachable(
        `The engine (process ${pid}) was told to stop and is still there.`,
        'Its log says why; end the process if it does not go.',
      )
  }
  const cut =
    runs.running > 0 ? ` ${runs.running === 1 ? 'One run was' : `${runs.running} runs were`} under way and ended as incomplete.` : ''
  await session.print({ stopped: true, pid, runs }, () => `The engine stopped.${cut}\n`)
  return EXIT.ok
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Exit code 1 when something needed is missing; what is merely not there (an optional program) does not count. */
/** `checks`: only these, by id as `--json` has it. */
export async function doctor(session: Session, checks: readonly string[]): Promise<number> {
  const engine = await session.engine()
  const items = await engine.engine.preflight(checks.length === 0 ? {} : { ids: [...checks] })
  const unknown = checks.find((id) => !items.some((item) => item.id === id))
  if (unknown !== undefined) {
    const all = (await engine.engine.preflight({})).map(({ id }) => id)
    throw new WrongUse(`There is no check "${unknown}".`, `There are: ${all.join(', ')}.`)
  }
  await session.print(items, () => doctorWords(items, session))
  return items.some(({ state }) => state === 'warning' || state === 'blocked') ? EXIT.failed : EXIT.ok
}

function doctorWords(items: readonly PreflightItem[], session: Session): string {
  const { columns, paint } = session.io
  const { green, yellow, red, dim } = paint.out
  const signs: Record<PreflightItem['state'], string> = {
    ok: green('✓'),
    warning: yellow('!'),
    blocked: red('✗'),
    missing: dim('–'),
    'not-checked': dim('?'),
  }
  const width = Math.max(0, ...items.map((item) => item.title.length))
  const indent = width + 4
  return items
    .map((item) => {
      const todo = item.todo === '' || item.state === 'ok' ? '' : `\n${' '.repeat(indent)}${dim(wrap(item.todo, columns, indent))}`
      return `${signs[item.state]} ${item.title.padEnd(width)}  ${wrap(item.found, columns, indent)}${todo}\n`
    })
    .join('')
}

export async function licences(session: Session): Promise<number> {
  const engine = await session.engine()
  const rows = await engine.engine.licences()
  await session.print(rows, () =>
    table(
      [{ title: 'Package' }, { title: 'Version' }, { title: 'Licence' }],
      rows.map(({ name, version, licence }) => [name, version, licence]),
      {
        width: session.io.columns,
        dim: session.io.paint.out.dim,
      },
    ),
  )
  return EXIT.ok
}
