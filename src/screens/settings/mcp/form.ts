/** A new MCP server as a form: what a person writes, and the document that it makes. */
import type { McpServerDoc } from '#contract'

export interface ServerForm {
  id: string
  kind: 'stdio' | 'http'
  /** Program and arguments, one a line: an argument may hold blanks. */
  command: string
  url: string
  /** Names of credentials, one a line. */
  credentials: string
}

export const freshServer = (): ServerForm => ({ id: '', kind: 'stdio', command: '', url: '', credentials: '' })

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

export function serverProblems(form: ServerForm, taken: readonly string[]): Partial<Record<keyof ServerForm, string>> {
  const problems: Partial<Record<keyof ServerForm, string>> = {}
  if (!/^[a-z][a-z0-9-]{0,23}$/.test(form.id)) problems.id = 'It starts with a small letter and has at most 24 of a–z, 0–9 and -.'
  else if (taken.includes(form.id)) problems.id = `There is a server named ${form.id} already.`
  if (form.kind === 'stdio' && lines(form.command).length === 0) problems.command = 'Name the program.'
  if (form.kind === 'http' && !/^https?:\/\/\S+$/.test(form.url.trim()))
    problems.url = 'An address begins with https:// (or http:// on this machine).'
  return problems
}

export function serverDoc(form: ServerForm): McpServerDoc {
  const [program = '', ...args] = lines(form.command)
  const transport =
    form.kind === 'http'
      ? { kind: 'http' as const, url: form.url.trim(), headers: {} }
      : { kind: 'stdio' as const, program, args, cwd: '', env: {} }
  return { id: form.id, label: form.id, transport, credentials: lines(form.credentials), enabled: true, idleSeconds: 300 }
}
