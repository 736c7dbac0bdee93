import { useNavigate } from '@solidjs/router'
import { createEffect, createSignal, createUniqueId, on, Show } from 'solid-js'
import type { ServiceDoc } from '#contract'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, Dialog, ErrorNote } from '../../parts/mod.ts'
import { services } from '../../state/mod.ts'
import { ServiceFields } from './service-fields.tsx'
import { BLANK, docOf, type FormProblems, formOf, problemsOf } from './service-form.ts'

interface ServiceDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** Left out: a new one. */
  readonly doc?: ServiceDoc
}

/** Adds a service or changes one. One that runs is started anew when what is started has changed. */
export function ServiceDialog(props: ServiceDialogProps) {
  const formId = createUniqueId()
  const navigate = useNavigate()
  const [form, setForm] = createSignal(BLANK)
  const [problems, setProblems] = createSignal<FormProblems>({})
  const { busy, failure, run, fail } = createAttempt()
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        setForm(props.doc ? formOf(props.doc) : BLANK)
        setProblems({})
        fail(undefined)
      },
    ),
  )
  const save = async () => {
    const taken = props.doc ? [] : (services.value() ?? []).map(({ id }) => id)
    const found = problemsOf(form(), taken)
    setProblems(found)
    if (Object.keys(found).length > 0) return
    await run(async () => {
      const { doc } = await engine.service.save({ doc: docOf(form(), props.doc), isNew: props.doc === undefined })
      props.onOpenChange(false)
      if (!props.doc) navigate(`/services/${doc.id}`)
    })
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={props.doc ? `Edit ${props.doc.label}` : 'Add a service'}
      description="Its environment is built from nothing but a small list. Secrets come from credentials in the vault, while it runs."
      footer={
        <>
          <Button onClick={() => props.onOpenChange(false)}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={busy()}>
            {props.doc ? 'Save' : 'Add'}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        class="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <ServiceFields
          form={form()}
          problems={problems()}
          isNew={props.doc === undefined}
          onChange={(change) => setForm((before) => ({ ...before, ...change }))}
        />
      </form>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} class="mt-4" />}</Show>
    </Dialog>
  )
}
