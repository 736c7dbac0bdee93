/** The persona document: one agent's whole definition. Strict: an unknown field is refused by name. */
import { z } from 'zod'
import { LIMITS } from './limits.ts'
import { mcpGrant } from './mcp.ts'
import { AGENTS, BODY_KINDS, COLOURS, ICONS, SECTION_KINDS } from './words.ts'

const text = (max: number) => z.string().max(max)
const bounded = (bound: { readonly default: number; readonly min: number; readonly max: number }) =>
  z.int().min(bound.min).max(bound.max).default(bound.default)

/** Identifier of a parameter, as written in `{{param.name}}`. */
export const paramName = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a parameter name starts with a letter and has only a-z, 0-9 and _')

export const promptSection = z.strictObject({
  /** Stable within the document, so that a diff can tell a moved section from a new one. */
  id: z.string().min(1).max(40),
  kind: z.enum(SECTION_KINDS),
  /** Shown as the heading; only `own` sections need one, the others have their kind's name. */
  title: text(LIMITS.nameChars).default(''),
  text: text(LIMITS.sectionChars).default(''),
  /** A section that is off stays in the document and out of the prompt. */
  enabled: z.boolean().default(true),
})
export type PromptSection = z.infer<typeof promptSection>

export const parameter = z.strictObject({
  name: paramName,
  label: text(LIMITS.nameChars).default(''),
  kind: z.enum(['text', 'number', 'boolean', 'choice', 'path']).default('text'),
  help: text(LIMITS.summaryChars).default(''),
  required: z.boolean().default(false),
  /** Always text; empty means none. */
  default: text(10_000).default(''),
  /** For `choice` only. */
  choices: z.array(text(200)).max(50).default([]),
})
export type Parameter = z.infer<typeof parameter>

export const modelRef = z.strictObject({
  /** The provider's id on this machine (a short name such as `anthropic`). */
  provider: z.string().min(1).max(40),
  /** The model's name as the provider spells it. */
  model: z.string().min(1).max(200),
})
export type ModelRef = z.infer<typeof modelRef>

export const toolGrants = z.strictObject({
  /** Files in the persona's own workspace folder. */
  files: z.enum(['none', 'read', 'write']).default('none'),
  http: z
    .strictObject({
      enabled: z.boolean().default(false),
      /** Private, loopback and link-local addresses are refused unless this is on. */
      allowPrivate: z.boolean().default(false),
      /** Host names, or `*.example.org`; empty means any public host. */
      hosts: z.array(z.string().min(1).max(253)).max(100).default([]),
    })
    .prefault({}),
  /** Program names or absolute paths that `run_command` may start. Empty means that the tool is off. */
  commands: z.array(z.string().min(1).max(1000)).max(100).default([]),
  /** It may ask the person; its run waits for the answer. */
  ask: z.boolean().default(false),
  /** Tools of MCP servers, by server. */
  mcp: z.array(mcpGrant).max(20).default([]),
})
export type ToolGrants = z.infer<typeof toolGrants>

export const modelBody = z.strictObject({
  kind: z.literal('model'),
  /** In order: the next is asked when the one before could not answer. */
  models: z.array(modelRef).max(LIMITS.modelChain).default([]),
  tools: toolGrants.prefault({}),
  /** null leaves the provider's default. */
  temperature: z.number().min(0).max(2).nullable().default(null),
  maxOutputTokens: z.int().min(1).max(1_000_000).nullable().default(null),
  reasoning: z.enum(['off', 'low', 'medium', 'high']).nullable().default(null),
})
export type ModelBody = z.infer<typeof modelBody>

