/** The engine about itself: status, what changes, preflight, settings, what the window remembers. */
import { z } from 'zod'
import { LIMITS } from './limits.ts'
import { CHANGE_TOPICS } from './words.ts'

export const engineStatus = z.object({
  version: z.string(),
  build: z.string(),
  protocol: z.tuple([z.int(), z.int()]),
  node: z.string(),
  pid: z.int(),
  platform: z.string(),
  startedAt: z.int(),
  dataFolder: z.string(),
  socketPath: z.string(),
  port: z.int(),
  clients: z.int(),
  runs: z.object({ running: z.int(), queued: z.int() }),
  personas: z.int(),
  store: z.object({
    databaseBytes: z.int(),
    journalBytes: z.int(),
    lastSnapshotAt: z.int().nullable(),
    state: z.enum(['ok', 'refusing']),
    reason: z.string().nullable(),
  }),
  memoryBytes: z.object({ rss: z.int(), heap: z.int() }),
  /** Which window stands: neutralino, chromium app window, browser, none. */
  window: z.enum(['neutralino', 'app-window', 'browser', 'none']),
})
export type EngineStatus = z.infer<typeof engineStatus>

/** Something changed: read it again. `reset`: too much happened since `fromSeq`, read everything again. */
export const change = z.object({
  seq: z.int(),
  topic: z.enum(CHANGE_TOPICS),
  id: z.string(),
  what: z.string(),
})
export type Change = z.infer<typeof change>
export const changeBatch = z.object({
  /** Random for each start of the engine: numbers of another epoch mean nothing. */
  epoch: z.string(),
  changes: z.array(change),
})
export type ChangeBatch = z.infer<typeof changeBatch>

export const preflightItem = z.object({
  id: z.string(),
  title: z.string(),
  /** blocked: Troupe cannot work like that. missing: not there, and only needed for what the finding names. */
  state: z.enum(['ok', 'warning', 'blocked', 'missing', 'not-checked']),
  found: z.string(),
  /** What to do when it is not ok; empty when there is nothing to do. */
  todo: z.string(),
})
export type PreflightItem = z.infer<typeof preflightItem>

/** What may be changed, one field at a time (no defaults here: a patch must not reset what it does not name). */
export const settingsPatch = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).optional(),
  contrast: z.enum(['system', 'normal', 'high']).optional(),
  motion: z.enum(['system', 'full', 'reduced']).optional(),
  /** Runs at the same time, of all personas. */
  maxRuns: z.int().min(1).max(256).optional(),
  /** Runs that may wait; one more is refused with FULL. */
  maxQueued: z.int().min(1).max(100_000).optional(),
  /** Threads that host runs. */
  runThreads: z.int().min(1).max(32).optional(),
  /** The same tool call with the same result so often in a row parks a run and asks; 0: never. */
  loopRepeats: z.int().min(LIMITS.loopRepeats.min).max(LIMITS.loopRepeats.max).optional(),
  /** Hours between two backups of the database; 0: only on request. */
  backupHours: z.int().min(0).max(8760).optional(),
  /** Backups on schedule that are kept; older ones are removed. */
  backupsKept: z.int().min(1).max(365).optional(),
  /** Days after which an ended run is removed, with its files; 0: never. */
  runsKeptDays: z.int().min(0).max(36_500).optional(),
  /** Megabytes that the files of ended runs may take together; the oldest go first. 0: no limit. */
  runsKeptMb: z.int().min(0).max(100_000_000).optional(),
  /** What holds for a tool call that no rule fits: what a persona was given it may use, only what can be repeated, or nothing unasked. */
  approvals: z.enum(['allow', 'ask-unsafe', 'ask']).optional(),
  /** Whether runs that failed for a passing reason are tried again by themselves. */
  healing: z.enum(['on', 'off']).optional(),
  /** May a model be asked to propose a change of a persona that fails again and again? Which, as provider/model; empty: no. */
  healWith: z.string().max(240).optional(),
  /** Days after which an event of the bus is removed, when all its deliveries have ended. */
  eventsKeptDays: z.int().min(1).max(3650).optional(),
  /** Megabytes that events may take in the database; the oldest go first. */
  eventsKeptMb: z.int().min(1).max(10_000).optional(),
  /** First run: done, or left (it can be opened again). */
  firstRun: z.enum(['new', 'left', 'done']).optional(),
})
export type SettingsPatch = z.infer<typeof settingsPatch>
export const settings = settingsPatch.required()
export type Settings = z.infer<typeof settings>
/** Sixteen runs on two threads: a run mostly waits for a model or a child, so cores do not bound it. */
export const SETTINGS_DEFAULTS: Settings = {
  theme: 'system',
  contrast: 'system',
  motion: 'system',
  maxRuns: 16,
  maxQueued: 1000,
  runThreads: 2,
  loopRepeats: LIMITS.loopRepeats.default,
  backupHours: 24,
  backupsKept: 7,
  runsKeptDays: 0,
  runsKeptMb: 0,
  approvals: 'allow',
  healing: 'on',
  healWith: '',
  eventsKeptDays: 30,
  eventsKeptMb: 100,
  firstRun: 'new',
}

export const memoryKey = z.string().min(1).max(LIMITS.memoryKeyChars)

export const clientRow = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.int(),
  lastUsedAt: z.int().nullable(),
  expiresAt: z.int().nullable(),
  connected: z.boolean(),
})
export type ClientRow = z.infer<typeof clientRow>

export const licenceRow = z.object({ name: z.string(), version: z.string(), licence: z.string() })
export type LicenceRow = z.infer<typeof licenceRow>
