/** What a run of a document sends and starts: its prompt, and for a command its program with every placeholder filled in. */
import type { CommandBody, PersonaDoc } from '#contract'
import { TroupeError } from '#core'
import { assemblePrompt, fillReporting, type Problem, valuesFor } from './assemble.ts'
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

/**
 * Pure. INVALID, naming the parameter, when one does not fit, or when an argument would hold a NUL character;
 * TOO_LARGE when the filled-in text passes LIMITS.promptChars.
 */
export function prepareRun(doc: PersonaDoc, request: RunRequest): PreparedRun {
  requireParameters(doc, request.params)
  const allowance = newAllowance()
  const assembly = assemblePrompt(doc, request.params, request.input, allowance)
  const problems = [...assembly.problems]
  const command = doc.body.kind === 'command' ? fillCommand(doc, doc.body, request, allowance, problems) : null
  const told = problems.filter(({ kind }) => kind !== 'empty').map(({ where, message }) => ({ where, message }))
  return { prompt: assembly.prompt, command, problems: told }
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
    if (!filled.includes('\0')) return filled
    throw new TroupeError('INVALID', `${where} would contain a NUL character, which no program can be given.`, {
      hint: 'Hand such input over on standard input instead.',
      facts: { where },
    })
  }
  return {
    ...body,
    program: fill(body.program, 'Program', places),
    args: body.args.map((text, index) => fill(text, `Argument ${index + 1}`)),
    cwd: fill(body.cwd, 'Working folder'),
    env: Object.fromEntries(Object.entries(body.env).map(([name, text]) => [name, fill(text, `Environment: ${name}`)])),
  }
}
