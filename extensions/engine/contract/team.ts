/**
 * The team document: a graph of nodes and links, as it is drawn, kept in revisions, run, and exchanged. Strict: an unknown
 * field is refused by name. It stays close to n8n's workflow JSON, so that what was imported can be handed back unchanged:
 * `parameters` are n8n's own, and what Troupe has no word for lies in `origin`.
 */
import { z } from 'zod'
import { LIMITS } from './limits.ts'

/** Our words for the nodes that Troupe runs by itself, and for the three that stand for something else. */
export const NODE_KINDS = [
  // Stand for something else: a persona, another team, and a node that Troupe cannot run (it says what is missing).
  'persona',
  'subTeam',
  'placeholder',
  // Starts.
  'manualStart',
  'scheduleStart',
  'webhookStart',
  'formStart',
  'chatStart',
  'subTeamStart',
  'errorStart',
  // The twelve that are 88 % of real use.
  'code',
  'set',
  'if',
  'merge',
  'wait',
  'loop',
  'splitOut',
  'switch',
  'respond',
  'aggregate',
  'filter',
  'noOp',
  // Lists.
  'sort',
  'limit',
  'summarize',
  'removeDuplicates',
  'compare',
  'rename',
  'itemLists',
  // Values and texts.
  'dateTime',
  'crypto',
  'html',
  'htmlExtract',
  'xml',
  'markdown',
  // Files.
  'extractFromFile',
  'convertToFile',
  'spreadsheet',
  'moveBinary',
  'fileReadWrite',
  // The world, and the run itself.
  'http',
  'stopWithError',
  'runData',
  'emit',
  'function',
  'functionItem',
  'note',
] as const
export type NodeKind = (typeof NODE_KINDS)[number]

export const ON_ERROR = ['stop', 'continue', 'errorOutput'] as const
/** orchestrator: hands tasks to its workers at run time. reviewer: sends work back by its feedback link. router: chooses the link. */
export const TEAM_ROLES = ['orchestrator', 'worker', 'reviewer', 'router'] as const
export const LINK_ROLES = ['sequential', 'conditional', 'parallel', 'feedback'] as const

const nodeId = z.string().min(1).max(LIMITS.teamIdChars)
const nodeName = z.string().min(1).max(LIMITS.teamNodeNameChars)
const object = z.record(z.string(), z.unknown())

/** One item on a wire, with n8n's field names, since expressions read them. */
export const teamItem = z.strictObject({
  json: object,
  binary: z.record(z.string(), object).optional(),
  pairedItem: z.unknown().optional(),
  error: z.unknown().optional(),
})
export type TeamItem = z.infer<typeof teamItem>

export const teamNode = z.strictObject({
  id: nodeId,
  /** Unique within the team: expressions name nodes by it. */
  name: nodeName,
  kind: z.enum(NODE_KINDS),
  /** The version of the kind whose rules and defaults hold: n8n's `typeVersion`. */
  version: z.number().min(0).max(1_000).default(1),
  /** As the person filled them in; what is absent has the default of that version. */
  parameters: object.default({}),
  position: z.strictObject({ x: z.number(), y: z.number() }).default({ x: 0, y: 0 }),
  /** Passes its first input through to its first output. */
  disabled: z.boolean().default(false),
  /** Gives one empty item where it would give none. */
  alwaysOutput: z.boolean().default(false),
  /** Sees only the first item of each input. */
  executeOnce: z.boolean().default(false),
  retry: z
    .strictObject({
      /** Tries in all, the first one included. */
      maxTries: z.int().min(2).max(5).default(3),
      waitMs: z.int().min(0).max(5_000).default(1_000),
    })
    .nullable()
    .default(null),
  onError: z.enum(ON_ERROR).default('stop'),
  /** What the person wrote about it. */
  notes: z.string().max(LIMITS.sectionChars).default(''),
  notesShown: z.boolean().default(false),
  /** The persona of a `persona` node, by id, and the team of a `subTeam` node. */
  refersTo: z.string().max(LIMITS.teamIdChars).nullable().default(null),
  /** Names of credentials by connector kind; never values. */
  credentials: z.record(z.string(), z.string().max(LIMITS.teamNodeNameChars)).default({}),
  /** What a persona is to the others of its team; for `persona` nodes. */
  role: z.enum(TEAM_ROLES).optional(),
  /** What an import found and Troupe has no word for, so that an export hands it back. */
  origin: z
    .strictObject({ format: z.literal('n8n'), type: z.string().max(200), rest: object.default({}) })
    .nullable()
    .default(null),
})
export type TeamNode = z.infer<typeof teamNode>

export const teamLink = z.strictObject({
  from: z.strictObject({ node: nodeId, output: z.int().min(0).max(LIMITS.teamPorts).default(0) }),
  to: z.strictObject({ node: nodeId, input: z.int().min(0).max(LIMITS.teamPorts).default(0) }),
  /** `main` carries items. Every other kind hands a part to a persona (a model, a tool, a memory …) and carries none. */
  kind: z.string().min(1).max(60).default('main'),
  role: z.enum(LINK_ROLES).default('sequential'),
  /** For `conditional`: an expression over each item. An item for which it is not exactly true, or cannot be judged, does not pass. */
  condition: z.string().max(LIMITS.sectionChars).optional(),
  /** For `feedback`: how often it may carry items in one run. Default LIMITS.teamRounds. */
  rounds: z.int().min(1).max(1_000).optional(),
})
export type TeamLink = z.infer<typeof teamLink>

