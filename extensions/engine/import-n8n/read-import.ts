/** A text, which may be anything, to what an import of it would make. Pure; bounded by `reading.ts`; run in a thread. */
import type { ImportReading } from '#contract'
import type { KindOfType } from './outcome.ts'
import { readWorkflows } from './reading.ts'
import { importWorkflow } from './workflow.ts'

export function readImport(text: string, kindOf: KindOfType): ImportReading {
  const reading = readWorkflows(text)
  if (!reading.ok) return reading
  return { ok: true, workflows: reading.workflows.map((found) => importWorkflow(found, reading.mended, kindOf)) }
}
