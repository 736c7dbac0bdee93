/** What the parts of a document are called, in words that a person reads. Each table is complete: a new field fails to compile. */
import type { AgentBody, CommandBody, ModelBody, Parameter, PersonaDoc, PromptSection, RunLimits, ToolGrants } from '#contract'
import type { SectionKind } from '#contract/plain'

export const SECTION_NAMES: Readonly<Record<SectionKind, string>> = {
  identity: 'Identity',
  instructions: 'Instructions',
  tools: 'Tool guidance',
  examples: 'Examples',
  errors: 'Error handling',
  own: 'Own section',
}

type Labels<Document, Others extends keyof Document = never> = Readonly<Record<Exclude<keyof Document, Others>, string>>

export const DOCUMENT_LABELS: Labels<PersonaDoc, 'sections' | 'parameters' | 'body' | 'limits'> = {
  name: 'Name',
  summary: 'Summary',
  icon: 'Icon',
  colour: 'Colour',
  group: 'Group',
  tags: 'Tags',
  inputHint: 'Input hint',
}

/** Beside the section's own heading. The text itself goes by the heading alone. */
export const SECTION_LABELS: Labels<PromptSection> = { id: 'id', kind: 'kind', title: 'heading', text: '', enabled: 'on or off' }

export const PARAMETER_LABELS: Labels<Parameter> = {
  name: 'name',
  label: 'label',
  kind: 'kind',
  help: 'help',
  required: 'required',
  default: 'default',
  choices: 'choices',
}

export const MODEL_LABELS: Labels<ModelBody, 'kind' | 'tools'> = {
  models: 'Model chain',
  temperature: 'Temperature',
  maxOutputTokens: 'Longest answer',
  reasoning: 'Reasoning',
}

export const TOOL_LABELS: Labels<ToolGrants, 'http'> = {
  files: 'Tools: workspace files',
  commands: 'Tools: programs',
  ask: 'Tools: asking you',
  mcp: 'Tools: MCP servers',
}

export const HTTP_LABELS: Labels<ToolGrants['http']> = {
  enabled: 'Tools: HTTP requests',
  allowPrivate: 'Tools: private addresses',
  hosts: 'Tools: hosts',
}

export const COMMAND_LABELS: Labels<CommandBody, 'kind' | 'env'> = {
  program: 'Program',
  args: 'Arguments',
  cwd: 'Working folder',
  stdin: 'Standard input',
  okExitCodes: 'Exit codes that count as success',
  repeatable: 'May be run again when its outcome is unknown',
}

export const LIMIT_LABELS: Labels<RunLimits> = {
  timeoutMs: 'Time limit',
  turns: 'Turn limit',
  outputBytes: 'Output limit',
  lineBytes: 'Line limit',
  concurrency: 'Runs at the same time',
}

/** The heading over a section in the prompt: its title on one line, or its kind's name; empty for an own section without a title. */
export function headingOf(section: Pick<PromptSection, 'kind' | 'title'>): string {
  const title = section.title.replace(/\s+/g, ' ').trim()
  if (title !== '') return title
  return section.kind === 'own' ? '' : SECTION_NAMES[section.kind]
}

/** What a section is called where a person reads about it; never empty. */
export function sectionLabel(section: Pick<PromptSection, 'kind' | 'title'>): string {
  return headingOf(section) || SECTION_NAMES[section.kind]
}

export function parameterLabel(name: string): string {
  return `Parameter “${name}”`
}

export const AGENT_BODY_LABELS: Labels<AgentBody, 'kind' | 'env'> = {
  agent: 'Agent',
  program: 'Program',
  args: 'Arguments',
  model: 'Model',
  files: 'May: files',
  commands: 'May: programs',
  network: 'May: network',
}
