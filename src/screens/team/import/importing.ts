/** choosing → reading → planned (each file with its report, or why it is none) → made (teams not active, personas asleep) */
import { createSignal } from 'solid-js'
import type { ImportReading, KeptImport, TeamRow } from '#contract'
import { LIMITS } from '#contract/plain'
import { engine } from '../../../link/mod.ts'
import { createAttempt, failureOf } from '../../../parts/mod.ts'
import type { ImportAsk } from '../../../shell/mod.ts'

export interface FileReading {
  readonly name: string
  readonly text: string
  readonly reading: ImportReading
}
export interface MadeTeam {
  readonly team: TeamRow
  readonly import: KeptImport
}
type Stage =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'reading'; readonly done: number; readonly all: number }
  | { readonly kind: 'planned'; readonly files: readonly FileReading[] }
  | { readonly kind: 'made'; readonly teams: readonly MadeTeam[] }

export type Importing = ReturnType<typeof createImporting>

export function createImporting() {
  const [stage, setStage] = createSignal<Stage>({ kind: 'choosing' })
  const [text, setText] = createSignal('')
  const { busy, failure, run, fail } = createAttempt()
  let left = false
  const read = async (sources: readonly { readonly name: string; readonly text: () => Promise<string>; readonly size: number }[]) =>
    run(async () => {
      left = false
      const files: FileReading[] = []
      for (const [at, source] of sources.entries()) {
        if (left) return
        setStage({ kind: 'reading', done: at, all: sources.length })
        files.push(await readOne(source))
      }
      setStage({ kind: 'planned', files })
    })
  const make = () =>
    run(async () => {
      const now = stage()
      if (now.kind !== 'planned') return
      const teams: MadeTeam[] = []
      for (const { reading, text: source } of now.files) if (reading.ok) teams.push(...(await engine.team.import({ text: source })))
      setStage({ kind: 'made', teams })
    })
  const take = (ask: ImportAsk) => {
    if (ask.files)
      void read(
        ask.files
          .filter(({ name }) => ask.files?.length === 1 || name.endsWith('.json'))
          .map((file) => ({ name: file.name, size: file.size, text: () => file.text() })),
      )
    else if (ask.text !== undefined) void read([{ name: 'Pasted', size: ask.text.length, text: async () => ask.text ?? '' }])
  }
  return {
    stage,
    text,
    setText,
    busy,
    failure,
    take,
    make,
    back: () => {
      left = true
      setStage({ kind: 'choosing' })
      fail(undefined)
    },
    /** After a change to one of the teams that were made. */
    replace: (row: TeamRow) => {
      const now = stage()
      if (now.kind === 'made')
        setStage({ kind: 'made', teams: now.teams.map((one) => (one.team.id === row.id ? { ...one, team: row } : one)) })
    },
  }
}

async function readOne(source: {
  readonly name: string
  readonly text: () => Promise<string>
  readonly size: number
}): Promise<FileReading> {
  const none = (message: string, hint: string): FileReading => ({ name: source.name, text: '', reading: { ok: false, message, hint } })
  if (source.size > LIMITS.n8nFileChars)
    return none(
      `It has ${source.size.toLocaleString('en-US')} bytes, which is too large for a workflow.`,
      'Export fewer workflows at once.',
    )
  try {
    const text = await source.text()
    return { name: source.name, text, reading: await engine.import.plan({ text }) }
  } catch (thrown) {
    const { message, hint } = failureOf(thrown)
    return none(message, hint ?? '')
  }
}
