/** Triggers made and changed. */
import { readFile } from 'node:fs/promises'
import type { PersonaCard, ScheduleReading, TriggerDocInput } from '#contract'
import { EXIT } from '#contract/plain'
import { messageOf } from '#core'
import { confirm } from '../confirm.ts'
import { WrongUse } from '../failure.ts'
import { findPersona } from '../find.ts'
import { findTrigger } from '../find-trigger.ts'
import type { Engine } from '../link/connect.ts'
import { readJson, readSpan } from '../read-span.ts'
import type { Session } from '../session.ts'
import { moment } from '../show/words.ts'

export interface AddOptions {
  readonly at?: string
  readonly every?: string
  readonly zone?: string
  readonly on?: readonly string[]
  readonly if: Readonly<Record<string, string>>
  readonly folder?: string
  readonly glob?: readonly string[]
  readonly poll?: string
  readonly path?: string
  readonly after?: string
  readonly outcome?: 'succeeded' | 'failed' | 'any'
  readonly file?: string
  readonly name?: string
  readonly input?: string
  readonly off: boolean
}

type When = TriggerDocInput['when']

export async function addTrigger(session: Session, asked: string, options: AddOptions): Promise<number> {
  const engine = await session.engine()
  const persona = await findPersona(engine, asked)
  const doc =
    options.file === undefined
      ? await docOf(engine, persona, options)
      : { ...(await readDoc(session, options.file)), personaId: persona.id }
  const row = await engine.trigger.create({ doc: { ...doc, enabled: !options.off } })
  const { bold, dim } = session.io.paint.out
  await session.print(
    row,
    () =>
      `${bold(row.doc.name)} starts ${persona.name}: ${row.described}.${row.nextAt === null ? '' : ` Next: ${moment(row.nextAt)}.`}\n${dim(row.id)}\n`,
  )
  return EXIT.ok
}

async function docOf(engine: Engine, persona: PersonaCard, options: AddOptions): Promise<TriggerDocInput> {
  const ways = ['at', 'every', 'on', 'folder', 'poll', 'after'] as const
  const given = ways.filter((way) => options[way] !== undefined)
  if (given.length > 1) throw new WrongUse(`--${given[0]} and --${given[1]} do not go together: make a trigger for each.`)
  const { when, zone } = await whenOf(engine, options)
  const name =
    options.name ??
    options.at ??
    options.every ??
    options.on?.join(', ') ??
    options.folder ??
    options.poll ??
    (options.after === undefined ? 'By hand' : `After ${options.after}`)
  return { name: name.slice(0, 80), personaId: persona.id, when, zone, input: options.input ?? '' }
}

async function whenOf(engine: Engine, options: AddOptions): Promise<{ when: When; zone: string }> {
  const zone = options.zone ?? ''
  if (options.at !== undefined) {
    const read: ScheduleReading = await engine.schedule.read({ text: options.at, zone })
    if (!read.rule) throw new WrongUse(read.problem)
    return { when: { kind: 'schedule', rule: read.rule }, zone }
  }
  if (options.every !== undefined)
    return { when: { kind: 'schedule', rule: { how: 'interval', everyMs: readSpan(options.every), anchor: Date.now() } }, zone }
  if (options.on) return { when: { kind: 'event', types: [...options.on], filter: Object.entries(options.if).map(condition) }, zone }
  if (options.folder !== undefined) return { when: { kind: 'file', folder: options.folder, globs: [...(options.glob ?? [])] }, zone }
  if (options.poll !== undefined) {
    const detect = options.path === undefined ? ({ detect: 'hash' } as const) : ({ detect: 'json-path', path: options.path } as const)
    return { when: { kind: 'poll', url: options.poll, everyMs: 300_000, ...detect }, zone }
  }
  if (options.after !== undefined) {
    const persona = await findPersona(engine, options.after)
    return { when: { kind: 'chain', personaId: persona.id, outcome: options.outcome ?? 'succeeded' }, zone }
  }
  return { when: { kind: 'manual' }, zone }
}

const WORDS = ['equals', 'not', 'contains', 'exists', 'missing', 'above', 'below', 'one-of'] as const

