/**
 * The persona's document as a form. Numbers are texts while they are written, lists are lines, and both bodies are kept while
 * the person switches between them. `toDoc(toForm(doc))` is `doc` again; what does not fit is said by field and nothing is guessed.
 */
import type { CommandBody, McpGrant, ModelBody, ModelRef, Parameter, PersonaDoc, PromptSection } from '#contract'
import { type BodyKind, LIMITS } from '#contract/plain'
import { type AgentForm, agentDoc, NO_AGENT, toAgentForm } from './agent-form.ts'
import { type Amount, BYTE_UNITS, fromAmount, inUnits, parseNumber, TIME_UNITS, toAmount, type Unit } from './units.ts'

export interface ParameterForm extends Omit<Parameter, 'choices'> {
  /** One choice a line. */
  choices: string
  /** Stable while the form is open; not part of the document. */
  key: string
}
export interface ModelForm {
  models: ModelRef[]
  files: 'none' | 'read' | 'write'
  ask: boolean
  httpEnabled: boolean
  httpPrivate: boolean
  /** One host a line. */
  httpHosts: string
  /** One program a line. */
  commands: string
  mcp: McpGrant[]
  temperature: string
  maxOutputTokens: string
  reasoning: '' | 'off' | 'low' | 'medium' | 'high'
}
export interface CommandForm {
  program: string
  args: string[]
  cwd: string
  env: { name: string; value: string }[]
  stdin: 'input' | 'none'
  okExitCodes: string
  repeatable: boolean
}
export interface LimitsForm {
  timeoutMs: Amount
  turns: string
  outputBytes: Amount
  lineBytes: Amount
  concurrency: string
}
export interface PersonaForm {
  name: string
  summary: string
  icon: PersonaDoc['icon']
  colour: PersonaDoc['colour']
  group: string
  tags: string[]
  inputHint: string
  sections: PromptSection[]
  parameters: ParameterForm[]
  bodyKind: BodyKind
  model: ModelForm
  command: CommandForm
  agent: AgentForm
  limits: LimitsForm
}

/** Field path as in the document (`limits.turns`, `sections.2.text`) to what is wrong with it. */
export type Problems = Readonly<Record<string, string>>

const NO_MODEL: ModelForm = {
  models: [],
  files: 'none',
  ask: false,
  httpEnabled: false,
  httpPrivate: false,
  httpHosts: '',
  commands: '',
  mcp: [],
  temperature: '',
  maxOutputTokens: '',
  reasoning: '',
}
const NO_COMMAND: CommandForm = { program: '', args: [], cwd: '', env: [], stdin: 'input', okExitCodes: '0', repeatable: false }

export function toForm(doc: PersonaDoc): PersonaForm {
  const { body, limits } = doc
  return {
    name: doc.name,
    summary: doc.summary,
    icon: doc.icon,
    colour: doc.colour,
    group: doc.group,
    tags: [...doc.tags],
    inputHint: doc.inputHint,
    sections: doc.sections.map((section) => ({ ...section })),
    parameters: doc.parameters.map((one, at) => ({ ...one, choices: one.choices.join('\n'), key: `${at}-${one.name}` })),
    bodyKind: body.kind,
    model: body.kind === 'model' ? toModelForm(body) : { ...NO_MODEL, models: [], mcp: [] },
    agent: body.kind === 'agent' ? toAgentForm(body) : { ...NO_AGENT, env: [] },
    command: body.kind === 'command' ? toCommandForm(body) : { ...NO_COMMAND, args: [], env: [] },
    limits: {
      timeoutMs: toAmount(limits.timeoutMs, TIME_UNITS),
      turns: String(limits.turns),
      outputBytes: toAmount(limits.outputBytes, BYTE_UNITS),
      lineBytes: toAmount(limits.lineBytes, BYTE_UNITS),
      concurrency: String(limits.concurrency),
    },
  }
}

function toModelForm(body: ModelBody): ModelForm {
  return {
    models: body.models.map((one) => ({ ...one })),
    files: body.tools.files,
    ask: body.tools.ask,
    httpEnabled: body.tools.http.enabled,
    httpPrivate: body.tools.http.allowPrivate,
    httpHosts: body.tools.http.hosts.join('\n'),
    commands: body.tools.commands.join('\n'),
    mcp: body.tools.mcp.map((one) => ({ ...one, tools: [...one.tools] })),
    temperature: body.temperature === null ? '' : String(body.temperature),
    maxOutputTokens: body.maxOutputTokens === null ? '' : String(body.maxOutputTokens),
    reasoning: body.reasoning ?? '',
  }
}

function toCommandForm(body: CommandBody): CommandForm {
  return {
    program: body.program,
    args: [...body.args],
    cwd: body.cwd,
    env: Object.entries(body.env).map(([name, value]) => ({ name, value })),
    stdin: body.stdin,
    okExitCodes: body.okExitCodes.join(', '),
    repeatable: body.repeatable,
  }
}

