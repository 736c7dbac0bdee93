/** What a person gives for the parameters of a run: the value that counts, and whether it fits. */
import type { Parameter, PersonaDoc } from '#contract'
import { TroupeError } from '#core'

/** Values by parameter name, always text. */
export type Params = Readonly<Record<string, string>>

export interface ParameterProblem {
  /** The parameter's name. */
  readonly name: string
  readonly message: string
}

const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/

/** The value that counts: what was given, or the default where nothing (or nothing but emptiness) was given. */
export function valueGiven(parameter: Parameter, params: Params): string {
  const given = Object.hasOwn(params, parameter.name) ? (params[parameter.name] ?? '') : ''
  return given === '' ? parameter.default : given
}

/** Everything that does not fit: unknown names, required ones without a value, values of the wrong kind. */
export function parameterProblems(doc: Pick<PersonaDoc, 'parameters'>, params: Params): readonly ParameterProblem[] {
  const known = new Set(doc.parameters.map((parameter) => parameter.name))
  const unknown = Object.keys(params)
    .filter((name) => !known.has(name))
    .map((name) => ({ name, message: `This persona has no parameter "${name.slice(0, 80)}"; it has ${listed([...known])}.` }))
  const wrong = doc.parameters.flatMap((parameter) => {
    const message = misfit(parameter, valueGiven(parameter, params))
    return message === undefined ? [] : [{ name: parameter.name, message }]
  })
  return [...unknown, ...wrong]
}

/** INVALID, naming the first parameter that does not fit, with all of them in `facts.parameters`. */
export function requireParameters(doc: Pick<PersonaDoc, 'parameters'>, params: Params): void {
  const problems = parameterProblems(doc, params)
  const [first] = problems
  if (first === undefined) return
  throw new TroupeError('INVALID', first.message, {
    hint: 'Give the parameter a value that fits, or change it in the persona.',
    facts: { parameter: first.name, parameters: problems.map(({ name, message }) => ({ name, message })) },
  })
}

function misfit(parameter: Parameter, value: string): string | undefined {
  const called = `Parameter "${parameter.name}"`
  if (value.trim() === '') return parameter.required ? `${called} is required, and nothing was given.` : undefined
  const came = `"${value.slice(0, 80)}" came`
  switch (parameter.kind) {
    case 'number':
      return NUMBER.test(value) ? undefined : `${called} expects a number such as 12 or 0.5, and ${came}.`
    case 'boolean':
      return value === 'true' || value === 'false' ? undefined : `${called} expects true or false, and ${came}.`
    case 'choice':
      return parameter.choices.includes(value) ? undefined : `${called} expects one of ${listed(parameter.choices)}, and ${came}.`
    case 'path':
      return value.includes('\0') ? `${called} expects a path, and a path cannot contain a NUL character.` : undefined
    case 'text':
      return undefined
  }
}

function listed(words: readonly string[]): string {
  return words.length === 0 ? 'none' : words.map((word) => `"${word}"`).join(', ')
}
