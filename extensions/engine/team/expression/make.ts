import { Evaluator } from './evaluator.ts'
import type { ExpressionOptions, Expressions } from './expressions.ts'
import { openMachines } from './machines.ts'

/** Starts a sandbox: about 30 ms the first time in a thread. */
export async function makeExpressions(options: ExpressionOptions): Promise<Expressions> {
  return new Evaluator(options, await openMachines())
}
