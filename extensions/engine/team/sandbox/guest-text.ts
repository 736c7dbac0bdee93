/**
 * Turns functions into the text that the sandbox runs. Guest code is ordinary TypeScript, checked and linted like the rest; what
 * goes inside is the functions' own source, after the types are gone. So a guest function may use only its parameters, other
 * functions of its own file, the sandbox's globals, and `kit`, the one object that guest files share.
 */

type GuestFunction = (...values: never[]) => unknown
type GuestTable = Readonly<Record<string, GuestFunction>>

/** Declares `functions` and puts each into `kit` under its key. */
export function guestFunctions(functions: GuestTable): string {
  const entries = Object.entries(functions)
  const declared = entries.map(([, each]) => each.toString()).join('\n')
  const named = entries.map(([key, each]) => `kit.${key} = ${each.name}`).join('\n')
  return `;(function () {\n${declared}\n${named}\n})()\n`
}

/** Puts a table of methods, in shorthand notation, into `kit` under `name`. `shared` are functions of the same file that they use. */
export function guestTable(name: string, table: GuestTable, shared: readonly GuestFunction[] = []): string {
  const methods = Object.values(table).map((each) => each.toString())
  return `;(function () {\n${shared.join('\n')}\nkit.${name} = { __proto__: null, ${methods.join(',\n')} }\n})()\n`
}

/** A constant that guest code reads as `kit.<name>`. */
export function guestConstant(name: string, value: unknown): string {
  return `kit.${name} = ${JSON.stringify(value)}\n`
}

/** The whole: strict, with `send` as the only way out, taken off the globals first. Evaluates to `kit.entries`. */
export function guestProgram(parts: readonly string[]): string {
  return `'use strict'
;(function () {
const kit = { __proto__: null, entries: { __proto__: null }, send: globalThis.__send, evaluateText: eval }
delete globalThis.__send
${parts.join('')}
return kit.entries
})()
`
}
