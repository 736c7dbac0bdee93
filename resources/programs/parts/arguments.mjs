/**
 * Arguments of the shipped programs: `--name=value`, nothing else. A persona's parameters arrive this way, one argument each,
 * so an empty value means "not given". Whatever does not fit is refused by name, with what was expected.
 */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export class WrongUse extends Error {}

/** `~` and `~/x` are the home folder; anything else is relative to the working folder. */
export function toPath(text) {
  if (text === '~') return homedir()
  if (text.startsWith('~/') || text.startsWith('~\\')) return join(homedir(), text.slice(2))
  return resolve(text)
}

/** A list in one argument: entries apart by commas or line ends, empty ones left out. */
export function toList(text) {
  return text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

const READERS = {
  text: (text) => text,
  list: toList,
  path: toPath,
  number(text, name, { min = 0, max = Number.MAX_SAFE_INTEGER }) {
    const value = Number(text)
    if (Number.isFinite(value) && value >= min && value <= max) return value
    throw new WrongUse(`--${name} expects a number from ${min} to ${max}, and got "${text}".`)
  },
  boolean(text, name) {
    if (/^(true|yes|on|1)$/i.test(text)) return true
    if (/^(false|no|off|0)$/i.test(text)) return false
    throw new WrongUse(`--${name} expects true or false, and got "${text}".`)
  },
  choice(text, name, { choices }) {
    if (choices.includes(text)) return text
    throw new WrongUse(`--${name} expects one of ${choices.join(', ')}, and got "${text}".`)
  },
}

/**
 * Reads argv against a table `{ name: { kind, default, help, … } }`. Every option of the table is in the answer.
 * Throws WrongUse for an unknown option, a value that does not fit, or a missing value of a `required` option.
 */
export function readArguments(table, argv) {
  const given = new Map()
  for (const argument of argv) {
    const match = /^--([a-z][a-z-]*)(?:=([\s\S]*))?$/.exec(argument)
    if (!match) throw new WrongUse(`expected --name=value, and got "${argument}".`)
    const [, name, value = 'true'] = match
    if (!Object.hasOwn(table, name)) throw new WrongUse(`there is no option --${name}. There are: ${optionNames(table)}.`)
    given.set(name, value.trim() === '' ? undefined : value.trim())
  }
  const values = {}
  for (const [name, option] of Object.entries(table)) {
    const text = given.get(name)
    if (text !== undefined) values[name] = READERS[option.kind](text, name, option)
    else if (option.required) throw new WrongUse(`--${name} is needed: ${option.help}`)
    else values[name] = option.default
  }
  return values
}

function optionNames(table) {
  return Object.keys(table)
    .map((name) => `--${name}`)
    .join(', ')
}

export function helpText(program, table) {
  const left = Object.entries(table).map(([name, { kind, choices }]) => `  --${name}=<${choices ? choices.join('|') : kind}>`)
  const width = Math.max(...left.map((text) => text.length))
  const lines = Object.values(table).map(({ help, default: initial }, index) => {
    const shown = initial === undefined || initial === '' || (Array.isArray(initial) && initial.length === 0) ? '' : ` (${initial})`
    return `${left[index].padEnd(width)}  ${help}${shown}`
  })
  return `${program.title}: ${program.summary}\n\n${lines.join('\n')}\n\n${program.exits.map(([code, text]) => `  exit ${code}  ${text}`).join('\n')}\n`
}
