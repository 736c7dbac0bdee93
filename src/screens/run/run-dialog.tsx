import Plus from 'lucide-solid/icons/plus'
import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import type { Parameter, PersonaDoc, RunRow } from '#contract'
import type { BodyKind } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, Dialog, ErrorNote, Field, isMac, Select, Switch, TextArea, TextInput } from '../../parts/mod.ts'
import { keepGiven, lastGiven, type RunGiven } from './last-given.ts'

/** What a run needs to be asked for; a card, a document and a template all have it. */
export interface Runnable {
  readonly personaId: string
  readonly name: string
  readonly inputHint: string
  readonly parameters: readonly Parameter[]
  readonly bodyKind?: BodyKind | undefined
  /** Runs this unsaved document. */
  readonly draft?: PersonaDoc | undefined
}
interface RunDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly of: Runnable
  /** What stands in the form at first; what was given last is remembered otherwise. */
  readonly given?: RunGiven | undefined
  readonly againOf?: string | undefined
  readonly onStarted: (run: RunRow) => void
}

export function RunDialog(props: RunDialogProps) {
  const [given, setGiven] = createStore<{ input: string; params: Record<string, string> }>({ input: '', params: {} })
  const { busy, failure, run: attempt, fail } = createAttempt()
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        fail(undefined)
        const start = props.given ?? lastGiven(props.of.personaId) ?? { input: '', params: {} }
        setGiven(reconcile({ input: start.input, params: startParams(props.of.parameters, start.params) }))
      },
    ),
  )
  const start = async () => {
    if (busy()) return
    const asked = { input: given.input, params: { ...given.params } }
    await attempt(async () => {
      const run = await engine.run.start({
        personaId: props.of.personaId,
        ...asked,
        ...(props.of.draft ? { draft: props.of.draft } : {}),
        ...(props.againOf ? { againOf: props.againOf } : {}),
      })
      keepGiven(props.of.personaId, asked)
      props.onOpenChange(false)
      props.onStarted(run)
    })
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={`Run ${props.of.name}`}
      footer={
        <>
          <Button onClick={() => props.onOpenChange(false)}>Not now</Button>
          <Button variant="primary" busy={busy()} onClick={() => void start()} title={`${isMac ? '⌘' : 'Ctrl'} + Enter`}>
            Run
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void start()
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          void start()
        }}
      >
        <RunFields
          of={props.of}
          given={given}
          onInput={(input) => setGiven('input', input)}
          onParam={(name, value) => setGiven('params', name, value)}
        />
        <Show when={failure()}>{(shown) => <ErrorNote title="The run was not started" failure={shown()} class="mt-3" />}</Show>
        <button type="submit" class="sr-only" tabindex={-1}>
          Run
        </button>
      </form>
    </Dialog>
  )
}

/** Values for parameters that exist, the document's defaults for the others. */
export function startParams(parameters: readonly Parameter[], given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(parameters.map((one) => [one.name, given[one.name] ?? one.default]))
}

interface RunFieldsProps {
  readonly of: Pick<Runnable, 'inputHint' | 'parameters' | 'bodyKind'>
  readonly given: RunGiven
  readonly onInput: (input: string) => void
  readonly onParam: (name: string, value: string) => void
}

export function RunFields(props: RunFieldsProps) {
  // A command that says nothing of an input and has parameters seldom reads one: its field is there when it is wanted.
  const seldom = () => props.of.bodyKind === 'command' && props.of.inputHint === '' && props.of.parameters.length > 0
  const [wanted, setWanted] = createSignal(false)
  return (
    // Label, control and hint of neighbours share their rows, so that a label of two lines moves no control out of line.
    <div class="-mb-4 grid grid-cols-2 gap-x-3">
      <For each={props.of.parameters}>
        {(one) => (
          <ParameterField of={one} value={props.given.params[one.name] ?? ''} onValue={(value) => props.onParam(one.name, value)} />
        )}
      </For>
      <div class="col-span-2 mb-4">
        <Show
          when={!seldom() || wanted() || props.given.input !== ''}
          fallback={
            <Button variant="quiet" size="sm" icon={Plus} class="-ml-2" onClick={() => setWanted(true)}>
              Give it an input as well
            </Button>
          }
        >
          <Field label="Input" hint={props.of.inputHint || 'What it should work on. It may be empty if the persona needs nothing.'}>
            <TextArea rows={5} value={props.given.input} onValue={props.onInput} />
          </Field>
        </Show>
      </div>
    </div>
  )
}

function ParameterField(props: { readonly of: Parameter; readonly value: string; readonly onValue: (value: string) => void }) {
  const cell = () => `row-span-3 mb-4 ${['number', 'choice'].includes(props.of.kind) ? '' : 'col-span-2'}`
  const label = () => props.of.label || props.of.name
  const options = createMemo(() => [
    ...(props.of.required ? [] : [{ value: '', label: 'None' }]),
    ...props.of.choices.map((choice) => ({ value: choice, label: choice })),
  ])
  return (
    <Show
      when={props.of.kind !== 'boolean'}
      fallback={
        <div class={cell()}>
          <Switch
            label={label()}
            hint={props.of.help}
            checked={props.value === 'true'}
            onChecked={(on) => props.onValue(on ? 'true' : 'false')}
          />
        </div>
      }
    >
      <Field label={label()} hint={props.of.help} optional={!props.of.required} class={`grid grid-rows-subgrid ${cell()}`}>
        <Show
          when={props.of.kind === 'choice'}
          fallback={
            <TextInput
              value={props.value}
              onValue={props.onValue}
              mono={props.of.kind === 'path'}
              inputmode={props.of.kind === 'number' ? 'decimal' : undefined}
              placeholder={props.of.kind === 'path' ? 'A file or folder, e.g. ~/Downloads' : undefined}
            />
          }
        >
          <Select value={props.value} options={options()} onValue={props.onValue} />
        </Show>
      </Field>
    </Show>
  )
}
