import { createEffect, createSignal, on, Show } from 'solid-js'
import type { RunRow, TeamItem } from '#contract'
import { engine } from '../../../link/mod.ts'
import { Button, Checkbox, createAttempt, Dialog, ErrorNote, Field, Select, TextArea } from '../../../parts/mod.ts'
import type { TeamEditor } from '../editor.ts'

interface RunTeamDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly editor: TeamEditor
  /** A run that is shown: what it gave before the chosen node can be kept. */
  readonly keep: string | undefined
  readonly onStarted: (run: RunRow) => void
}

/** A run by hand: where it begins, what it is given, how far it goes. What is not saved is tried as it stands. */
export function RunTeamDialog(props: RunTeamDialogProps) {
  const { editor } = props
  const starts = () => editor.doc().nodes.filter(({ kind, disabled }) => kind.endsWith('Start') && !disabled)
  const [from, setFrom] = createSignal('')
  const [until, setUntil] = createSignal('')
  const [text, setText] = createSignal('')
  const [pinned, setPinned] = createSignal(true)
  const [keep, setKeep] = createSignal(false)
  const { busy, failure, run, fail } = createAttempt()
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        fail(undefined)
        const chosen = editor.selectedNode()?.name
        if (props.keep !== undefined && chosen !== undefined) {
          setFrom(chosen)
          setKeep(true)
        } else {
          const first = starts().find(({ kind }) => kind === 'manualStart') ?? starts()[0]
          if (!editor.doc().nodes.some(({ name }) => name === from())) setFrom(first?.name ?? '')
          setKeep(false)
        }
      },
    ),
  )
  const nodes = () => editor.doc().nodes.map(({ name }) => ({ value: name, label: name }))
  const start = () =>
    run(async () => {
      const row = await engine.team.run({
        id: editor.row().id,
        ...(editor.dirty() ? { draft: editor.doc() } : {}),
        ...(from() === '' ? {} : { from: from() }),
        ...(until() === '' ? {} : { until: until() }),
        ...(text().trim() === '' ? {} : { items: itemsOf(text()) }),
        ...(keep() && props.keep !== undefined ? { keep: props.keep } : {}),
        pinned: pinned(),
      })
      props.onStarted(row)
      props.onOpenChange(false)
    })
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={`Run ${editor.doc().name}`}
      footer={
        <>
          <Button onClick={() => props.onOpenChange(false)}>Not now</Button>
          <Button variant="primary" busy={busy()} onClick={() => void start()}>
            Run
          </Button>
        </>
      }
    >
      <div class="flex flex-col gap-3.5">
        <Show when={editor.dirty()}>
          <p class="rounded-md bg-warn-soft px-3 py-2 text-warn-ink">It runs as it is drawn now, with what is not saved.</p>
        </Show>
        <Field label="Begins at">
          <Select value={from()} options={[{ value: '', label: 'Its only start' }, ...nodes()]} onValue={setFrom} />
        </Field>
        <Show when={props.keep !== undefined}>
          <Checkbox label="Keep what the shown run gave before that node" checked={keep()} onChecked={setKeep} />
        </Show>
        <Field label="Ends after" optional>
          <Select value={until()} options={[{ value: '', label: 'Its end' }, ...nodes()]} onValue={setUntil} />
        </Field>
        <Show when={!keep()}>
          <Field label="Items" optional hint="A text, an object, or a list of objects. Empty: one empty item.">
            <TextArea rows={4} mono spellcheck={false} value={text()} onValue={setText} />
          </Field>
        </Show>
        <Checkbox label="Pinned nodes give their pinned items" checked={pinned()} onChecked={setPinned} />
        <Show when={failure()}>{(shown) => <ErrorNote title="The run was not started" failure={shown()} />}</Show>
      </div>
    </Dialog>
  )
}

/** Throws, in words, when it begins like JSON and is none. */
export function itemsOf(text: string): TeamItem[] {
  if (!/^\s*[[{]/.test(text)) return [{ json: { text } }]
  const value: unknown = JSON.parse(text)
  return (Array.isArray(value) ? value : [value]).map((one: unknown) => {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) throw new Error('Each item is an object of fields.')
    const bag = one as Record<string, unknown>
    return typeof bag.json === 'object' && bag.json !== null && Object.keys(bag).length === 1
      ? { json: bag.json as Record<string, unknown> }
      : { json: bag }
  })
}
