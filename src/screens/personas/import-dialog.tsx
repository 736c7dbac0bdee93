import FileUp from 'lucide-solid/icons/file-up'
import Moon from 'lucide-solid/icons/moon'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import Zap from 'lucide-solid/icons/zap'
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import type { ImportPlan, PersonaRow } from '#contract'
import { LIMITS } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { bytes, counted } from '../../look/format.ts'
import { Badge, Button, Dialog, ErrorNote, type Failure, Field, failureOf, PersonaMark, TextArea, tryOrToast } from '../../parts/mod.ts'

interface ImportDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** choosing → planned (what would be created, and what it may do) → done (created asleep; each can be woken) */
type Stage =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'planned'; readonly text: string; readonly plan: ImportPlan }
  | { readonly kind: 'done'; readonly rows: readonly PersonaRow[] }

export function ImportDialog(props: ImportDialogProps) {
  const [stage, setStage] = createSignal<Stage>({ kind: 'choosing' })
  const [text, setText] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const close = (open: boolean) => {
    props.onOpenChange(open)
    if (open) return
    setStage({ kind: 'choosing' })
    setText('')
    setFailure(undefined)
  }
  const during = async (work: () => Promise<Stage>) => {
    if (busy()) return
    setBusy(true)
    setFailure(undefined)
    try {
      setStage(await work())
    } catch (thrown) {
      setFailure(failureOf(thrown))
    } finally {
      setBusy(false)
    }
  }
  const plan = (source: string) =>
    void during(async () => ({ kind: 'planned', text: source, plan: await engine.persona.planImport({ text: source }) }))
  const create = () => {
    const now = stage()
    if (now.kind !== 'planned') return
    void during(async () => ({ kind: 'done', rows: await engine.persona.import({ text: now.text, digest: now.plan.digest }) }))
  }
  const take = async (file: File | undefined) => {
    if (!file) return
    if (file.size > LIMITS.importBytes) {
      setFailure({
        code: 'TOO_LARGE',
        message: `${file.name} has ${bytes(file.size)}; at most ${bytes(LIMITS.importBytes)} can be imported.`,
        hint: undefined,
        canRetry: false,
      })
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
  return (
    <Dialog
      open={props.open}
      onOpenChange={close}
      title={done() ? 'Imported' : planned() ? 'This would be created' : 'Import personas'}
      footer={
        <Switch>
          <Match when={done()}>
            <Button variant="primary" onClick={() => close(false)}>
              Done
            </Button>
          </Match>
          <Match when={planned()}>
            {(shown) => (
              <>
                <Button onClick={() => setStage({ kind: 'choosing' })}>Back</Button>
                <Button variant="primary" busy={busy()} onClick={create}>
                  Create {counted(shown().items.length, 'persona')}, asleep
                </Button>
              </>
            )}
          </Match>
          <Match when={true}>
            <Button onClick={() => close(false)}>Not now</Button>
            <Button variant="primary" disabled={text().trim() === ''} busy={busy()} onClick={() => plan(text())}>
              Show what it is
            </Button>
          </Match>
        </Switch>
      }
    >
      <Switch>
        <Match when={done()}>{(rows) => <Created rows={rows()} />}</Match>
        <Match when={planned()}>{(shown) => <Plan plan={shown()} />}</Match>
        <Match when={true}>
          <Choose text={text()} onText={setText} onFile={(file) => void take(file)} />
        </Match>
      </Switch>
      <Show when={failure()}>{(shown) => <ErrorNote title="Nothing was imported" failure={shown()} class="mt-3" />}</Show>
    </Dialog>
  )
}

function Choose(props: {
  readonly text: string
  readonly onText: (text: string) => void
  readonly onFile: (file: File | undefined) => void
}) {
  const [over, setOver] = createSignal(false)
  let picker: HTMLInputElement | undefined
  return (
    <div class="flex flex-col gap-4">
      <button
        type="button"
        class="flex flex-col items-center gap-1 rounded-lg border border-dashed border-control-line px-4 py-6 text-center text-muted hover:bg-hover"
        classList={{ 'bg-accent-soft': over() }}
        onClick={() => picker?.click()}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          props.onFile(event.dataTransfer?.files[0])
        }}
      >
        <FileUp size={20} aria-hidden="true" />
        <span class="font-medium text-text">Choose a file, or drop it here</span>
        <span class="text-sm">A file that Troupe exported. Nothing is created before you have seen what it is.</span>
      </button>
      <input
        ref={picker}
        type="file"
        class="sr-only"
        tabindex={-1}
        aria-label="Persona file"
        accept=".yaml,.yml,.json,.txt"
        onChange={(event) => {
          props.onFile(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
      <Field label="Or paste its text">
        <TextArea rows={6} mono spellcheck={false} value={props.text} onValue={props.onText} />
      </Field>
    </div>
  )
}

function Plan(props: { readonly plan: ImportPlan }) {
  return (
    <ul class="flex flex-col gap-3">
      <For each={props.plan.items}>
        {(item) => (
          <li class="rounded-lg border border-line p-3">
            <p class="flex items-center gap-2 font-medium">
              {item.importedName}
              <Badge>{item.bodyKind === 'model' ? 'model' : 'command'}</Badge>
            </p>
            <Show when={item.importedName !== item.name}>
              <p class="text-sm text-muted">There is a {item.name} here already; this one stands beside it.</p>
            </Show>
            <p class="text-muted">{item.summary}</p>
            <Lines title="What it may do" icon={Zap} lines={item.powers} none="Nothing beyond its own answers." />
            <Lines title="Look at this" icon={TriangleAlert} lines={item.warnings} warn />
          </li>
        )}
      </For>
    </ul>
  )
}

function Lines(props: {
  readonly title: string
  readonly icon: typeof Zap
  readonly lines: readonly string[]
  readonly none?: string
  readonly warn?: boolean
}) {
  return (
    <Show when={props.lines.length > 0 || props.none}>
      <div class={`mt-2 rounded-md px-2.5 py-1.5 ${props.warn ? 'bg-warn-soft text-warn-ink' : 'bg-sunken'}`}>
        <p class="flex items-center gap-1.5 text-sm font-medium">
          <props.icon size={14} aria-hidden="true" />
          {props.title}
        </p>
        <Show when={props.lines.length > 0} fallback={<p>{props.none}</p>}>
          <ul class="list-disc pl-5">
            <For each={props.lines}>{(line) => <li class="wrap-anywhere">{line}</li>}</For>
          </ul>
        </Show>
      </div>
    </Show>
  )
}

function Created(props: { readonly rows: readonly PersonaRow[] }) {
  const [awake, setAwake] = createSignal<ReadonlySet<string>>(new Set())
  const wake = (row: PersonaRow) =>
    tryOrToast(`${row.doc.name} was not woken`, async () => {
      await engine.persona.activate({ id: row.id, active: true })
      setAwake(new Set([...awake(), row.id]))
    })
  return (
    <>
      <p class="mb-3">They sleep, and refuse to run, until you wake them. That can wait: look at them first.</p>
      <ul class="flex flex-col gap-1">
        <For each={props.rows}>
          {(row) => (
            <li class="flex items-center gap-2.5 py-1">
              <PersonaMark icon={row.doc.icon} colour={row.doc.colour} />
              <span class="min-w-0 flex-1 truncate font-medium">{row.doc.name}</span>
              <Show when={!awake().has(row.id)} fallback={<Badge tone="ok">Awake</Badge>}>
                <Badge icon={Moon}>Asleep</Badge>
                <Button size="sm" onClick={() => void wake(row)}>
                  Wake
                </Button>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </>
  )
}
