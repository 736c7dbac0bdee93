/** A service's document as the fields of its form, and back. What does not fit is said by field; the rest is the engine's to refuse. */
import type { ServiceDoc, ServiceDocInput } from '#contract'

type Limits = Pick<ServiceDoc, 'memoryMb' | 'cpuPercent' | 'limitAction'>

export interface ServiceForm extends Limits {
  readonly id: string
  readonly label: string
  readonly desired: ServiceDoc['desired']
  readonly program: string
  /** One a line. */
  readonly args: string
  readonly cwd: string
  /** NAME=value, one a line. */
  readonly env: string
  /** Names with commas between them. */
  readonly credentials: string
  readonly ports: string
  readonly needs: string
  readonly ready: ServiceDoc['readiness']['kind']
  /** The port, the address or the text. */
  readonly readyAt: string
  readonly health: 'none' | 'port' | 'http' | 'command'
  readonly healthAt: string
  readonly restart: ServiceDoc['restart']
  readonly stopSeconds: number
  readonly idleSeconds: number
}

export type FormProblems = Partial<Record<keyof ServiceForm, string>>

export const BLANK: ServiceForm = {
  ...{ id: '', label: '', desired: 'on', program: '', args: '', cwd: '', env: '', credentials: '', ports: '', needs: '' },
  ...{ ready: 'started', readyAt: '', health: 'none', healthAt: '', restart: 'always', stopSeconds: 5, idleSeconds: 300 },
  ...{ memoryMb: null, cpuPercent: null, limitAction: 'restart' },
}

export function formOf(doc: ServiceDoc): ServiceForm {
  const { id, label, desired, program, cwd, restart, stopSeconds, idleSeconds, memoryMb, cpuPercent, limitAction, readiness, health } = doc
  const env = Object.entries(doc.env).map(([name, value]) => `${name}=${value}`)
  return {
    ...{ id, label, desired, program, cwd, restart, stopSeconds, idleSeconds, memoryMb, cpuPercent, limitAction },
    ...{ args: doc.args.join('\n'), env: env.join('\n'), credentials: doc.credentials.join(', ') },
    ...{ ports: doc.ports.join(', '), needs: doc.needs.join(', ') },
    ...{ ready: readiness.kind, readyAt: placeOf(readiness), health: health?.kind ?? 'none', healthAt: health ? placeOf(health) : '' },
  }
}

function placeOf(asked: ServiceDoc['readiness'] | NonNullable<ServiceDoc['health']>): string {
  if (asked.kind === 'port') return String(asked.port)
  if (asked.kind === 'http') return asked.url
  if (asked.kind === 'line') return asked.text
  return asked.kind === 'command' ? [asked.program, ...asked.args].join('\n') : ''
}

const words = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '')
const rows = (text: string): string[] => text.split('\n').filter((row) => row !== '')
const isPort = (text: string): boolean => /^\d+$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 65_535

/** `before`: what the form does not show stays as it is there. */
export function docOf(form: ServiceForm, before: ServiceDoc | undefined): ServiceDocInput {
  const { id, label, desired, program, cwd, restart, stopSeconds, idleSeconds, memoryMb, cpuPercent, limitAction } = form
  return {
    ...before,
    ...{
      id,
      label: label.trim() === '' ? id : label,
      desired,
      program,
      cwd,
      restart,
      stopSeconds,
      idleSeconds,
      memoryMb,
      cpuPercent,
      limitAction,
    },
    ...{ args: rows(form.args), credentials: words(form.credentials), ports: words(form.ports).map(Number), needs: words(form.needs) },
    env: Object.fromEntries(rows(form.env).map((row) => [row.slice(0, row.indexOf('=')), row.slice(row.indexOf('=') + 1)])),
    readiness: readinessOf(form),
    health: healthOf(form, before),
  }
}

function readinessOf({ ready, readyAt }: ServiceForm): NonNullable<ServiceDocInput['readiness']> {
  if (ready === 'port') return { kind: ready, port: Number(readyAt) }
  if (ready === 'http') return { kind: ready, url: readyAt.trim() }
  return ready === 'line' ? { kind: ready, text: readyAt } : { kind: ready }
}

function healthOf({ health, healthAt }: ServiceForm, before: ServiceDoc | undefined): ServiceDocInput['health'] {
  if (health === 'none') return null
  if (health === 'port') return { kind: health, port: Number(healthAt) }
  const text = before?.health?.kind === 'http' ? before.health.text : ''
  if (health === 'http') return { kind: health, url: healthAt.trim(), text }
  const [program = '', ...args] = rows(healthAt)
  return { kind: health, program, args }
}

export function problemsOf(form: ServiceForm, taken: readonly string[]): FormProblems {
  const problems: { -readonly [Name in keyof ServiceForm]?: string } = {}
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(form.id)) problems.id = 'A letter first, then at most 31 of a-z, 0-9 and -.'
  else if (taken.includes(form.id)) problems.id = 'There is a service of this id.'
  if (form.program.trim() === '') problems.program = 'Which program is it?'
  if (rows(form.env).some((row) => !/^[A-Za-z_][A-Za-z0-9_]*=/.test(row))) problems.env = 'Each line is written NAME=value.'
  if (words(form.ports).some((port) => !isPort(port))) problems.ports = 'Numbers from 1 to 65535, with commas between them.'
  const ready = placeProblem(form.ready, form.readyAt)
  if (ready) problems.readyAt = ready
  const health = placeProblem(form.health, form.healthAt)
  if (health) problems.healthAt = health
  return problems
}

function placeProblem(kind: ServiceForm['ready'] | ServiceForm['health'], text: string): string | undefined {
  if (kind === 'port' && !isPort(text)) return 'A number from 1 to 65535.'
  if (kind === 'http' && !/^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])([:/]|$)/.test(text.trim()))
    return 'An address of this machine, such as http://127.0.0.1:8080/health.'
  if (kind === 'line' && text === '') return 'A text that the line has.'
  return kind === 'command' && text.trim() === '' ? 'A program, then each argument on a line of its own.' : undefined
}
