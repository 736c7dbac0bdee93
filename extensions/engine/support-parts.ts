/** Part of the composition root: what the support bundle tells, by choice of single facts. What is not chosen here is not in it. */
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, stat, writeFile } from 'node:fs/promises'
import { homedir, hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { EngineStatus, PreflightItem, Settings } from '#contract'
import { LIMITS } from '#contract/plain'
import { oneAnswer, type SecretBook, THREAD_LIMITS, TroupeError } from '#core'
import { type Layout, type Places, systemChance, systemClock } from '#core/node'
import type { Models } from './model/mod.ts'
import type { Notify } from './notify/mod.ts'
import type { Personas } from './persona/mod.ts'
import type { Runs } from './run/mod.ts'
import type { Care } from './store/mod.ts'
import { openSupport, type Support, type SupportPart } from './support/mod.ts'
import type { Credentials, Vault } from './vault/mod.ts'

const PACK_MS = 60_000
const PACK_MB = 256
const RUNS = 100

export interface SupportFacts {
  readonly places: Places
  readonly layout: Layout
  readonly book: SecretBook
  readonly ports: { status(): Promise<Omit<EngineStatus, 'port' | 'clients'>>; preflight(): Promise<PreflightItem[]> }
  readonly settings: { readonly current: Settings }
  readonly personas: Personas
  readonly runs: Runs
  readonly models: Models
  readonly vault: Vault
  readonly credentials: () => Promise<Credentials>
  readonly care: Care
  readonly notices: { room(): Promise<Notify> }
}

export function openSupportParts(facts: SupportFacts): Support {
  const { places, layout, book } = facts
  return openSupport({
    clock: systemClock,
    chance: systemChance,
    redactor: book.redactor,
    parts: partsOf(facts),
    names: [
      { word: homedir(), instead: '~' },
      { word: userInfo().username, instead: '(user)' },
      { word: hostname(), instead: '(host)' },
    ].filter(({ word }) => word !== 'root' && word !== 'localhost'),
    pack(files) {
      // Without the environment: it needs none, and keys lie there.
      const worker = new Worker(layout.module('support/zip-thread.ts'), {
        ...{ workerData: files, env: {}, name: 'support', resourceLimits: THREAD_LIMITS },
      })
      return oneAnswer<Uint8Array>(worker, {
        ...{ clock: systemClock, timeoutMs: PACK_MS, mostMb: PACK_MB, work: 'packing the support bundle' },
        late: () => new TroupeError('TIMEOUT', `The support bundle was not packed within ${PACK_MS / 1000} s.`),
        tooLarge: () => new TroupeError('TOO_LARGE', `Packing the support bundle needs more than ${PACK_MB} MB.`),
      })
    },
    digest: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    writeExport: (name, bytes) => writeExport(places.exportsDir, name, bytes),
  })
}

async function writeExport(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(path, bytes, { flag: 'wx', mode: 0o600 })
    return path
  } catch (cause) {
    throw new TroupeError('DISK', `The support bundle could not be written to ${path}.`, {
      cause,
      hint: 'Make room, or try again in a second.',
    })
  }
}

function partsOf(facts: SupportFacts): readonly SupportPart[] {
  const part = (name: string, about: string, read: () => Promise<unknown>): SupportPart => ({ name, about, read })
  const { ports, settings, care, runs, models } = facts
  return [
    part('engine.json', 'Versions, system, memory, and how large the store is.', () => ports.status()),
    part('doctor.json', 'What this machine has, and what it lacks, as troupe doctor tells it.', () => ports.preflight()),
    part('settings.json', 'The settings, as they stand.', async () => settings.current),
    part('store.json', 'Sizes, checks, backups and what was done to the database; none of its contents.', async () => ({
      status: await care.status(),
      files: await care.files(),
      events: await care.events(),
    })),
    part('personas.json', 'Of each persona: what it runs on and may do, its limits and how long its texts are; no name, no text.', () =>
      personaFacts(facts),
    ),
    part('runs.json', `Of the last ${RUNS} runs: states, reasons, times and costs; no input, no result, no output.`, () => runFacts(runs)),
    part('providers.json', 'Of each model provider: its kind, whether its key is there, and what the last probe found.', async () =>
      (await models.list()).map(({ doc, probe, keyPresent }) => ({
        kind: doc.kind,
        keyPresent,
        key: doc.credential ? 'vault' : 'environment',
        probe,
      })),
    ),
    part('vault.json', 'State, ways in, and of each credential its kind, health and age; no name, no value.', () => vaultFacts(facts)),
    part('notifications.json', 'How many were told of each kind, and whether the desktop shows them; no texts.', () => noticeFacts(facts)),
    ...['engine.log', 'engine.1.log'].map((name) =>
      part(`logs/${name}`, 'The last lines of the engine’s log.', () => tailOf(join(facts.places.logDir, name))),
    ),
    part('data-folder.json', 'Names, sizes and permissions of the data folder’s own files; not of workspaces.', () =>
      folderFacts(facts.places),
    ),
  ]
}

