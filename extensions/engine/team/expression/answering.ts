/** Answers what a box asks: the clock, the platform, the scope. Refusals go back as text, so nothing of the host passes with them. */
import { PlatformRefusal, platformAnswers } from '../sandbox/platform.ts'
import { scopeAnswers } from './answers.ts'
import type { ExpressionOptions } from './expressions.ts'
import { ExpressionFailure } from './failure.ts'
import type { ExpressionScope } from './scope.ts'

type Answers = Readonly<Record<string, (values: readonly unknown[]) => unknown>>

export type Answering = (question: string, argument: string) => string

/** `scope` gives the one that is being evaluated; `more` are questions of one kind of box only. */
export function answering(options: ExpressionOptions, scope: () => ExpressionScope | undefined, more: Answers = {}): Answering {
  const answerTo = (question: string, values: readonly unknown[]): unknown => {
    if (question === 'now') return options.now()
    if (question === 'random') return options.random()
    if (Object.hasOwn(more, question)) return more[question]?.(values)
    if (Object.hasOwn(platformAnswers, question)) return platformAnswers[question]?.(values)
    const current = scope()
    return current && Object.hasOwn(scopeAnswers, question) ? scopeAnswers[question]?.(current, values) : undefined
  }
  return (question, argument) => {
    try {
      const answer = answerTo(question, JSON.parse(argument) as unknown[])
      return answer === undefined ? '' : JSON.stringify(answer)
    } catch (error) {
      if (error instanceof ExpressionFailure) return `!${JSON.stringify({ name: error.name, message: error.message })}`
      if (error instanceof PlatformRefusal || error instanceof RangeError || error instanceof TypeError)
        return `?${JSON.stringify(error.message)}`
      throw error
    }
  }
}
