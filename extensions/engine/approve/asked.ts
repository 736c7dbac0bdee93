/** The model's `ask` tool as a question for a person, and a person's answer as what the model reads. */
import type { Decision, Question } from '#contract'
import { asRecord, textOf } from './call-line.ts'

export const ASK_TOOL = 'ask'
const OPTIONS = 20
const TEXT_CHARS = 4000
const FILE_CHARS = 400_000

/** What a model wrote may be anything: what cannot be used is left out, and a question without options takes words. */
export function questionOf(args: unknown): Question {
  const { question, options, several, ownWords, proposal } = asRecord(args)
  const offered = (Array.isArray(options) ? options : []).slice(0, OPTIONS).map((option, index) => {
    const { label, about } = asRecord(option)
    return { id: String(index + 1), label: (textOf(label) || textOf(option)).slice(0, 200), about: textOf(about).slice(0, TEXT_CHARS) }
  })
  return {
    text: textOf(question).slice(0, TEXT_CHARS),
    answer: offered.length === 0 ? 'text' : several === true ? 'several' : 'one',
    options: offered,
    ownWords: offered.length === 0 || ownWords === true,
    proposal: proposalOf(proposal),
  }
}

function proposalOf(given: unknown): Question['proposal'] {
  const { path, before, after } = asRecord(given)
  if (typeof path !== 'string' || typeof after !== 'string') return null
  return { path: path.slice(0, TEXT_CHARS), before: textOf(before).slice(0, FILE_CHARS), after: after.slice(0, FILE_CHARS) }
}

type Answer = Extract<Decision, { kind: 'answer' }>

/** null: it fits. */
export function whyUnfit({ answer, options, ownWords }: Question, { chosen, text }: Answer): string | null {
  const unknown = chosen.find((id) => !options.some((option) => option.id === id))
  if (unknown !== undefined) return `There is no option "${unknown}"; the options are ${options.map(({ id }) => id).join(', ') || 'none'}.`
  const words = text.trim() !== ''
  if (words && !ownWords) return 'This question takes one of its options, and no words of your own.'
  if (answer === 'one' && chosen.length > 1) return 'Choose one option.'
  if (new Set(chosen).size !== chosen.length) return 'An option was chosen twice.'
  if (chosen.length === 0 && !words && answer !== 'several') return ownWords ? 'Write an answer.' : 'Choose an option.'
  return null
}

/** As the model reads it. */
export function answerText({ options, proposal }: Question, { chosen, text }: Answer): string {
  const labels = chosen.map((id) => options.find((option) => option.id === id)?.label ?? id)
  const parts = [labels.join('; '), text.trim()].filter((part) => part !== '')
  if (parts.length > 0) return parts.join('\n')
  return proposal ? 'The person saw the proposal and said nothing.' : 'None of them.'
}