/** `data.total=above:100`, `data.name=Ada`. */
function condition([path, text]: [string, string]) {
  const at = text.indexOf(':')
  const word = WORDS.find((one) => one === (at < 0 ? text : text.slice(0, at)))
  if (word === 'exists' || word === 'missing') return { path, is: word, value: '' }
  return word && at >= 0 ? { path, is: word, value: text.slice(at + 1) } : { path, is: 'equals' as const, value: text }
}

async function readDoc(session: Session, path: string): Promise<TriggerDocInput & { readonly personaId: string }> {
  const text =
    path === '-'
      ? await session.io.readAll(1_000_000)
      : await readFile(path, 'utf8').catch((thrown: unknown) => {
          throw new WrongUse(`The file ${path} cannot be read: ${messageOf(thrown)}`)
        })
  const [{ parse }, { triggerDoc }] = await Promise.all([import('yaml'), import('#contract')])
  let value: unknown
  try {
    value = parse(text)
  } catch (thrown) {
    throw new WrongUse(`${path} is neither YAML nor JSON: ${messageOf(thrown)}`)
  }
  const read = triggerDoc.partial({ personaId: true }).safeParse(value)
  if (read.success) return { ...read.data, personaId: read.data.personaId ?? '' }
  const problems = read.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`)
  throw new WrongUse(`${path} is no trigger:\n  ${problems.join('\n  ')}`, 'troupe trigger show <trigger> --yaml prints one that is.')
}

export async function saveTrigger(session: Session, asked: string, options: { readonly file: string }): Promise<number> {
  const engine = await session.engine()
  const row = await findTrigger(engine, asked)
  const doc = await readDoc(session, options.file)
  const personaId = doc.personaId === '' ? row.doc.personaId : doc.personaId
  const saved = await engine.trigger.save({ id: row.id, version: row.version, doc: { ...doc, personaId } })
  await session.print(saved, () => `${saved.doc.name} is saved: ${saved.described}.\n`)
  return EXIT.ok
}

export async function turnTrigger(session: Session, asked: string, enabled: boolean): Promise<number> {
  const engine = await session.engine()
  const row = await engine.trigger.enable({ id: (await findTrigger(engine, asked)).id, enabled })
  await session.print(
    row,
    () => `${row.doc.name} is ${enabled ? 'on' : 'off'}.${row.nextAt === null ? '' : ` Next: ${moment(row.nextAt)}.`}\n`,
  )
  return EXIT.ok
}

export async function fireTrigger(
  session: Session,
  asked: string,
  options: { readonly payload?: string; readonly in?: string },
): Promise<number> {
  const engine = await session.engine()
  const { id } = await findTrigger(engine, asked)
  const payload = readJson(options.payload)
  const fire = await engine.trigger.fire({
    id,
    ...(payload !== undefined && { payload }),
    afterMs: options.in === undefined ? 0 : readSpan(options.in),
  })
  await session.print(fire, () => (fire.runId === null ? `It fires ${moment(fire.due)}: ${fire.id}\n` : `${fire.runId}\n`))
  return EXIT.ok
}

export async function skipNext(session: Session, asked: string): Promise<number> {
  const engine = await session.engine()
  const row = await engine.trigger.skipNext({ id: (await findTrigger(engine, asked)).id })
  await session.print(row, () => `${row.doc.name} leaves out ${row.skipUntil === null ? 'its next time' : moment(row.skipUntil)}.\n`)
  return EXIT.ok
}

export async function answerFire(session: Session, id: string, answer: string): Promise<number> {
  if (!['yes', 'no', 'y', 'n'].includes(answer.toLowerCase())) throw new WrongUse(`Answer yes or no, not "${answer}".`)
  const engine = await session.engine()
  const fire = await engine.trigger.answer({ id, yes: answer.toLowerCase().startsWith('y') })
  await session.print(fire, () => `${fire.triggerName}: ${fire.state}.\n`)
  return EXIT.ok
}

export async function removeTrigger(session: Session, asked: string, yes: boolean): Promise<number> {
  const engine = await session.engine()
  const row = await findTrigger(engine, asked)
  if (!yes) await confirm(session, `Remove the trigger ${row.doc.name}?`, '--yes')
  await engine.trigger.remove({ id: row.id })
  await session.print({ removed: row.id }, () => `${row.doc.name} is removed.\n`)
  return EXIT.ok
}
