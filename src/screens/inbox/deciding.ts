/** Sends decisions, and says how they went: the first answer wins, and the second one is told. */
import type { Decided, Decision, InboxItem } from '#contract'
import { engine } from '../../link/mod.ts'
import { counted } from '../../look/format.ts'
import { createAttempt, toast } from '../../parts/mod.ts'
import { inbox } from '../../state/mod.ts'

export interface Deciding {
  readonly busy: () => boolean
  readonly failure: ReturnType<typeof createAttempt>['failure']
  readonly decide: (items: readonly InboxItem[], decision: Decision) => Promise<void>
}

const DONE: Readonly<Record<Decision['kind'], string>> = { approve: 'Approved', deny: 'Denied', answer: 'Answered' }

export function createDeciding(): Deciding {
  const { busy, failure, run } = createAttempt()
  const decide = (items: readonly InboxItem[], decision: Decision) =>
    run(async () => {
      const asked = items.map(({ id, call }) => ({ id, digest: call?.digest }))
      const answers = await engine.inbox.decideMany({ items: asked, decision })
      inbox.again()
      tell(answers, decision)
    })
  return { busy, failure, decide: async (items, decision) => void (await decide(items, decision)) }
}

function tell(answers: readonly Decided[], decision: Decision): void {
  const done = answers.filter(({ ok }) => ok).length
  if (done > 0) toast.ok(done === 1 ? `${DONE[decision.kind]}; the run goes on` : `${DONE[decision.kind]}: ${counted(done, 'call')}`)
  for (const answer of answers) if (!answer.ok) toast.error(answer.message)
}
