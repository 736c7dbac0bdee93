/** An import's report for a person: how many files, then each workflow with what became of its nodes, and what needs a person. */
import type { ImportedWorkflow, ImportReading } from '#contract'
import type { Io } from '../io.ts'
import { table } from './table.ts'

export interface FileImport {
  readonly file: string
  readonly reading: ImportReading
}

const OUTCOME_WORDS: Readonly<Record<string, string>> = {
  same: 'runs the same',
  differs: 'runs, with a difference',
  credential: 'needs a credential',
  persona: 'becomes a persona',
  part: 'part of a persona',
  placeholder: 'placeholder',
  note: 'note',
}
const COUNTED: Readonly<Record<string, string>> = {
  same: 'the same',
  differs: 'with a difference',
  credential: 'once a credential is granted',
  persona: 'as personas',
  part: 'as parts of personas',
  placeholder: 'as placeholders',
  note: 'as notes',
}
/** Nodes that ask nothing of a person are counted; the others are listed, so many of each workflow unless all are asked for. */
const LISTED = 12

export async function importReport(imports: readonly FileImport[], written: readonly string[], all: boolean, io: Io): Promise<string> {
  const { out } = io.paint
  const read = imports.filter(({ reading }) => reading.ok).length
  const lines = imports.length > 1 ? [`${read} of ${imports.length} files hold workflows.`] : []
  for (const { file, reading } of imports) {
    if (!reading.ok) {
      lines.push('', `${out.bold(file)}: ${reading.message}${reading.hint ? `\n  ${out.dim(reading.hint)}` : ''}`)
      continue
    }
    for (const workflow of reading.workflows) lines.push('', ...(await workflowLines(workflow, file, all, io)))
  }
  if (written.length > 0)
    lines.push('', `Written: ${written.join(', ')}`, 'Nothing of it is active. Make a team of one: troupe team create --file <file>')
  return `${lines.join('\n').trimStart()}\n`
}

const workflowLines = ({ team, ...report }: ImportedWorkflow, file: string, all: boolean, io: Io): Promise<string[]> =>
  reportLines({ name: team.name, ...report }, file, all, io)

/** One workflow's report, line by line. */
export async function reportLines(
  workflow: Omit<ImportedWorkflow, 'team' | 'personas'> & { readonly name: string },
  file: string,
  all: boolean,
  io: Io,
): Promise<string[]> {
  const { out } = io.paint
  const { counts, name } = workflow
  const parts = Object.entries(counts.outcomes).filter(([, n]) => n > 0)
  const lines = [
    `${out.bold(name)} ${out.dim(`(${file})`)}`,
    `  ${counts.imported} of ${counts.nodes} nodes: ${parts.map(([outcome, n]) => `${n} ${COUNTED[outcome] ?? outcome}`).join(', ')}.`,
    `  ${counts.linksKept} of ${counts.links} wires${counts.linksDangling > 0 ? `; ${counts.linksDangling} lead nowhere` : ''}. ${workflow.runnable ? 'It can run here as it is.' : 'It needs you before it can run to its end.'}`,
    ...workflow.starts.map(({ node, words }) => `  Starts: ${node}: ${words}`),
  ]
  const asking = workflow.nodes.filter(({ words }) => words !== '')
  const shown = all ? asking : asking.slice(0, LISTED)
  if (shown.length > 0) {
    const rows = shown.map(({ name, outcome, words }) => [name, OUTCOME_WORDS[outcome] ?? outcome, words])
    const columns = [{ title: 'Node' }, { title: 'Outcome' }, { title: 'Why, and what to do', gives: true }]
    lines.push(indented(await table(columns, rows, { width: io.columns === undefined ? undefined : io.columns - 2, dim: out.dim })))
  }
  if (asking.length > shown.length) lines.push(`  … and ${asking.length - shown.length} more; --all lists them.`)
  const findings = workflow.findings.filter(({ code }) => code !== 'unknown-type' && code !== 'community-type')
  for (const { node, message } of all ? findings : findings.slice(0, LISTED))
    lines.push(`  · ${node === null ? '' : `${node}: `}${message}`)
  if (!all && findings.length > LISTED) lines.push(`  … and ${findings.length - LISTED} more findings; --all lists them.`)
  return lines
}

const indented = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