export function toDoc(form: PersonaForm): { readonly doc: PersonaDoc; readonly problems: Problems } {
  const problems: Record<string, string> = {}
  const read = { form, problems }
  const doc: PersonaDoc = {
    name: form.name.trim(),
    summary: form.summary,
    icon: form.icon,
    colour: form.colour,
    group: form.group.trim(),
    tags: form.tags.map((tag) => tag.trim()).filter((tag) => tag !== ''),
    sections: form.sections.map((section) => ({ ...section })),
    parameters: form.parameters.map(({ key: _, ...one }) => ({ ...one, choices: lines(one.choices) })),
    inputHint: form.inputHint,
    body: bodyDoc(read),
    limits: limitsDoc(read),
  }
  if (doc.name === '') problems.name = 'A persona needs a name.'
  for (const [at, one] of doc.parameters.entries()) {
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(one.name)) {
      problems[`parameters.${at}.name`] = 'A name starts with a small letter and has only a–z, 0–9 and _.'
    } else if (doc.parameters.findIndex(({ name }) => name === one.name) !== at) {
      problems[`parameters.${at}.name`] = `There are two parameters named ${one.name}.`
    }
    if (one.kind === 'choice' && one.choices.length === 0) problems[`parameters.${at}.choices`] = 'A choice needs something to choose from.'
  }
  return { doc, problems }
}

interface Reading {
  readonly form: PersonaForm
  readonly problems: Record<string, string>
}

function bodyDoc(read: Reading): PersonaDoc['body'] {
  const { form, problems } = read
  switch (form.bodyKind) {
    case 'model':
      return modelDoc(read)
    case 'command':
      return commandDoc(read)
    case 'agent':
      return agentDoc(form.agent, lines, envDoc(form.agent.env, problems), problems)
  }
}

function modelDoc({ form, problems }: Reading): ModelBody {
  const { model } = form
  const optional = (text: string, path: string, min: number, max: number, whole: boolean) =>
    text.trim() === '' ? null : number(problems, path, text, { min, max, whole })
  for (const [at, one] of model.models.entries()) {
    if (one.provider === '') problems[`body.models.${at}.provider`] = 'Pick a provider.'
    if (one.model.trim() === '') problems[`body.models.${at}.model`] = 'Name a model.'
  }
  return {
    kind: 'model',
    models: model.models.map((one) => ({ provider: one.provider, model: one.model.trim() })),
    tools: {
      files: model.files,
      http: { enabled: model.httpEnabled, allowPrivate: model.httpPrivate, hosts: lines(model.httpHosts) },
      commands: lines(model.commands),
      ask: model.ask,
      // A server of which nothing is chosen is no grant.
      mcp: model.mcp.filter(({ tools, resources }) => tools.length > 0 || resources).map((one) => ({ ...one, tools: [...one.tools] })),
    },
    temperature: optional(model.temperature, 'body.temperature', 0, 2, false),
    maxOutputTokens: optional(model.maxOutputTokens, 'body.maxOutputTokens', 1, 1_000_000, true),
    reasoning: model.reasoning === '' ? null : model.reasoning,
  }
}

function commandDoc({ form, problems }: Reading): CommandBody {
  const { command } = form
  const env = envDoc(command.env, problems)
  const codes = command.okExitCodes
    .split(/[\s,]+/)
    .filter((code) => code !== '')
    .map((code) => number(problems, 'body.okExitCodes', code, { min: 0, max: 255, whole: true }))
  if (codes.length === 0) problems['body.okExitCodes'] = 'Say at least one exit code that counts as success; most programs use 0.'
  return {
    kind: 'command',
    program: command.program,
    args: [...command.args],
    cwd: command.cwd,
    env,
    stdin: command.stdin,
    okExitCodes: codes,
    repeatable: command.repeatable,
  }
}

function envDoc(
  variables: readonly { readonly name: string; readonly value: string }[],
  problems: Record<string, string>,
): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [at, { name, value }] of variables.entries()) {
    if (name === '' && value === '') continue
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      problems[`body.env.${at}`] = 'A variable’s name has only letters, digits and _, and no digit first.'
    else if (name in env) problems[`body.env.${at}`] = `${name} is set twice.`
    env[name] = value
  }
  return env
}

function limitsDoc({ form, problems }: Reading): PersonaDoc['limits'] {
  const amount = (path: string, value: Amount, units: readonly Unit[], bound: Bound) => {
    const stored = fromAmount(value, units)
    if (stored === null || stored < bound.min || stored > bound.max) {
      problems[path] = `Expected ${inUnits(bound.min, units)} to ${inUnits(bound.max, units)}.`
    }
    return stored ?? bound.default
  }
  const whole = (path: string, text: string, bound: Bound) => number(problems, path, text, { ...bound, whole: true })
  const { limits } = form
  return {
    timeoutMs: amount('limits.timeoutMs', limits.timeoutMs, TIME_UNITS, LIMITS.runTimeoutMs),
    turns: whole('limits.turns', limits.turns, LIMITS.runTurns),
    outputBytes: amount('limits.outputBytes', limits.outputBytes, BYTE_UNITS, LIMITS.runOutputBytes),
    lineBytes: amount('limits.lineBytes', limits.lineBytes, BYTE_UNITS, LIMITS.runLineBytes),
    concurrency: whole('limits.concurrency', limits.concurrency, LIMITS.runConcurrency),
  }
}

interface Bound {
  readonly default: number
  readonly min: number
  readonly max: number
}

function number(
  problems: Record<string, string>,
  path: string,
  text: string,
  bound: { readonly min: number; readonly max: number; readonly whole: boolean },
): number {
  const value = parseNumber(text)
  if (value === null || value < bound.min || value > bound.max || (bound.whole && !Number.isInteger(value))) {
    problems[path] =
      `Expected a ${bound.whole ? 'whole ' : ''}number from ${bound.min.toLocaleString('en')} to ${bound.max.toLocaleString('en')}.`
    return value ?? bound.min
  }
  return value
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** Equal documents, whatever the order of their keys. */
export function sameDoc(a: PersonaDoc, b: PersonaDoc): boolean {
  return stable(a) === stable(b)
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
