import { createEffect, createSignal, on, Show } from 'solid-js'
import type { ForkChange, RunDetail, RunRow } from '#contract'
import { LIMITS } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, Checkbox, createAttempt, Dialog, ErrorNote, Field, Select, TextArea, TextInput } from '../../parts/mod.ts'

interface ForkDialogProps {
  readonly detail: RunDetail
  /** The step that was chosen; undefined: closed. */
  readonly step: number | undefined
  readonly onClose: () => void
  readonly onStarted: (run: RunRow) => void
}

/** A new run from a step on: what was before is kept and not paid for again, and something may be different from there. */
export function ForkDialog(props: ForkDialogProps) {
  const fork = createFork(props)
  return (
    <Dialog
      open={props.step !== undefined}
      onOpenChange={(open) => !open && props.onClose()}
      title="Fork this run"
      description="A new run that keeps the steps before this one, and goes on from there."
      footer={
        <>
          <Button onClick={() => props.onClose()}>Not now</Button>
          <Button variant="primary" busy={fork.busy()} onClick={fork.start}>
            Fork
          </Button>
        </>
      }
    >
      <div class="flex flex-col gap-4">
        <Field label="From step" hint="This step and those after it are done anew.">
          <Select value={fork.step()} options={fork.options()} onValue={fork.setStep} />
        </Field>
        <Show when={fork.isTool()}>
          <Checkbox
            label="Keep this step, with another result"
            hint="The model reads this instead of what the step answered; it is not called again."
            checked={fork.changes().result !== undefined}
            onChecked={(checked) => fork.put('result', checked ? fork.answered() : undefined)}
          />
          <Show when={fork.changes().result !== undefined}>
            <Field label="Its result">
              <TextArea
                mono
                rows={5}
                value={fork.changes().result ?? ''}
                onValue={(text) => fork.put('result', text)}
                maxlength={LIMITS.toolResultBytes}
              />
            </Field>
          </Show>
        </Show>
        <Field label="Say to the model" optional hint="Read before its next answer.">
          <TextInput
            value={fork.changes().guidance ?? ''}
            onValue={(text) => fork.put('guidance', text || undefined)}
            maxlength={LIMITS.guidanceChars}
          />
        </Field>
        <Field
          label="Models"
          optional
          hint="provider/model, separated by commas, in order; empty leaves the persona’s own."
          error={fork.problem()}
        >
          <TextInput mono value={fork.models()} onValue={fork.setModels} />
        </Field>
        <Checkbox
          label="Another prompt"
          checked={fork.changes().prompt !== undefined}
          onChecked={(checked) => fork.put('prompt', checked ? props.detail.prompt : undefined)}
        />
        <Show when={fork.changes().prompt !== undefined}>
          <Field label="Prompt">
            <TextArea mono rows={8} value={fork.changes().prompt ?? ''} onValue={(text) => fork.put('prompt', text)} />
          </Field>
        </Show>
        <Show when={fork.failure()}>{(shown) => <ErrorNote title="The fork was not started." failure={shown()} />}</Show>
      </div>
    </Dialog>
  )
}

function createFork(props: ForkDialogProps) {
  const [step, setStep] = createSignal('')
  const [models, setModels] = createSignal('')
  const [problem, setProblem] = createSignal<string>()
  const [changes, setChanges] = createSignal<ForkChange>({})
  const { busy, failure, run, fail } = createAttempt()
  createEffect(
    on(
      () => props.step,
      (chosen) => {
        setStep(chosen === undefined ? '' : String(chosen))
        setModels('')
        setProblem(undefined)
        setChanges({})
        fail(undefined)
      },
    ),
  )
  const keyed = () => props.detail.steps.filter(({ key, aside }) => key !== null && !aside)
  const options = () => keyed().map(({ n, title }) => ({ value: String(n), label: `${n} · ${title}` }))
  const chosen = () => props.detail.steps.find(({ n }) => String(n) === step())
  const put = (name: keyof ForkChange, value: string | undefined) => setChanges((before) => ({ ...before, [name]: value }))
  const start = () => {
    const named = models()
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')
    const refs = named.map((one) => ({ provider: one.slice(0, one.indexOf('/')), model: one.slice(one.indexOf('/') + 1) }))
    const wrong = named.find((one) => !/^[^/]+\/.+$/.test(one))
    setProblem(wrong === undefined ? undefined : `A model is written provider/model, and “${wrong}” came.`)
    if (wrong !== undefined || busy()) return
    const given = Object.fromEntries(Object.entries(changes()).filter(([, value]) => value !== undefined)) as ForkChange
    const change: ForkChange = refs.length > 0 ? { ...given, models: refs } : given
    void run(async () => {
      const started = await engine.run.fork({ id: props.detail.run.id, step: Number(step()), change })
      props.onClose()
      props.onStarted(started)
    })
  }
  return {
    step,
    setStep: (next: string) => {
      setStep(next)
      put('result', undefined)
    },
    models,
    setModels,
    problem,
    changes,
    put,
    busy,
    failure,
    options,
    start,
    isTool: () => chosen()?.kind === 'tool' || chosen()?.kind === 'node',
    answered: () => String(chosen()?.detail.result ?? chosen()?.detail.error ?? ''),
  }
}
