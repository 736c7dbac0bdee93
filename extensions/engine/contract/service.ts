/** Services: long-lived programs that personas need, how they are to be kept, and how they are just now. */
import { z } from 'zod'
import { credentialName } from './credential.ts'
import { LIMITS } from './limits.ts'
import { SERVICE_DESIRED, SERVICE_LIMITS, SERVICE_LOG_LEVELS, SERVICE_REASONS, SERVICE_STATES } from './service-limits.ts'

/** A short name by which people and other services call it. */
export const serviceId = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'an id starts with a letter and has at most 32 of a-z, 0-9 and -')
const port = z.int().min(1).max(65_535)
const seconds = (least: number, most: number) => z.number().min(least).max(most)
/** Probes go to this machine alone. */
const localUrl = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine(
    (url) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname),
    'a probe asks this machine: localhost, 127.0.0.1 or [::1]',
  )
const program = z.string().trim().min(1).max(1000)
const args = z.array(z.string().max(10_000)).max(100).default([])

export const serviceReadiness = z.discriminatedUnion('kind', [
  /** As soon as its program runs. */
  z.strictObject({ kind: z.literal('started') }),
  /** It takes connections at this port of 127.0.0.1 or ::1. */
  z.strictObject({ kind: z.literal('port'), port }),
  /** It answers a GET with a status from 200 to 399. */
  z.strictObject({ kind: z.literal('http'), url: localUrl }),
  /** A line of its standard output or standard error has this text in it. */
  z.strictObject({ kind: z.literal('line'), text: z.string().min(1).max(500) }),
  /** It writes the line READY=1 to the file descriptor that TROUPE_NOTIFY_FD names (always 3), as sd_notify(3) words it. */
  z.strictObject({ kind: z.literal('notify') }),
])
export type ServiceReadiness = z.infer<typeof serviceReadiness>

export const serviceProbe = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('port'), port }),
  z.strictObject({
    kind: z.literal('http'),
    url: localUrl,
    /** The answer has this text in its first 64 kB; empty: any. */ text: z.string().max(500).default(''),
  }),
  /** It ends with exit code 0; it gets the service's folder and environment. */
  z.strictObject({ kind: z.literal('command'), program, args }),
])
export type ServiceProbe = z.infer<typeof serviceProbe>

export const serviceDoc = z.strictObject({
  id: serviceId,
  label: z.string().trim().min(1).max(LIMITS.nameChars),
  /** on: it runs whenever Troupe does. on-demand: when it is needed, and until nobody uses it. */
  desired: z.enum(SERVICE_DESIRED).default('off'),
  /** A program on the PATH, an absolute path, or `{{troupe.node}}` for the Node that runs Troupe. Never a shell line. */
  program,
  args,
  /** Working folder; empty: a folder of the service's own. */
  cwd: z.string().max(4000).default(''),
  /** Added to a small base environment. Not for secrets: those come from credentials. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(10_000)).default({}),
  /** Lent to it while it runs, as variables. */
  credentials: z.array(credentialName).max(10).default([]),
  /** Ports that it listens on: they must be free before it is started, and connections to them count as use. */
  ports: z.array(port).max(10).default([]),
  /** Services that must be ready before it is started. */
  needs: z.array(serviceId).max(SERVICE_LIMITS.needs).default([]),
  readiness: serviceReadiness.default({ kind: 'started' }),
  /** From its start until it is ready. */
  readySeconds: seconds(0.1, 3600).default(30),
  /** Whether it does its work, and not only lives; null: it is not asked. */
  health: serviceProbe.nullable().default(null),
  healthEverySeconds: seconds(0.1, 3600).default(10),
  healthTimeoutSeconds: seconds(0.1, 300).default(5),
  /** The first failure makes it degraded; so many in a row, and it is started anew. */
  healthFailures: z.int().min(1).max(100).default(3),
  /** What it is told to end by; after `stopSeconds` its whole tree is killed. Windows: its tree is killed at once. */
  stopSignal: z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP']).default('SIGTERM'),
  stopSeconds: seconds(0, 300).default(5),
  /** When it is started again after an end by itself. on-failure: unless its exit code was 0. */
  restart: z.enum(['always', 'on-failure', 'never']).default('always'),
  /** Megabytes (1,048,576 bytes) of its whole tree; null: not watched. */
  memoryMb: z.int().min(1).max(4_194_304).nullable().default(null),
  /** Percent of one processor, of its whole tree; null: not watched. */
  cpuPercent: z.int().min(1).max(100_000).nullable().default(null),
  /** Only what lasts so long counts. */
  limitSeconds: seconds(0, 3600).default(10),
  /** What is done about it. warn: it counts as degraded until it takes less. */
  limitAction: z.enum(['warn', 'restart', 'stop']).default('restart'),
  /** On demand: seconds without anybody who needs it and without connections to its ports, after which it is stopped. */
  idleSeconds: seconds(1, 86_400).default(300),
})
export type ServiceDoc = z.infer<typeof serviceDoc>
export type ServiceDocInput = z.input<typeof serviceDoc>

/** One look at what a service's whole tree takes. */
export const serviceLook = z.object({
  at: z.int(),
  memoryBytes: z.int(),
  /** Of one processor. */ cpuPercent: z.number(),
  processes: z.int(),
})
export type ServiceLook = z.infer<typeof serviceLook>

export const serviceStanding = z.object({
  state: z.enum(SERVICE_STATES),
  /** Since when, milliseconds since 1970; null: it was not moved since the engine started. */
  since: z.int().nullable(),
  reason: z.enum(SERVICE_REASONS).nullable(),
  /** The particulars of the reason; empty without one. */
  message: z.string(),
  pid: z.int().nullable(),
  /** Since when its program runs. */
  startedAt: z.int().nullable(),
  /** When it is tried again, while it waits for that. */
  retryAt: z.int().nullable(),
  starts: z.int(),
  /** Ends by itself that count just now; more than SERVICE_LIMITS.budgetEnds, and it is given up. */
  ends: z.int(),
  lastFailure: z.object({ at: z.int(), reason: z.enum(SERVICE_REASONS), message: z.string() }).nullable(),
  /** What it said of itself by STATUS= at its notify descriptor. */
  status: z.string(),
  /** Who needs it: other services, or what asked for it. */
  usedBy: z.array(z.string()),
  /** The last looks, oldest first. */
  looks: z.array(serviceLook),
  /** Lines that were not kept, since the engine started. */
  droppedLines: z.int(),
})
export type ServiceStanding = z.infer<typeof serviceStanding>

export const serviceRow = z.object({ doc: serviceDoc, standing: serviceStanding, createdAt: z.int(), updatedAt: z.int() })
export type ServiceRow = z.infer<typeof serviceRow>

export const serviceLogLine = z.object({
  /** Ascending within a service. */
  seq: z.int(),
  at: z.int(),
  /** Guessed from the line. */
  level: z.enum(SERVICE_LOG_LEVELS),
  /** Its standard output, its standard error, or Troupe about it. */
  from: z.enum(['out', 'err', 'troupe']),
  text: z.string(),
})
export type ServiceLogLine = z.infer<typeof serviceLogLine>
