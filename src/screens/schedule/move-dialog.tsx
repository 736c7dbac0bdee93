import { createResource, createSignal, Show } from 'solid-js'
import type { TriggerRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { clockTime } from '../../look/format.ts'
import { Button, createAttempt, Dialog, ErrorNote, Field } from '../../parts/mod.ts'
import { localText, movedRule } from './move.ts'

interface MoveDialogProps {
  readonly row: TriggerRow
  readonly from: number
  readonly to: number
  /** The machine's zone, for a trigger without its own. */
  readonly zone: string
  readonly onClose: () => void
}

/** Where a chip was dropped, to be looked at and put right before it is so. */
export function MoveDialog(props: MoveDialogProps) {
  const { row } = props
  const [to, setTo] = createSignal(props.to)
  const zone = row.doc.zone || props.zone
  const moved = () => {
    const { when } = row.doc
    if (when.kind !== 'schedule') return { why: 'It has no schedule.' }
    if (!Number.isFinite(to())) return { why: 'Give a day and a time.' }
    return movedRule(when.rule, props.from, to(), zone)
  }
  const rule = () => {
    const now = moved()
    return 'rule' in now ? now : undefined
  }
  const why = () => {
    const now = moved()
    return 'why' in now ? now.why : ''
  }
  const [preview] = createResource(rule, ({ rule: next }) => engine.schedule.preview({ rule: next, zone: row.doc.zone, count: 1 }))
  const attempt = createAttempt()
  const save = () =>
    attempt.run(async () => {
      const next = rule()
      if (!next) return
      await engine.trigger.save({ id: row.id, version: row.version, doc: { ...row.doc, when: { kind: 'schedule', rule: next.rule } } })
      props.onClose()
    })
  return (
    <Dialog
      open
      size="sm"
      onOpenChange={(open) => !open && props.onClose()}
      title={`Move ${row.doc.name}`}
      description={`From ${clockTime(props.from)}`}
      footer={
        <>
          <Button onClick={props.onClose}>Leave it</Button>
          <Button variant="primary" disabled={!rule()} busy={attempt.busy()} onClick={() => void save()}>
            Move
          </Button>
        </>
      }
    >
      <form
        class="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Field label="To">
          <input
            data-first
            aria-label="To"
            type="datetime-local"
            class="control"
            value={localText(props.to)}
            onKeyDown={(event) => onEnter(event, save)}
            onInput={(event) => setTo(new Date(event.currentTarget.value).getTime())}
          />
        </Field>
        <div aria-live="polite">
          <Show when={rule()} fallback={<p class="text-warn-ink">{why()}</p>}>
            {(next) => (
              <p class="text-muted">
                {next().every ? 'All its later times move with it. ' : ''}
                <Show when={preview.latest}>{(seen) => `It then comes: ${seen().described}.`}</Show>
              </p>
            )}
          </Show>
        </div>
        <Show when={attempt.failure()}>{(shown) => <ErrorNote failure={shown()} title="It was not moved" />}</Show>
      </form>
    </Dialog>
  )
}

/** Chromium opens its calendar at Enter instead of sending the form. */
function onEnter(event: KeyboardEvent, save: () => unknown): void {
  if (event.key !== 'Enter') return
  event.preventDefault()
  void save()
}
