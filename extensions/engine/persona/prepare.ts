/** What a run of a document sends and starts: its prompt, and for a command its program with every placeholder filled in. */
import type { CommandBody, PersonaDoc } from '#contract'
import { TroupeError } from '#core'
import { type Assembly, assemblePrompt, fillReporting, type Problem, valuesFor } from './assemble.ts'
import { type Params, requireParameters } from './parameters.ts'
import { type Allowance, newAllowance, type Values } from './placeholder.ts'

export interface RunRequest {
  readonly input: string
  readonly params: Params
  /** What this machine fills into a command, by name as written: `troupe.programs`, `troupe.node`. */
  readonly places: Readonly<Record<string, string>>
}

export interface PreparedRun {
  readonly prompt: string
  /** null for a model. */
  readonly command: CommandBody | null
  /** Placeholders that nobody knows, with where; they stay as they are written. */
  readonly problems: readonly { readonly where: string; readonly message: string }[]
}

/** Names of the places that a command may use; a run fills them with this machine's. */
export const PLACE_NAMES = ['troupe.programs', 'troupe.node'] as const

/**
 * Pure. INVALID, naming the parameter, when one does not fit, or when an argument would hold a NUL character;
 * TOO_LARGE when the filled-in text passes LIMITS.promptChars.
 */
export function prepareRun(doc: PersonaDoc, request: RunRequest): PreparedRun {
  requireParameters(doc, request.params)
  const { assembly, command, problems } = previewRun(doc, request)
  const impossible = problems.find(({ kind }) => kind === 'impossible')
  if (impossible) throw new TroupeError('INVALID', `${impossible.where}: ${impossible.message}`, { facts: { where: impossible.where } })
  const told = problems.filter(({ kind }) => kind !== 'empty').map(({ where, message }) => ({ where, message }))
  return { prompt: assembly.prompt, command, problems: told }
}

export interface RunPreview {
  readonly assembly: Assembly
  readonly command: CommandBody | null
  /** Of the prompt and of the command. */
  readonly problems: readonly Problem[]
}

/** The same without refusing: everything that is wrong is a problem. Only TOO_LARGE is thrown. */
export function previewRun(doc: PersonaDoc, request: RunRequest): RunPreview {
  const allowance = newAllowance()
  const assembly = assemblePrompt(doc, request.params, request.input, allowance)
  const problems = [...assembly.problems]
  const command = doc.body.kind === 'command' ? fillCommand(doc, doc.body, request, allowance, problems) : null
  return { assembly, command, problems }
}

/**
 * Each text stays the one argument that it was: nothing is split, quoted or handed to a shell.
 * The program is filled in only from the places: neither the input nor a parameter can choose what is started.
 */
function fillCommand(doc: PersonaDoc, body: CommandBody, request: RunRequest, allowance: Allowance, problems: Problem[]): CommandBody {
  const places = new Map(Object.entries(request.places))
  const values: Values = new Map([...valuesFor(doc, request.params, request.input), ...places])
  const fill = (text: string, where: string, from: Values = values): string => {
    const filled = fillReporting(text, where, from, allowance, problems)
    if (filled.includes('\0')) {
      const message = 'It would contain a NUL character, which no program can be given; hand such input over on standard input.'
      problems.push({ where, message, kind: 'impossible' })
    }
    return filled
  }
  return {
    ...body,
    program: fill(body.program, 'Program', places),
    args: body.args.map((text, index) => fill(text, `Argument ${index + 1}`)),
    cwd: fill(body.cwd, 'Working folder'),
    env: Object.fromEntries(Object.entries(body.env).map(([name, text]) => [name, fill(text, `Environment: ${name}`)])),
  }
}
