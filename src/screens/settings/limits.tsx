import { createSignal, Show } from 'solid-js'
import type { Settings, SettingsPatch } from '#contract'
import { Button, Field, NumberInput, toast, tryOrToast } from '../../parts/mod.ts'
import { changeSettings } from '../../state/mod.ts'
import { Row, Section } from './row.tsx'

type Limit = 'maxRuns' | 'maxQueued' | 'runThreads' | 'loopRepeats'

const LIMITS: readonly {
  readonly name: Limit
  readonly label: string
  readonly hint: string
  readonly unit: string
  readonly max: number
  /** Default 1. */
  readonly min?: number
}[] = [
  { name: 'maxRuns', label: 'Runs at the same time', hint: 'Of all personas together. More wait in the queue.', unit: 'runs', max: 256 },
  { name: 'maxQueued', label: 'Runs that may wait', hint: 'One more is refused, and says so.', unit: 'runs', max: 100_000 },
  {
    name: 'runThreads',
    label: 'Run threads',
    hint: 'A run mostly waits for a model or a program, so a few host many. In force for the next runs.',
    unit: 'threads',
    max: 32,
  },
  {
    name: 'loopRepeats',
    label: 'Same call, same result',
    hint: 'So often, and a run waits and asks whether it goes round in circles. 0: it never asks.',
    unit: 'times',
    max: 100,
    min: 0,
  },
]

export function Limits(props: { readonly settings: Settings }) {
  const [patch, setPatch] = createSignal<SettingsPatch>({})
  const [busy, setBusy] = createSignal(false)
  const changed = () => Object.keys(patch()).length > 0
  const put = (name: Limit, value: number | null) =>
    setPatch((before) => {
      const { [name]: _, ...rest } = before
      return value === null || value === props.settings[name] ? rest : { ...rest, [name]: value }
    })
  const save = async () => {
    setBusy(true)
    const saved = await tryOrToast('The limits were not changed', () => changeSettings(patch()))
    setBusy(false)
    if (!saved) return
    setPatch({})
    toast.ok('The limits were changed')
  }
  return (
    <Section title="Limits" about="What the engine may do at once. Each persona has limits of its own beneath these.">
      <div>
        {LIMITS.map((limit) => (
          <Row label={limit.label} hint={limit.hint}>
            <Field label={limit.label} hideLabel class="w-36">
              <NumberInput
                unit={limit.unit}
                min={limit.min ?? 1}
                max={limit.max}
                step={1}
                value={patch()[limit.name] ?? props.settings[limit.name]}
                onValue={(value) => put(limit.name, value)}
              />
            </Field>
          </Row>
        ))}
      </div>
      <div class="mt-3 flex justify-end gap-2">
        <Show when={changed()}>
          <Button onClick={() => setPatch({})}>Leave them as they are</Button>
        </Show>
        <Button variant="primary" disabled={!changed()} busy={busy()} onClick={() => void save()}>
          Save
        </Button>
      </div>
    </Section>
  )
}