export const teamNote = z.strictObject({
  id: nodeId,
  name: z.string().max(LIMITS.teamNodeNameChars).default(''),
  text: z.string().max(LIMITS.sectionChars).default(''),
  position: z.strictObject({ x: z.number(), y: z.number() }).default({ x: 0, y: 0 }),
  width: z.number().min(0).default(240),
  height: z.number().min(0).default(160),
  colour: z
    .union([z.int(), z.string().max(40)])
    .nullable()
    .default(null),
  origin: object.nullable().default(null),
})
export type TeamNote = z.infer<typeof teamNote>

export const teamSettings = z.strictObject({
  /** `v1`: depth first, by position on the canvas. `v0`: breadth first, in the order of the links; starved inputs are fed. */
  executionOrder: z.enum(['v0', 'v1']).default('v1'),
  /** IANA name; null means the machine's. */
  timeZone: z.string().max(60).nullable().default(null),
  /** The team that is told when a run of this one fails. */
  errorTeam: z.string().max(LIMITS.teamIdChars).nullable().default(null),
  /** Node runs of one run of the team, loops included. */
  maxSteps: z.int().min(1).max(LIMITS.teamSteps.max).default(LIMITS.teamSteps.default),
  /** What orchestrators of this team may hand out in one run; shown before a fan-out starts. */
  delegation: z
    .strictObject({
      /** How deep a task may be handed on. */
      depth: z.int().min(1).max(10).default(2),
      /** Tasks of one fan-out. */
      width: z.int().min(1).max(100).default(8),
      /** US dollars of all that was handed out; null: no limit of its own. */
      costUsd: z.number().min(0).nullable().default(null),
    })
    .optional(),
  /** HTTP nodes may reach addresses that are not public (this machine, the local network). */
  allowPrivate: z.boolean().optional(),
  rest: object.default({}),
})
export type TeamSettings = z.infer<typeof teamSettings>

export const teamDocument = z.strictObject({
  name: z.string().min(1).max(LIMITS.teamNodeNameChars),
  summary: z.string().max(LIMITS.sectionChars).default(''),
  nodes: z.array(teamNode).max(LIMITS.teamNodes).default([]),
  /** In order: within one output the order is what execution order v0 follows. */
  links: z.array(teamLink).max(LIMITS.teamLinks).default([]),
  notes: z.array(teamNote).max(LIMITS.teamNodes).default([]),
  settings: teamSettings.prefault({}),
  /** Sample items by node id: in a test run the node gives these and is not run. */
  pinned: z.record(z.string(), z.array(teamItem)).default({}),
  tags: z.array(z.string().max(LIMITS.tagChars)).max(LIMITS.tags).default([]),
  origin: object.nullable().default(null),
})
export type TeamDocument = z.infer<typeof teamDocument>
/** As written in a file: what has a default may be absent. */
export type TeamDraft = z.input<typeof teamDocument>

/** A team in the list: everything but the graph. */
export const teamCard = z.object({
  id: z.string(),
  revision: z.int(),
  name: z.string(),
  summary: z.string(),
  tags: z.array(z.string()),
  nodes: z.int(),
  personas: z.int(),
  /** Nodes that stand there and do not run. */
  placeholders: z.int(),
  /** What may start it, by kind. */
  starts: z.array(z.string()),
  imported: z.boolean(),
  archivedAt: z.int().nullable(),
  /** Whether its triggers may start it. By hand it can always be run. Imported teams are not active by themselves. */
  active: z.boolean(),
  createdAt: z.int(),
  updatedAt: z.int(),
})
export type TeamCard = z.infer<typeof teamCard>

export const teamRow = z.object({
  id: z.string(),
  /** Number of the revision that `doc` is, from 1: the current one unless another was asked for. */
  revision: z.int(),
  doc: teamDocument,
  archivedAt: z.int().nullable(),
  active: z.boolean(),
  imported: z.boolean(),
  createdAt: z.int(),
  updatedAt: z.int(),
})
export type TeamRow = z.infer<typeof teamRow>

export const teamRevisionRow = z.object({
  teamId: z.string(),
  number: z.int(),
  message: z.string(),
  createdAt: z.int(),
  restoredFrom: z.int().nullable(),
})
export type TeamRevisionRow = z.infer<typeof teamRevisionRow>

/** What removing a team would take with it, and who would miss it. */
export const teamRadius = z.object({
  runs: z.int(),
  running: z.int(),
  queued: z.int(),
  revisions: z.int(),
  /** Teams that start it as a sub-team, or tell it of their failures. */
  usedBy: z.array(z.object({ id: z.string(), name: z.string() })),
})
export type TeamRadius = z.infer<typeof teamRadius>

/** What became of one run of a node in a team's run, as its step tells it. */
export const teamStep = z.object({
  node: z.string(),
  nodeId: z.string(),
  /** Which run of this node it is, from 0; null: it gave nothing at all. */
  run: z.int().nullable(),
  itemsIn: z.int(),
  /** Items by output; empty while it runs. */
  items: z.array(z.int()),
  tries: z.int(),
  error: z.object({ name: z.string(), message: z.string(), description: z.string().nullable() }).nullable(),
})
export type TeamStep = z.infer<typeof teamStep>

/** A page of the items that one output of one run of a node gave. */
export const teamItems = z.object({
  items: z.array(teamItem),
  total: z.int(),
  /** What was left out of these items, in words; null: nothing. */
  cut: z.string().nullable(),
})
export type TeamItems = z.infer<typeof teamItems>

/** The body of a team's run: the graph that runs, and how it was asked. */
export const teamBody = z.strictObject({
  kind: z.literal('team'),
  teamId: z.string(),
  team: teamDocument,
  /** Names of nodes: where it begins, and after which it ends. */
  from: nodeName,
  until: nodeName.nullable(),
  /** By hand: pinned nodes give their pinned items. */
  pinned: z.boolean(),
})
export type TeamBody = z.infer<typeof teamBody>
