import { createSignal, For, Show } from 'solid-js'
import type { RunDetail, StepRecord } from '#contract'
import type { StepAnswer } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { clockTime } from '../../look/format.ts'
import { Button, createAttempt, ErrorNote, Field, TextInput } from '../../parts/mod.ts'
import { LongText } from './fold.tsx'
import { pretty } from './values.ts'

/** Reasons for which a person simply says "go on". What has a question of its own (an approval, a budget) is answered where that is. */
const GOES_ON: readonly string[] = ['loop', 'retry', 'timer', 'input']

interface GoingOnProps {
  readonly detail: RunDetail
  readonly onChanged: () => void
}

/** What a person can do, in place, with a run that waits. */
export function GoingOn(props: GoingOnProps) {
  const code = () => props.detail.run.reason?.code
  const { busy, failure, run } = createAttempt()
  const resume = () =>
    void run(async () => {
      await engine.run.resume({ id: props.detail.run.id })
      props.onChanged()
    })
  return (
    <>
      <Show when={GOES_ON.includes(code() ?? '')}>
        <div class="mt-2 flex flex-wrap items-center gap-3">
          <Button size="sm" busy={busy()} onClick={resume}>
            Go on now
          </Button>
          <Show when={props.detail.run.wakeAt}>{(at) => <span class="text-muted">It goes on by itself at {clockTime(at())}.</span>}</Show>
        </div>
        <Show when={failure()}>{(shown) => <ErrorNote class="mt-2" title="It was not gone on with." failure={shown()} />}</Show>
      </Show>
      <Show when={code() === 'unknown-outcome'}>
        <ul class="mt-2 flex max-w-3xl flex-col gap-3">
          <For each={toBeTold(props.detail.steps)}>{(step) => <Unknown step={step} onChanged={props.onChanged} />}</For>
        </ul>
      </Show>
    </>
  )
}

/** As the engine reckons it: begun, nobody heard of its end, not safe to repeat, and not told yet. */
function toBeTold(steps: readonly StepRecord[]): readonly StepRecord[] {
  return steps.filter(({ state, safety, aside }) => state === 'unknown' && safety === 'unsafe' && !aside)
}

function Unknown(props: { readonly step: StepRecord; readonly onChanged: () => void }) {
  const [result, setResult] = createSignal('')
  const { busy, failure, run } = createAttempt()
  const tell = (answer: StepAnswer) =>
    void run(async () => {
      const said = answer === 'did-not-happen' || result() === '' ? {} : { result: result() }
      await engine.run.answer({ id: props.step.runId, step: props.step.n, answer, ...said })
      props.onChanged()
    })
  const args = () => pretty(props.step.detail.args ?? props.step.detail)
  return (
    <li class="rounded-md border border-line bg-surface p-3" aria-label={`Step ${props.step.n}: ${props.step.title}`}>
      <p class="font-medium">
        Step {props.step.n}: {props.step.title}, begun at {clockTime(props.step.startedAt)}
      </p>
      <LongText text={args()} label="Arguments" />
      <Field class="mt-2" label="What it answered" optional hint="Stands for its result when it happened, or when you skip it.">
        <TextInput value={result()} onValue={setResult} />
      </Field>
      <div class="mt-2 flex flex-wrap gap-2">
        <Button size="sm" busy={busy()} onClick={() => tell('happened')}>
          It happened
        </Button>
        <Button size="sm" busy={busy()} onClick={() => tell('did-not-happen')}>
          It did not: do it now
        </Button>
        <Button size="sm" busy={busy()} onClick={() => tell('skip')}>
          Skip it
        </Button>
      </div>
      <Show when={failure()}>{(shown) => <ErrorNote class="mt-2" title="That was not noted." failure={shown()} />}</Show>
    </li>
  )
}
