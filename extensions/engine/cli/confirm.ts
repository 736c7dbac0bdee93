/** A question that is answered with yes or no. */
import { Cancelled, WrongUse } from './failure.ts'
import type { Session } from './session.ts'

/** Asks on a terminal. Elsewhere nobody can answer, so the option that stands for yes is asked for. */
export async function confirm(session: Session, question: string, option: string): Promise<void> {
  if (!session.io.terminal.in || session.json) throw new WrongUse(`${question} Nobody can be asked here.`, `Add ${option} to say yes.`)
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  // Ctrl+C leaves the question standing on its line.
  const answer = await lines.question(`${question} [y/N] `).catch(() => session.io.err('\n').then(() => ''))
  lines.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new Cancelled('Nothing was changed.')
}
