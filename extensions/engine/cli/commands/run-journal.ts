/** `troupe resume`, `answer`, `fork`, `replay`, `guide`: what a person does with a run's journal. */
import { readFile } from 'node:fs/promises'
import type { ForkChange, RunMessage } from '#contract'
import { EXIT, LIMITS, type StepAnswer } from '#contract/plain'
import { messageOf } from '#core'
import { WrongUse } from '../failure.ts'
import { findRun } from '../find-run.ts'
import type { Engine } from '../link/connect.ts'
import type { Session } from '../session.ts'
import { oneLine } from '../show/table.ts'
import { ago } from '../show/words.ts'
import { readModel } from './persona-change.ts'
import { followed, type RunOptions } from './run.ts'

type Follow = Pick<RunOptions, 'detach' | 'quiet' | 'reasoning'>

export async function resumeRun(session: Session, asked: string, options: Follow): Promise<number> {
  const engine = await session.engine()
  const id = await findRun(engine, asked)
  const before = await engine.run.get({ id })
  const run = await engine.run.resume({ id })
  // One that waited goes on where it was; of an ended one it is a new run.
  return followed(session, engine, run, options, run.id === id ? before.run.lastSeq + 1 : 1)
}

export async function answerStep(
  session: Session,
  asked: string,
  step: number,
  answer: StepAnswer,
  options: Follow & { readonly result?: string },
): Promise<number> {
  const engine = await session.engine()
  const id = await findRun(engine, asked)
  if (answer === 'did-not-happen' && options.result !== undefined) {
    throw new WrongUse('What did not happen has no result: it is done now, and answers for itself.')
  }
  const { run: before } = await engine.run.get({ id })
  const result = options.result === '-' ? await session.io.readAll(LIMITS.toolResultBytes) : options.result
  const run = await engine.run.answer({ id, step, answer, ...(result === undefined ? {} : { result }) })
  if (run.state !== 'parked') return followed(session, engine, run, options, before.lastSeq + 1)
  await session.print(run, () => `Noted. It still waits: ${run.reason?.message ?? ''}\n`)
  return EXIT.ok
}

export interface ForkOptions extends Follow {
  readonly step: number
  readonly result?: string
  readonly say?: string
  readonly promptFile?: string
  readonly model?: readonly string[]
}

export async function forkRun(session: Session, asked: string, options: ForkOptions): Promise<number> {
  const engine = await session.engine()
  const id = await findRun(engine, asked)
  const run = await engine.run.fork({ id, step: options.step, change: await changeOf(session, options) })
  return followed(session, engine, run, options, 1)
}

async function changeOf(session: Session, options: ForkOptions): Promise<ForkChange> {
  const change: ForkChange = {}
  if (options.result !== undefined) {
    change.result = options.result === '-' ? await session.io.readAll(LIMITS.toolResultBytes) : options.result
  }
  if (options.say !== undefined) change.guidance = options.say
  if (options.model !== undefined) change.models = options.model.map(readModel)
  if (options.promptFile === undefined) return change
  change.prompt = await readFile(options.promptFile, 'utf8').catch((thrown: unknown) => {
    throw new WrongUse(`The file ${options.promptFile} cannot be read: ${messageOf(thrown)}`)
  })
  return change
}

export async function replayRun(session: Session, asked: string, options: Follow): Promise<number> {
  const engine = await session.engine()
  const run = await engine.run.replay({ id: await findRun(engine, asked) })
  const exit = await followed(session, engine, run, options, 1)
  if (options.detach || session.json) return exit
  // It says nothing anew, so its stream has no text: what comes of it is its result.
  const { result } = await ((await session.again()) ?? engine).run.get({ id: run.id })
  if (result !== '') await session.io.out(`${result.trimEnd()}\n`)
  return exit
}

export interface GuideOptions {
  readonly edit?: number
  readonly takeBack?: number
}

export async function guideRun(session: Session, asked: string, text: string | undefined, options: GuideOptions): Promise<number> {
  if (options.edit !== undefined && (text === undefined || options.takeBack !== undefined)) {
    throw new WrongUse('--edit needs the new text, and nothing else.', 'troupe guide <run> --edit <number> "the new text"')
  }
  if (options.takeBack !== undefined && text !== undefined) throw new WrongUse('--take-back needs no text.')
  const engine = await session.engine()
  const id = await findRun(engine, asked)
  const all = await say(engine, id, text, options)
  await session.print(all, () => messageWords(all))
  return EXIT.ok
}

async function say(engine: Engine, id: string, text: string | undefined, options: GuideOptions): Promise<readonly RunMessage[]> {
  const message = options.edit ?? options.takeBack
  if (message !== undefined) return await engine.run.editGuidance({ id, message, text: text ?? '' })
  if (text !== undefined) await engine.run.guide({ id, text })
  return (await engine.run.get({ id })).guidance
}

function messageWords(all: readonly RunMessage[]): string {
  if (all.length === 0) return 'Nothing was said to it.\n'
  return all
    .map((one) => {
      const state = one.state === 'waiting' ? 'waits for its next turn' : `taken as step ${one.step}`
      return `${String(one.id).padStart(4)}  ${ago(one.createdAt)}, ${state}: ${oneLine(one.text)}\n`
    })
    .join('')
}
