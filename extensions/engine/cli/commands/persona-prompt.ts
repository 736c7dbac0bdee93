/** What a run would send, without running it. */
import type { PersonaDocInput } from '#contract'
import { EXIT, LIMITS } from '#contract/plain'
import { findPersona } from '../find.ts'
import type { Session } from '../session.ts'
import { count } from '../show/words.ts'
import { readDocFile } from './persona-change.ts'

export interface PromptOptions {
  readonly input: string
  readonly param: Readonly<Record<string, string>>
  readonly revision?: number
  /** A document that is not saved. */
  readonly file?: string
}

/** The prompt to stdout; how long it is, and what is wrong with it, to stderr. Exit code 1 when something is. */
export async function showPrompt(session: Session, asked: string, options: PromptOptions): Promise<number> {
  const engine = await session.engine()
  const { id } = await findPersona(engine, asked, { archived: true })
  const doc: PersonaDocInput =
    options.file === undefined
      ? (await engine.persona.get(options.revision === undefined ? { id } : { id, revision: options.revision })).doc
      : await readDocFile(session, options.file)
  const input = options.input === '-' ? await session.io.readAll(LIMITS.inputChars) : options.input
  const found = await engine.persona.assemble({ doc, params: { ...options.param }, input })
  await session.print(found, ({ prompt }) => (prompt === '' || prompt.endsWith('\n') ? prompt : `${prompt}\n`))
  if (!session.json) {
    const { dim, yellow } = session.io.paint.err
    await session.io.err(dim(`About ${count(found.tokens)} tokens.\n`))
    for (const { where, message } of found.problems) await session.io.err(`${yellow('·')} ${where}: ${message}\n`)
  }
  return found.problems.length === 0 ? EXIT.ok : EXIT.failed
}