async function personaFacts({ personas }: SupportFacts): Promise<unknown> {
  const cards = await personas.list({ archived: false })
  return await Promise.all(
    cards.map(async ({ id }) => {
      const { doc, revision, active } = await personas.get(id)
      const { body, limits, sections, parameters } = doc
      const on =
        body.kind === 'model'
          ? { kind: body.kind, models: body.models.map(({ provider }) => provider), tools: body.tools }
          : { kind: body.kind }
      return {
        id,
        revision,
        active,
        body: on,
        limits,
        sectionChars: sections.map(({ text }) => text.length),
        parameters: parameters.length,
      }
    }),
  )
}

async function runFacts(runs: Runs): Promise<unknown> {
  const { rows, total } = await runs.list({ filter: {}, offset: 0, limit: RUNS })
  return {
    total,
    now: runs.counts(),
    runs: rows.map(
      ({ id, personaId, bodyKind, revision, state, reason, queuedAt, startedAt, endedAt, exitCode, model, usage, costUsd, cutBytes }) => ({
        ...{ id, personaId, bodyKind, revision, state, reason: reason?.code ?? null, queuedAt, startedAt, endedAt },
        ...{ exitCode, model, usage, costUsd, cutBytes },
      }),
    ),
  }
}

async function vaultFacts({ vault, credentials }: SupportFacts): Promise<unknown> {
  const { slots, ...status } = await vault.status()
  const rows = await (await credentials()).list()
  return {
    ...status,
    slots: slots.map(({ kind, createdAt }) => ({ kind, createdAt })),
    audit: await vault.verifyAudit().catch(() => 'not checked'),
    credentials: rows.map(({ connector, health, age, personas, oauth, revokedAt, secretChangedAt }) => ({
      ...{ connector, health: health.state, age, personas, revokedAt, secretChangedAt },
      oauth: oauth?.state ?? null,
    })),
  }
}

async function noticeFacts({ notices }: SupportFacts): Promise<unknown> {
  const room = await notices.room()
  const { rows, unread } = await room.list({ unread: false, offset: 0, limit: LIMITS.pageRows })
  return {
    unread,
    desktop: await room.desktop(),
    told: rows.map(({ kind, count, firstAt, at, readAt }) => ({ kind, count, firstAt, at, readAt })),
  }
}

/** The end of a file, from the beginning of a line. */
async function tailOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined
    throw thrown
  })
  if (!file) return 'There is none.\n'
  try {
    const { size } = await file.stat()
    const from = Math.max(0, size - LIMITS.supportLogBytes)
    const bytes = Buffer.alloc(size - from)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
    const text = bytes.subarray(0, bytesRead).toString()
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1)
  } finally {
    await file.close()
  }
}

async function folderFacts({ dataDir, storeDir, vaultDir, logDir, exportsDir }: Places): Promise<unknown> {
  const found: { name: string; bytes: number; mode: string; changedAt: number }[] = []
  for (const folder of [dataDir, storeDir, vaultDir, logDir, exportsDir]) {
    const names = await readdir(folder).catch(() => [])
    for (const name of names.slice(0, 200)) {
      const path = join(folder, name)
      const { size, mode, mtimeMs } = await stat(path)
      found.push({ name: path.slice(dataDir.length + 1), bytes: size, mode: (mode & 0o777).toString(8), changedAt: Math.round(mtimeMs) })
    }
  }
  return found
}
