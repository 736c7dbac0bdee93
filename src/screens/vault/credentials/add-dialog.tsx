import { createEffect, createMemo, createSignal, createUniqueId, on, Show } from 'solid-js'
import type { ConnectorRow, CredentialRow } from '#contract'
import { engine } from '../../../link/mod.ts'
import { Button, Dialog, ErrorNote, type Failure, failureOf, toast } from '../../../parts/mod.ts'
import { credentials } from '../../../state/mod.ts'
import { ConnectorPicker } from './connector-picker.tsx'
import { DocsLink } from './docs-link.tsx'
import { CredentialFields } from './fields.tsx'
import { type CredentialForm, dayEnd, freshForm, hostsOf, problemsOf, valuesOf } from './form.ts'

interface AddDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly onAdded: (row: CredentialRow) => void
}

/** which service → its form → added, and checked at once where it can be */
export function AddDialog(props: AddDialogProps) {
  const formId = createUniqueId()
  const [connector, setConnector] = createSignal<ConnectorRow>()
  const [form, setForm] = createSignal<CredentialForm>()
  const [tried, setTried] = createSignal(false)
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const taken = () => (credentials.value() ?? []).map(({ name }) => name)
  const forget = () => {
    setConnector(undefined)
    setForm(undefined)
    setTried(false)
    setFailure(undefined)
  }
  createEffect(on(() => props.open, forget))
  const pick = (one: ConnectorRow) => {
    setConnector(one)
    setForm(freshForm(one, taken()))
    setTried(false)
  }
  const problems = createMemo(() => {
    const [one, filled] = [connector(), form()]
    return tried() && one && filled ? problemsOf(filled, one, taken()) : {}
  })
  const add = async () => {
    const [one, filled] = [connector(), form()]
    if (!one || !filled) return
    setTried(true)
    if (Object.keys(problems()).length > 0) return
    setBusy(true)
    setFailure(undefined)
    try {
      const { row } = await engine.credential.add({
        connector: one.id,
        name: filled.name,
        label: filled.label.trim(),
        values: valuesOf(filled, one),
        extraHosts: [...hostsOf(filled.extraHosts)],
        allowPrivate: filled.allowPrivate,
        expiresAt: dayEnd(filled.expires),
        rotateEveryDays: filled.rotateEveryDays,
      })
      toast.ok(`${row.label || row.name} is sealed in the vault`)
      props.onOpenChange(false)
      props.onAdded(row)
      // Its health is shown where it stands; a check that cannot be made is no failure of the adding.
      if (one.check && !one.oauth) void engine.credential.check({ id: row.id }).catch(() => undefined)
    } catch (thrown) {
      setFailure(failureOf(thrown))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={connector() ? `Add: ${connector()?.name}` : 'Add a credential'}
      description={connector()?.summary ?? 'Which service is it for?'}
      footer={
        <Show when={connector()} fallback={<Button onClick={() => props.onOpenChange(false)}>Not now</Button>}>
          <Button onClick={forget}>Another service</Button>
          <Button type="submit" form={formId} variant="primary" busy={busy()}>
            Add
          </Button>
        </Show>
      }
    >
      <Show when={connector()} fallback={<ConnectorPicker onPick={pick} />}>
        {(one) => (
          <form
            id={formId}
            onSubmit={(event) => {
              event.preventDefault()
              void add()
            }}
          >
            <DocsLink connector={one()} />
            <Show when={form()}>
              {(filled) => (
                <CredentialFields
                  connector={one()}
                  form={filled()}
                  problems={problems()}
                  onChange={(patch) => setForm((before) => before && { ...before, ...patch })}
                />
              )}
            </Show>
          </form>
        )}
      </Show>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="It was not added" class="mt-3" />}</Show>
    </Dialog>
  )
}
