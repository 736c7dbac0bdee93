/** choosing → planned (what would be created, and what it may do) → done (created asleep; each can be woken) */
import { createSignal } from 'solid-js'
import type { ImportPlan, PersonaRow } from '#contract'
import { LIMITS } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { bytes } from '../../look/format.ts'
import { createAttempt } from '../../parts/mod.ts'

type Stage =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'planned'; readonly text: string; readonly plan: ImportPlan }
  | { readonly kind: 'done'; readonly rows: readonly PersonaRow[] }

export type Importing = ReturnType<typeof createImporting>

export function createImporting() {
  const [stage, setStage] = createSignal<Stage>({ kind: 'choosing' })
  const [text, setText] = createSignal('')
  const { busy, failure, run, fail } = createAttempt()
  const choose = () => setStage({ kind: 'choosing' })
  const during = (work: () => Promise<Stage>) => {
    if (!busy()) void run(async () => void setStage(await work()))
  }
  const plan = (source: string) =>
    during(async () => ({ kind: 'planned', text: source, plan: await engine.persona.planImport({ text: source }) }))
  const create = () => {
    const now = stage()
    if (now.kind !== 'planned') return
    during(async () => ({ kind: 'done', rows: await engine.persona.import({ text: now.text, digest: now.plan.digest }) }))
  }
  const take = async (file: File | undefined) => {
    if (!file) return
    if (file.size > LIMITS.importBytes) {
      const message = `${file.name} has ${bytes(file.size)}; at most ${bytes(LIMITS.importBytes)} can be imported.`
      fail({ code: 'TOO_LARGE', message, hint: undefined, canRetry: false })
      return
    }
    plan(await file.text())
  }
  const planned = () => {
    const now = stage()
    return now.kind === 'planned' ? now.plan : undefined
  }
  const done = () => {
    const now = stage()
    return now.kind === 'done' ? now.rows : undefined
  }
  return {
    text,
    setText,
    take,
    plan: () => plan(text()),
    planned,
    choose,
    create,
    done,
    busy,
    failure,
    /** For the next time that the dialog opens. */
    forget: () => {
      choose()
      setText('')
      fail(undefined)
    },
  }
}