export const commandBody = z.strictObject({
  kind: z.literal('command'),
  /** A program on the PATH, an absolute path, or `{{troupe.node}}` for the Node that runs Troupe. Never a shell line. */
  program: z.string().max(1000).default(''),
  /** One entry an argument; `{{param.name}}` and `{{input}}` are filled in, each within its one argument. */
  args: z.array(text(100_000)).max(200).default([]),
  /** Working folder; empty means the persona's workspace. `~/` is the home folder. */
  cwd: text(4000).default(''),
  /** Added to a small base environment (PATH, HOME, LANG, TMPDIR …); values may use `{{param.name}}`. Not for secrets. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), text(10_000)).default({}),
  /** What the child reads on standard input. */
  stdin: z.enum(['input', 'none']).default('input'),
  /** Exit codes that count as success. */
  okExitCodes: z.array(z.int().min(0).max(255)).min(1).max(20).default([0]),
  /** Whether it may simply be run again when Troupe ended while it ran. Off: the person is asked what happened. */
  repeatable: z.boolean().default(false),
})
export type CommandBody = z.infer<typeof commandBody>

/** An agent CLI that is installed on this machine: a model with tools of its own, kept within what the persona allows. */
export const agentBody = z.strictObject({
  kind: z.literal('agent'),
  agent: z.enum(AGENTS).default('gemini'),
  /** Of `own`: a program on the PATH or an absolute path that speaks the Agent Client Protocol. Of the others: empty, or where it is. */
  program: z.string().max(1000).default(''),
  /** Behind the preset's own. */
  args: z.array(text(10_000)).max(100).default([]),
  /** As the CLI names it; empty: its own choice. */
  model: z.string().max(200).default(''),
  /** Added to a small base environment. Not for secrets: those are granted to the persona. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), text(10_000)).default({}),
  /** In the persona's own workspace, which is its working folder. */
  files: z.enum(['none', 'read', 'write']).default('write'),
  /** Programs that it may start. Empty: none; what it asks for is refused. */
  commands: z.array(z.string().min(1).max(1000)).max(100).default([]),
  /** Whether it may fetch from the network by its own tools, where it asks for that. */
  network: z.boolean().default(false),
})
export type AgentBody = z.infer<typeof agentBody>

export const runLimits = z.strictObject({
  /** Milliseconds from start to forced end. */
  timeoutMs: bounded(LIMITS.runTimeoutMs),
  /** Model calls in one run. */
  turns: bounded(LIMITS.runTurns),
  outputBytes: bounded(LIMITS.runOutputBytes),
  lineBytes: bounded(LIMITS.runLineBytes),
  /** Runs of this persona at the same time. */
  concurrency: bounded(LIMITS.runConcurrency),
})
export type RunLimits = z.infer<typeof runLimits>

export const personaDoc = z.strictObject({
  name: z.string().trim().min(1, 'a persona needs a name').max(LIMITS.nameChars),
  summary: text(LIMITS.summaryChars).default(''),
  icon: z.enum(ICONS).default('bot'),
  colour: z.enum(COLOURS).default('slate'),
  /** The list's heading under which it stands; empty means none. */
  group: text(LIMITS.nameChars).default(''),
  tags: z.array(z.string().trim().min(1).max(LIMITS.tagChars)).max(LIMITS.tags).default([]),
  sections: z.array(promptSection).max(LIMITS.sections).default([]),
  parameters: z.array(parameter).max(LIMITS.parameters).default([]),
  /** What the input field asks for; shown as its label. */
  inputHint: text(LIMITS.summaryChars).default(''),
  body: z.discriminatedUnion('kind', [modelBody, commandBody, agentBody]),
  limits: runLimits.prefault({}),
})
export type PersonaDoc = z.infer<typeof personaDoc>
/** What a person or a file may leave out, with the defaults still missing. */
export type PersonaDocInput = z.input<typeof personaDoc>

export const personaRow = z.object({
  id: z.string(),
  /** Number of the revision that `doc` is, from 1: the current one unless another was asked for. */
  revision: z.int(),
  doc: personaDoc,
  archivedAt: z.int().nullable(),
  /** Imported personas sleep until the person wakes them; a sleeping persona refuses runs. */
  active: z.boolean(),
  /** Place in the list, ascending. */
  order: z.number(),
  createdAt: z.int(),
  updatedAt: z.int(),
})
export type PersonaRow = z.infer<typeof personaRow>

