/** A small workflow to change one thing of, and its import with the team's own words. */
import type { ImportedWorkflow } from '#contract'
import { kindsByType } from '../../../extensions/engine/import-n8n/outcome.ts'
import { readImport } from '../../../extensions/engine/import-n8n/read-import.ts'
import { N8N_KINDS } from '../../../extensions/engine/team/nodes/words.ts'

export const kindOf = kindsByType(N8N_KINDS)

export interface Drawn {
  readonly name?: string
  readonly nodes: readonly unknown[]
  readonly connections?: Record<string, unknown>
  readonly [more: string]: unknown
}

export const node = (name: string, type: string, more: Record<string, unknown> = {}) => ({
  id: `id-${name}`,
  name,
  type: type.includes('.') ? type : `n8n-nodes-base.${type}`,
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
  ...more,
})

export const wire = (to: string, type = 'main', index = 0) => ({ [type]: [[{ node: to, type, index }]] })

/** The first workflow of a text. Throws the refusal. */
export function imported(file: Drawn | string): ImportedWorkflow {
  const reading = readImport(typeof file === 'string' ? file : JSON.stringify(file), kindOf)
  if (!reading.ok) throw new Error(reading.message)
  const [workflow] = reading.workflows
  if (!workflow) throw new Error('no workflow')
  return workflow
}

export function refusal(text: string): string {
  const reading = readImport(text, kindOf)
  if (reading.ok) throw new Error('it was read')
  return reading.message
}

export const codes = (workflow: ImportedWorkflow, name?: string) =>
  workflow.findings.filter((one) => name === undefined || one.node === name).map(({ code }) => code)
