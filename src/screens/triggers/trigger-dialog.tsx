import { createEffect, createSignal, on, onCleanup, Show } from 'solid-js'
import type { ScheduleReading, TriggerRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, Dialog, ErrorNote, Field, Select, TextArea, TextInput, toast } from '../../parts/mod.ts'
import { createTriggerForm, docOf, KINDS } from './form.ts'
import { KindFields } from './kind-fields.tsx'
import { PolicyFields } from './policy-fields.tsx'

interface TriggerDialogProps {
  readonly personaId: string
  /** What is changed; left out: a new one. */
  readonly row?: TriggerRow | undefined
  readonly others: readonly TriggerRow[]
  readonly onClose: () => void
}

const READ_MS = 250

export function TriggerDialog(props: TriggerDialogProps) {
  const [form, set] = createTriggerForm(props.row)
  const reading = createReading(() => (form.kind === 'schedule' ? { text: form.words, zone: form.zone } : undefined))
  const [policies, setPolicies] = createSignal(false)
  const { busy, failure, run, fail } = createAttempt()
  const save = () => {
    const doc = docOf(form, props.personaId, props.row?.doc, reading())
    if (typeof doc === 'string') return fail({ code: 'INVALID', message: doc, hint: undefined, canRetry: false })
    return run(async () => {
      const { row } = props
      const saved = row ? await engine.trigger.save({ id: row.id, version: row.version, doc }) : await engine.trigger.create({ doc })
      toast.ok(`${saved.doc.name}: ${saved.described}`)
      props.onClose()
    })
  }
  return (
    <Dialog
      open
      size="lg"
      onOpenChange={(open) => !open && props.onClose()}
      title={props.row ? `Change ${props.row.doc.name}` : 'New trigger'}
      description={KINDS.find(({ value }) => value === form.kind)?.about}
      footer={
        <>
          <Button onClick={() => props.onClose()}>Cancel</Button>
          <Button variant="primary" busy={busy()} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <form
        class="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} />}</Show>
        <div class="grid grid-cols-2 gap-3">
          <Field label="What starts it">
            <Select value={form.kind} options={KINDS} disabled={props.row !== undefined} onValue={(kind) => set('kind', kind)} />
          </Field>
          <Field label="Name" optional>
            <TextInput value={form.name} placeholder="What it does" onValue={(name) => set('name', name)} />
          </Field>
        </div>
        <KindFields form={form} set={set} reading={reading()} others={props.others.filter(({ id }) => id !== props.row?.id)} />
        <Field
          label="Input of its runs"
          optional
          hint="{{data.…}}, {{event.type}}, {{files}} and {{fire.due}} are filled in. Empty: the payload as JSON."
        >
          <TextArea rows={2} value={form.input} onValue={(input) => set('input', input)} />
        </Field>
        <div>
          <Button size="sm" aria-expanded={policies()} onClick={() => setPolicies(!policies())}>
            {policies() ? 'Hide' : 'Overlap, missed times, quiet hours …'}
          </Button>
        </div>
        <Show when={policies()}>
          <PolicyFields form={form} set={set} />
        </Show>
        <button type="submit" class="sr-only" tabindex={-1}>
          Save
        </button>
      </form>
    </Dialog>
  )
}

/** What the engine makes of the words, a moment after the last key. */
function createReading(asked: () => { readonly text: string; readonly zone: string } | undefined) {
  const [reading, setReading] = createSignal<ScheduleReading>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0
  createEffect(
    on(asked, (now) => {
      clearTimeout(timer)
      turn += 1
      const mine = turn
      if (!now || now.text.trim() === '') return void setReading(undefined)
      timer = setTimeout(() => {
        void engine.schedule.read(now).then(
          (answer) => mine === turn && setReading(answer),
          () => undefined,
        )
      }, READ_MS)
    }),
  )
  onCleanup(() => clearTimeout(timer))
  return reading
}