/** A persona in the list: everything but the long texts. */
export const personaCard = z.object({
  id: z.string(),
  revision: z.int(),
  name: z.string(),
  summary: z.string(),
  icon: z.enum(ICONS),
  colour: z.enum(COLOURS),
  group: z.string(),
  tags: z.array(z.string()),
  bodyKind: z.enum(BODY_KINDS),
  /** `provider/model` of the first in the chain, or the program; empty when none is set. */
  runsOn: z.string(),
  inputHint: z.string(),
  parameters: z.array(parameter),
  archivedAt: z.int().nullable(),
  active: z.boolean(),
  /** When a trigger starts it next, milliseconds since 1970; null: nothing starts it but a person. */
  nextFireAt: z.int().nullable(),
  order: z.number(),
  createdAt: z.int(),
  updatedAt: z.int(),
})
export type PersonaCard = z.infer<typeof personaCard>

export const revisionRow = z.object({
  personaId: z.string(),
  number: z.int(),
  message: z.string(),
  createdAt: z.int(),
  /** Set when this revision restored an older one. */
  restoredFrom: z.int().nullable(),
})
export type RevisionRow = z.infer<typeof revisionRow>

/** One change between two documents: a JSON pointer (RFC 6901; sections and parameters by id or name), and both sides. */
export const docChange = z.object({
  path: z.string(),
  /** In words, for a person: "Instructions", "Time limit". */
  label: z.string(),
  kind: z.enum(['added', 'removed', 'changed', 'moved']),
  before: z.unknown(),
  after: z.unknown(),
})
export type DocChange = z.infer<typeof docChange>

export const assembledPrompt = z.object({
  prompt: z.string(),
  /** An estimate (no tokenizer of any one model): good to about 10 %. */
  tokens: z.int(),
  parts: z.array(z.object({ sectionId: z.string(), heading: z.string(), start: z.int(), end: z.int(), tokens: z.int() })),
  /** Placeholders without a value, unknown parameters, required ones that are empty. */
  problems: z.array(z.object({ where: z.string(), message: z.string() })),
})
export type AssembledPrompt = z.infer<typeof assembledPrompt>

export const importPlan = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      summary: z.string(),
      /** Same name already here: it is imported beside it under `importedName`, never over it. */
      importedName: z.string(),
      bodyKind: z.enum(BODY_KINDS),
      /** What it may do, in words: programs it starts, hosts it calls, files it writes. */
      powers: z.array(z.string()),
      /** Providers that are not set up here, fields that were unknown, and so on. */
      warnings: z.array(z.string()),
    }),
  ),
  /** A digest that `import` wants back, so that what was shown is what is created. */
  digest: z.string(),
})
export type ImportPlan = z.infer<typeof importPlan>

export const blastRadius = z.object({
  runs: z.int(),
  running: z.int(),
  queued: z.int(),
  revisions: z.int(),
  /** Files in its workspace folder, which is moved to the data folder's trash. */
  workspaceFiles: z.int(),
  workspaceBytes: z.int(),
})
export type BlastRadius = z.infer<typeof blastRadius>

export const templateRow = z.object({
  id: z.string(),
  name: z.string(),
  summary: z.string(),
  icon: z.enum(ICONS),
  colour: z.enum(COLOURS),
  category: z.string(),
  /** What it needs to run: nothing beyond this machine, a model, the network. */
  needs: z.array(z.enum(['model', 'network'])),
  doc: personaDoc,
  /** What to put into the first run, so that it works within a minute; parameters by name. */
  firstRun: z.object({ input: z.string(), params: z.record(z.string(), z.string()) }),
})
export type TemplateRow = z.infer<typeof templateRow>
