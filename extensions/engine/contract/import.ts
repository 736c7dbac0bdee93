/** What an import of n8n workflow JSON would make, and what became of each thing in it. Shown before anything is created. */
import { z } from 'zod'
import { personaDoc } from './persona.ts'
import { teamDocument } from './team.ts'

/** What becomes of one node. */
export const IMPORT_OUTCOMES = [
  'same', // runs as it did
  'differs', // runs, with a difference that is said
  'credential', // runs once a credential is granted
  'persona', // becomes a persona
  'part', // became part of a persona (its model, a tool, its memory)
  'placeholder', // stands there with everything it had, and does not run
  'note', // a note on the canvas
] as const
export type ImportOutcome = (typeof IMPORT_OUTCOMES)[number]

/** What the report says beyond the nodes' own outcomes. */
export const IMPORT_FINDINGS = [
  'mended-file', // the text was no clean JSON, and what was done about it
  'duplicate-name',
  'missing-name',
  'missing-version',
  'missing-position',
  'invalid-node',
  'invalid-parameters',
  'unknown-type',
  'community-type',
  'dangling-connection',
  'connections-keyed-by-id',
  'ambiguous-link',
  'too-many-links',
  'too-many-nodes',
  'empty-code',
  'python-code',
  'code-needs-more',
  'missing-sub-team',
  'secret-in-text',
  'model-filled',
  'environment',
  'order-assumed',
  'pinned',
  'disabled',
  'start-sleeps',
  'no-start',
  'setting',
  'loose-part',
  'more',
] as const
export type ImportFindingCode = (typeof IMPORT_FINDINGS)[number]

export const importFinding = z.object({
  code: z.enum(IMPORT_FINDINGS),
  /** The node's name in the team; null: it is about the whole. */
  node: z.string().nullable(),
  message: z.string(),
})
export type ImportFinding = z.infer<typeof importFinding>

export const importedNode = z.object({
  /** Its place in the file, from 0. */
  at: z.int(),
  name: z.string(),
  /** As the file has it; null: it had none. */
  type: z.string().nullable(),
  version: z.number(),
  class: z.string(),
  outcome: z.enum(IMPORT_OUTCOMES),
  /** Why, and what to do; one sentence, empty when it runs the same. */
  words: z.string(),
})
export type ImportedNode = z.infer<typeof importedNode>

export const importedStart = z.object({
  node: z.string(),
  kind: z.enum(['manual', 'schedule', 'webhook', 'form', 'chat', 'sub-team', 'error', 'mcp', 'evaluation', 'app']),
  /** Cron expressions with five or six fields, exactly as it meant them; for `schedule`. */
  cron: z.array(z.string()),
  /** In words, when it wakes. */
  words: z.string(),
  timeZone: z.string().nullable(),
})
export type ImportedStart = z.infer<typeof importedStart>

/** A LangChain cluster as a persona. */
export const importedPersona = z.object({
  /** The node that stands for it in the team. */
  node: z.string(),
  doc: personaDoc,
  /** The prompt that the node gives it for each item; may hold expressions. */
  prompt: z.string(),
  promptFrom: z.enum(['node', 'chat']),
  systemMessage: z.string(),
  models: z.array(z.object({ node: z.string(), type: z.string(), model: z.string() })),
  tools: z.array(
    z.object({
      node: z.string(),
      type: z.string(),
      parameters: z.array(z.object({ name: z.string(), description: z.string(), kind: z.string() })),
    }),
  ),
  memory: z.array(z.object({ node: z.string(), type: z.string() })),
  outputParsers: z.array(z.object({ node: z.string(), type: z.string() })),
  knowledge: z.array(z.object({ node: z.string(), type: z.string() })),
})
export type ImportedPersona = z.infer<typeof importedPersona>

/** A credential that somebody has to grant; matched to a connector by its type, never by a value. */
export const importedCredential = z.object({
  node: z.string(),
  /** n8n's name of the kind, e.g. `slackApi`. */
  type: z.string(),
  /** What the file calls it; empty: no name. */
  label: z.string(),
  /** Our connector; null: none fits, a generic one has to do. */
  connector: z.string().nullable(),
})
export type ImportedCredential = z.infer<typeof importedCredential>

export const importedWorkflow = z.object({
  team: teamDocument,
  personas: z.array(importedPersona),
  nodes: z.array(importedNode),
  starts: z.array(importedStart),
  credentials: z.array(importedCredential),
  findings: z.array(importFinding),
  counts: z.object({
    /** In the file. imported + reported is this. */
    nodes: z.int(),
    imported: z.int(),
    /** Nodes that could not even stand as a placeholder, each with a finding. */
    reported: z.int(),
    links: z.int(),
    linksKept: z.int(),
    linksDangling: z.int(),
    outcomes: z.record(z.enum(IMPORT_OUTCOMES), z.int()),
  }),
  /** Whether it can run to its end here, now, without a credential or a model. */
  runnable: z.boolean(),
})
export type ImportedWorkflow = z.infer<typeof importedWorkflow>

export const importReading = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), workflows: z.array(importedWorkflow) }),
  z.object({ ok: z.literal(false), message: z.string(), hint: z.string() }),
])
export type ImportReading = z.infer<typeof importReading>

/** What an import made of one workflow, kept with the team: its report, and the personas that were made asleep. */
export const keptImport = z.object({
  at: z.int(),
  report: importedWorkflow.omit({ team: true, personas: true }),
  personas: z.array(z.object({ node: z.string(), id: z.string(), name: z.string() })),
})
export type KeptImport = z.infer<typeof keptImport>
