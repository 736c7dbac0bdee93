import { createSignal, Show } from 'solid-js'
import type { NewRule } from '#contract'
import type { RuleEffect } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, Dialog, ErrorNote, Field, Segmented, Select, TextInput, toast } from '../../parts/mod.ts'
import { personas } from '../../state/mod.ts'

const DAY_MS = 24 * 3_600_000
const TIMES = [
  { value: 'always', label: 'Until it is revoked' },
  { value: 'once', label: 'For one call' },
  { value: '1', label: 'For a day' },
  { value: '7', label: 'For a week' },
  { value: '30', label: 'For a month' },
] as const
type Time = (typeof TIMES)[number]['value']

export function RuleDialog(props: { readonly open: boolean; readonly onOpenChange: (open: boolean) => void }) {
  const [effect, setEffect] = createSignal<RuleEffect>('ask')
  const [pattern, setPattern] = createSignal('')
  const [persona, setPersona] = createSignal('')
  const [time, setTime] = createSignal<Time>('always')
  const [note, setNote] = createSignal('')
  const { busy, failure, run } = createAttempt()
  const add = () =>
    run(async () => {
      const rule: NewRule = {
        effect: effect(),
        pattern: pattern(),
        target: persona() === '' ? { kind: 'everywhere' } : { kind: 'persona', id: persona() },
        lifetime: lifetimeOf(time()),
        note: note(),
      }
      await engine.rule.add(rule)
      toast.ok(`The rule holds: ${rule.effect} ${rule.pattern}`)
      setPattern('')
      props.onOpenChange(false)
    })
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Add a rule"
      description="What becomes of calls like this: deny is stronger than ask, and ask than allow."
      footer={
        <>
          <Button onClick={() => props.onOpenChange(false)}>Back</Button>
          <Button variant="primary" busy={busy()} disabled={pattern().trim() === ''} onClick={() => void add()}>
            Add it
          </Button>
        </>
      }
    >
      <div class="flex flex-col gap-4">
        <Segmented
          label="What it says"
          value={effect()}
          options={[
            { value: 'deny', label: 'Deny' },
            { value: 'ask', label: 'Ask me' },
            { value: 'allow', label: 'Allow' },
          ]}
          onValue={setEffect}
        />
        <Field label="Calls" hint="tool(argument pattern), such as run_command(git push *) or file_write(notes/*). * is anything.">
          <TextInput data-first mono value={pattern()} onValue={setPattern} placeholder="run_command(git push *)" />
        </Field>
        <div class="grid grid-cols-2 gap-3">
          <Field label="Of">
            <Select
              value={persona()}
              options={[
                { value: '', label: 'Every persona' },
                ...(personas.value() ?? []).map(({ id, name }) => ({ value: id, label: name })),
              ]}
              onValue={setPersona}
            />
          </Field>
          <Field label="How long">
            <Select value={time()} options={TIMES} onValue={setTime} />
          </Field>
        </div>
        <Field label="Why" optional hint="When a call is denied, the model reads it.">
          <TextInput value={note()} onValue={setNote} />
        </Field>
        <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="The rule was not added" />}</Show>
      </div>
    </Dialog>
  )
}

function lifetimeOf(time: Time): NewRule['lifetime'] {
  if (time === 'always' || time === 'once') return { kind: time }
  return { kind: 'until', at: Date.now() + Number(time) * DAY_MS }
}
