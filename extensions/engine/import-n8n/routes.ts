/** The `import` slice of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import { exportWorkflow } from './export.ts'
import type { ImportFiles } from './open.ts'

export function importRoutes(files: ImportFiles) {
  const on = implement(contract.import).$context<CallContext>()
  return {
    plan: on.plan.handler(({ input }) => files.read(input.text)),
    exportN8n: on.exportN8n.handler(({ input }) => ({ text: `${JSON.stringify(exportWorkflow(input.team), null, 2)}\n` })),
  }
}
