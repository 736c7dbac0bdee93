import { createEffect, createMemo, createSignal, on, Show } from 'solid-js'
import type { ProbeResult } from '#contract'
import { PROVIDER_KINDS } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import {
  Button,
  Dialog,
  ErrorNote,
  type Failure,
  Field,
  failureOf,
  NumberInput,
  Segmented,
  Select,
  TextInput,
  toast,
} from '../../parts/mod.ts'
import { Findings } from './findings.tsx'
import { docOf, freshForm, KINDS, type ProviderForm, problemsOf } from './provider-kinds.ts'

interface ProviderDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** Ids that are taken. */
  readonly taken: readonly string[]
  /** What it starts with, e.g. a server that was found; undefined: an empty form. */
  readonly start: ProviderForm | undefined
}

/** A provider is looked at before it is kept: what the probe finds is shown, and only what answers can be saved. */
export function ProviderDialog(props: ProviderDialogProps) {
  const [form, setForm] = createSignal(freshForm('anthropic', []))
  const [touched, setTouched] = createSignal(false)
  const [busy, setBusy] = createSignal<'probe' | 'save'>()
  const [probe, setProbe] = createSignal<ProbeResult>()
  const [failure, setFailure] = createSignal<Failure>()
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        setForm(props.start ?? freshForm('anthropic', props.taken))
        forget()
        setTouched(false)
      },
    ),
  )
  const problems = createMemo(() => (touched() ? problemsOf(form(), props.taken) : {}))
  const forget = () => {
    setProbe(undefined)
    setFailure(undefined)
  }
  const change = (patch: Partial<ProviderForm>) => {
    setForm((before) => ({ ...before, ...patch }))
    forget()
  }
  const work = async (what: 'probe' | 'save') => {
    setTouched(true)
    if (Object.keys(problems()).length > 0) return
    const model = form().model.trim()
    const asked = { doc: docOf(form()), ...(model !== '' && { model }) }
    setBusy(what)
    setFailure(undefined)
    try {
      if (what === 'probe') setProbe(await engine.provider.probe(asked))
      else {
        await engine.provider.save(asked)
        toast.ok(`${asked.doc.label} was added`)
        props.onOpenChange(false)
      }
    } catch (thrown) {
      setFailure(failureOf(thrown))
    } finally {
      setBusy(undefined)
    }
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Add a provider"
      description="It is asked what it can do before it is saved."
      footer={
        <>
          <Button busy={busy() === 'probe'} disabled={busy() !== undefined} onClick={() => void work('probe')}>
            Ask it what it can do
          </Button>
          <Button
            variant="primary"
            busy={busy() === 'save'}
            disabled={busy() !== undefined || probe()?.reachable.outcome !== 'yes'}
            title={probe() ? undefined : 'Ask it first'}
            onClick={() => void work('save')}
          >
            Save
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void work('probe')
        }}
      >
        <Fields
          form={form()}
          taken={props.taken}
          problems={problems()}
          onChange={change}
          onKind={(kind) => {
            setForm(freshForm(kind, props.taken))
            forget()
          }}
        />
        <button type="submit" class="sr-only" tabindex={-1}>
          Ask it what it can do
        </button>
      </form>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} class="mt-4" />}</Show>
      <Show when={probe()}>
        {(found) => (
          <div class="mt-4 border-t border-line pt-3" role="status">
            <Findings probe={found()} />
          </div>
        )}
      </Show>
    </Dialog>
  )
}

interface FieldsProps {
  readonly form: ProviderForm
  readonly taken: readonly string[]
  readonly problems: ReturnType<typeof problemsOf>
  readonly onChange: (patch: Partial<ProviderForm>) => void
  readonly onKind: (kind: ProviderForm['kind']) => void
}

function Fields(props: FieldsProps) {
  const look = () => KINDS[props.form.kind]
  return (
    <div class="grid grid-cols-2 gap-x-4 gap-y-3">
      <Field label="Kind" hint={look().about} class="col-span-2">
        <Select
          value={props.form.kind}
          options={PROVIDER_KINDS.map((kind) => ({ value: kind, label: KINDS[kind].label }))}
          onValue={props.onKind}
        />
      </Field>
      <Field label="Name" error={props.problems.label}>
        <TextInput value={props.form.label} onValue={(label) => props.onChange({ label })} />
      </Field>
      <Field label="Id" hint="Personas name it so." error={props.problems.id}>
        <TextInput mono value={props.form.id} onValue={(id) => props.onChange({ id })} />
      </Field>
      <Show when={look().address !== 'none'}>
        <Field
          label="Address"
          optional={look().address === 'may'}
          hint={look().addressHint}
          error={props.problems.baseUrl}
          class="col-span-2"
        >
          <TextInput mono type="url" value={props.form.baseUrl} onValue={(baseUrl) => props.onChange({ baseUrl })} />
        </Field>
      </Show>
      <Field
        label="Variable with the key"
        optional={look().keyEnv === null}
        hint="The key itself is never typed here: set this variable in the environment from which Troupe starts."
        error={props.problems.keyEnv}
        class="col-span-2"
      >
        <TextInput mono value={props.form.keyEnv} onValue={(keyEnv) => props.onChange({ keyEnv })} />
      </Field>
      <Show when={props.form.kind === 'openai'}>
        <div class="col-span-2 flex items-center gap-3">
          <span class="text-sm font-medium">Protocol</span>
          <Segmented
            label="Protocol"
            value={props.form.api}
            options={[
              { value: 'responses', label: 'Responses' },
              { value: 'chat', label: 'Chat' },
            ]}
            onValue={(api) => props.onChange({ api })}
          />
        </div>
      </Show>
      <Field label="Model to try" optional hint="Streaming and tools are tried with it.">
        <TextInput mono value={props.form.model} onValue={(model) => props.onChange({ model })} />
      </Field>
      <Field label="Context" optional hint="When it does not say itself.">
        <NumberInput
          unit="tokens"
          min={256}
          max={20_000_000}
          step={1}
          value={props.form.contextTokens}
          onValue={(contextTokens) => props.onChange({ contextTokens })}
        />
      </Field>
    </div>
  )
}
