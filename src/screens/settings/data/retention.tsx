import { createSignal, Show } from 'solid-js'
import type { PrunePlan, Settings } from '#contract'
import { engine } from '../../../link/mod.ts'
import { bytes, clockTime, counted } from '../../../look/format.ts'
import { Button, ConfirmDialog, Field, NumberInput, toast, tryOrToast } from '../../../parts/mod.ts'
import { changeSettings } from '../../../state/mod.ts'
import { Row, Section } from '../row.tsx'
import { working } from './work.tsx'

/** Nothing is set before its effect was shown: the values are looked at, then kept. */
export function Retention(props: { readonly settings: Settings }) {
  const [days, setDays] = createSignal<number | null>(null)
  const [mb, setMb] = createSignal<number | null>(null)
  const [plan, setPlan] = createSignal<PrunePlan>()
  const [asking, setAsking] = createSignal(false)
  const wanted = () => ({ days: days() ?? props.settings.runsKeptDays, mb: mb() ?? props.settings.runsKeptMb })
  const changed = () => wanted().days !== props.settings.runsKeptDays || wanted().mb !== props.settings.runsKeptMb
  const put = (set: (value: number | null) => unknown) => (value: number | null) => {
    set(value)
    setPlan(undefined)
  }
  const look = () => void tryOrToast('What would go could not be told', async () => setPlan(await engine.store.planPrune(wanted())))
  const save = () =>
    void tryOrToast('The setting was not changed', async () => {
      await changeSettings({ runsKeptDays: wanted().days, runsKeptMb: wanted().mb })
      toast.ok('The setting was changed: it is applied once a day')
    })
  const prune = async () => {
    const gone = await engine.store.prune(wanted())
    setPlan(undefined)
    toast.ok(`${counted(gone.runs, 'run')} removed, ${bytes(gone.fileBytes)} of files`)
  }
  return (
    <Section
      title="How long runs are kept"
      about="Ended runs beyond this are removed once a day, with their steps, logs and results. Runs that have not ended are never touched, and the history below says what went."
    >
      <Row label="Days" hint="Since a run ended. 0: for ever.">
        <Field label="Days that ended runs are kept" hideLabel class="w-36">
          <NumberInput unit="days" min={0} max={36_500} step={1} value={wanted().days} onValue={put(setDays)} />
        </Field>
      </Row>
      <Row label="Size" hint="Of the files of ended runs together; the oldest go first. 0: no limit.">
        <Field label="Megabytes that files of ended runs may take" hideLabel class="w-36">
          <NumberInput unit="MB" min={0} max={100_000_000} step={1} value={wanted().mb} onValue={put(setMb)} />
        </Field>
      </Row>
      <Show when={plan()}>
        {(shown) => (
          <p role="status" class="mt-3 rounded-md bg-hover px-3 py-2">
            <PlanWords plan={shown()} />
          </p>
        )}
      </Show>
      <div class="mt-3 flex flex-wrap justify-end gap-2">
        <Button disabled={working()} onClick={look}>
          Show what would go
        </Button>
        <Show when={(plan()?.runs ?? 0) > 0}>
          <Button variant="danger" disabled={working()} onClick={() => setAsking(true)}>
            Remove now …
          </Button>
        </Show>
        <Button variant="primary" disabled={!changed() || plan() === undefined} onClick={save}>
          Save
        </Button>
      </div>
      <ConfirmDialog open={asking()} onOpenChange={setAsking} title="Remove these runs?" confirm="Remove" danger onConfirm={prune}>
        <p>
          <Show when={plan()}>{(shown) => <PlanWords plan={shown()} />}</Show> They cannot be brought back but by restoring a backup, which
          has no logs.
        </p>
      </ConfirmDialog>
    </Section>
  )
}

function PlanWords(props: { readonly plan: PrunePlan }) {
  const from = () => (props.plan.oldestAt === null ? '' : `, the oldest ended ${clockTime(props.plan.oldestAt)}`)
  return (
    <>
      {props.plan.runs === 0
        ? 'Nothing would go'
        : `${counted(props.plan.runs, 'ended run')} would go, with ${bytes(props.plan.fileBytes)} of files${from()}`}
      . {counted(props.plan.kept, 'ended run')} with {bytes(props.plan.keptBytes)} would stay.
    </>
  )
}
