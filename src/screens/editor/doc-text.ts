/** A persona's document as a text that can be read and laid beside another one: every field, in a fixed order. */
import type { PersonaDoc, PromptSection } from '#contract'
import { AGENT_LABELS } from '#contract/plain'
import { BYTE_UNITS, inUnits, TIME_UNITS } from './units.ts'

export const SECTION_WORDS: Readonly<Record<PromptSection['kind'], string>> = {
  identity: 'Identity',
  instructions: 'Instructions',
  tools: 'Tool guidance',
  examples: 'Examples',
  errors: 'Error handling',
  own: 'Own section',
}

export function sectionTitle(section: Pick<PromptSection, 'kind' | 'title'>): string {
  return section.title.trim() || SECTION_WORDS[section.kind]
}

/** The prompt's sections only. */
export function promptText(doc: PersonaDoc): string {
  return doc.sections
    .map((section) => `# ${sectionTitle(section)}${section.enabled ? '' : ' (off)'}\n\n${section.text.trimEnd()}\n`)
    .join('\n')
}

export function docText(doc: PersonaDoc): string {
  return [
    ...lines({
      Name: doc.name,
      Summary: doc.summary,
      Look: `${doc.icon}, ${doc.colour}`,
      Group: doc.group,
      Tags: doc.tags.join(', '),
      'Input hint': doc.inputHint,
    }),
    '',
    ...bodyLines(doc),
    '',
    ...lines({
      'Time limit': inUnits(doc.limits.timeoutMs, TIME_UNITS),
      'Turn limit': String(doc.limits.turns),
      'Output limit': inUnits(doc.limits.outputBytes, BYTE_UNITS),
      'Line limit': inUnits(doc.limits.lineBytes, BYTE_UNITS),
      'At the same time': String(doc.limits.concurrency),
    }),
    '',
    ...doc.parameters.flatMap((one) => [
      `Parameter ${one.name}: ${one.kind}${one.required ? ', required' : ''}${one.default ? `, default “${one.default}”` : ''}`,
      ...(one.choices.length > 0 ? [`  choices: ${one.choices.join(' | ')}`] : []),
      ...(one.label || one.help ? [`  ${[one.label, one.help].filter(Boolean).join(': ')}`] : []),
    ]),
    ...(doc.parameters.length > 0 ? [''] : []),
    promptText(doc),
  ].join('\n')
}

function bodyLines({ body }: PersonaDoc): string[] {
  if (body.kind === 'command') {
    return [
      ...lines({ Runs: 'a command', Program: body.program }),
      ...body.args.map((arg, at) => `Argument ${at + 1}: ${arg}`),
      ...lines({ Folder: body.cwd }),
      ...Object.entries(body.env).map(([name, value]) => `Variable ${name}: ${value}`),
      ...lines({
        'Standard input': body.stdin,
        'Success codes': body.okExitCodes.join(', '),
        ...(body.repeatable ? { 'May be run again': 'yes' } : {}),
      }),
    ]
  }
  if (body.kind === 'agent') {
    return lines({
      Runs: 'an agent',
      Agent: AGENT_LABELS[body.agent],
      Program: body.program,
      Arguments: body.args.join(' '),
      Model: body.model || 'its own choice',
      Files: body.files,
      Programs: body.commands.join(', ') || 'none',
      Network: body.network ? 'allowed' : 'off',
      Variables: Object.keys(body.env).join(', '),
    })
  }
  const { tools } = body
  return [
    'Runs: a model',
    ...body.models.map((one, at) => `Model ${at + 1}: ${one.provider}/${one.model}`),
    ...lines({
      Temperature: body.temperature === null ? 'the provider’s' : String(body.temperature),
      'Most output tokens': body.maxOutputTokens === null ? 'the provider’s' : String(body.maxOutputTokens),
      Reasoning: body.reasoning ?? 'the provider’s',
      Files: tools.files,
      HTTP: tools.http.enabled
        ? `${tools.http.hosts.join(', ') || 'any public host'}${tools.http.allowPrivate ? ', private addresses too' : ''}`
        : 'off',
      Commands: tools.commands.join(', ') || 'off',
      ...(tools.ask ? { 'Asks you': 'yes' } : {}),
    }),
    ...tools.mcp.map((one) => `MCP server ${one.server}: ${[...one.tools, ...(one.resources ? ['resources'] : [])].join(', ')}`),
  ]
}

function lines(fields: Readonly<Record<string, string>>): string[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
}
