import { createEffect, createMemo, createSignal, createUniqueId, on, Show } from 'solid-js'
import type { ProbeResult } from '#contract'
import { engine } from '../../link/mod.ts'
import { Button, Dialog, ErrorNote, type Failure, failureOf, toast } from '../../parts/mod.ts'
import { Findings } from './findings.tsx'
import { ProviderFields } from './provider-fields.tsx'
import { docOf, freshForm, type ProviderForm, problemsOf } from './provider-kinds.ts'

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
  const formId = createUniqueId()
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
          <Button type="submit" form={formId} busy={busy() === 'probe'} disabled={busy() !== undefined}>
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
        id={formId}
        onSubmit={(event) => {
          event.preventDefault()
          void work('probe')
        }}
      >
        <ProviderFields
          form={form()}
          taken={props.taken}
          problems={problems()}
          onChange={change}
          onKind={(kind) => {
            setForm(freshForm(kind, props.taken))
            forget()
          }}
        />
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
