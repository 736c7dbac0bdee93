import { createEffect, createMemo, createSignal, createUniqueId, on, Show } from 'solid-js'
import type { CredentialDetail } from '#contract'
import { engine } from '../../../link/mod.ts'
import { Button, createAttempt, Dialog, ErrorNote, toast } from '../../../parts/mod.ts'
import { credentials } from '../../../state/mod.ts'
import { DocsLink } from './docs-link.tsx'
import { CredentialFields } from './fields.tsx'
import { askedOf, type CredentialForm, isoDay, problemsOf } from './form.ts'

interface EditDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly detail: CredentialDetail
  readonly onSaved: () => void
}

/** Secrets that are left empty stay as they are; nothing that is sealed is read for this. */
export function EditDialog(props: EditDialogProps) {
  const formId = createUniqueId()
  const [form, setForm] = createSignal(formOf(props.detail))
  const [version, setVersion] = createSignal(props.detail.version)
  const [tried, setTried] = createSignal(false)
  const { busy, failure, run, fail } = createAttempt()
  createEffect(
    on(
      () => props.open,
      () => {
        setForm(formOf(props.detail))
        setVersion(props.detail.version)
        setTried(false)
        fail(undefined)
      },
    ),
  )
  const kept = () => props.detail.fields.filter((field) => field.secret && field.set).map(({ name }) => name)
  const taken = () => (credentials.value() ?? []).filter(({ id }) => id !== props.detail.row.id).map(({ name }) => name)
  const problems = createMemo(() => (tried() ? problemsOf(form(), props.detail.connector, taken(), kept()) : {}))
  const save = async () => {
    setTried(true)
    if (Object.keys(problems()).length > 0) return
    const filled = form()
    await run(async () => {
      await engine.credential.edit({ id: props.detail.row.id, version: version(), ...askedOf(filled, props.detail.connector) })
      toast.ok(`${filled.label.trim() || filled.name} was changed`)
      props.onOpenChange(false)
      props.onSaved()
    })
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={`Edit ${props.detail.row.label || props.detail.row.name}`}
      description="Secrets that you leave empty stay as they are."
      footer={
        <>
          <Button onClick={() => props.onOpenChange(false)}>Leave it</Button>
          <Button type="submit" form={formId} variant="primary" busy={busy()}>
            Save
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <DocsLink connector={props.detail.connector} />
        <CredentialFields
          connector={props.detail.connector}
          form={form()}
          problems={problems()}
          kept={kept()}
          onChange={(patch) => setForm((before) => ({ ...before, ...patch }))}
        />
      </form>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="It was not changed" class="mt-3" />}</Show>
    </Dialog>
  )
}

function formOf(detail: CredentialDetail): CredentialForm {
  return {
    name: detail.row.name,
    label: detail.row.label,
    values: Object.fromEntries(detail.fields.map(({ name, value }) => [name, value ?? ''])),
    extraHosts: detail.extraHosts.join('\n'),
    allowPrivate: detail.allowPrivate,
    expires: isoDay(detail.row.expiresAt),
    rotateEveryDays: detail.rotateEveryDays,
  }
}
