import { createEffect, createSignal, For, on, Show } from 'solid-js'
import type { CredentialDetail, Grant } from '#contract'
import { engine } from '../../../link/mod.ts'
import { Button, Checkbox, createAttempt, Dialog, ErrorNote, Field, Segmented, Select, toast } from '../../../parts/mod.ts'
import { personas } from '../../../state/mod.ts'

interface GrantDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly detail: CredentialDetail
  readonly onDone: () => void
}

/** One persona, and how much it gets: all, or the ticked fields and hosts. */
export function GrantDialog(props: GrantDialogProps) {
  const [personaId, setPersonaId] = createSignal('')
  const [how, setHow] = createSignal<Grant['how']>('placeholder')
  const [fields, setFields] = createSignal<ReadonlySet<string>>(new Set())
  const [hosts, setHosts] = createSignal<ReadonlySet<string>>(new Set())
  const { busy, failure, run, fail } = createAttempt()
  const free = () => (personas.value() ?? []).filter((card) => !props.detail.grants.some((grant) => grant.personaId === card.id))
  const chosen = () => free().find(({ id }) => id === personaId()) ?? free()[0]
  const names = () => props.detail.fields.filter((field) => field.set).map(({ name }) => name)
  createEffect(
    on(
      () => props.open,
      () => {
        setPersonaId('')
        setHow('placeholder')
        setFields(new Set(names()))
        setHosts(new Set(props.detail.hosts))
        fail(undefined)
      },
    ),
  )
  const grant = async () => {
    const card = chosen()
    if (!card) return
    await run(async () => {
      await engine.credential.grant({
        id: props.detail.row.id,
        personaId: card.id,
        how: how(),
        fields: narrowed(fields(), names()),
        hosts: narrowed(hosts(), props.detail.hosts),
      })
      toast.ok(`${card.name} may borrow ${props.detail.row.name}`)
      props.onOpenChange(false)
      props.onDone()
    })
  }
  const nothing = () => fields().size === 0 || (props.detail.hosts.length > 0 && hosts().size === 0)
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={`Let a persona borrow ${props.detail.row.label || props.detail.row.name}`}
      footer={
        <>
          <Button onClick={() => props.onOpenChange(false)}>Not now</Button>
          <Button variant="primary" busy={busy()} disabled={!chosen() || nothing()} onClick={() => void grant()}>
            Grant
          </Button>
        </>
      }
    >
      <Show when={chosen()} fallback={<p class="text-muted">Every persona may borrow it already, or there is none yet.</p>}>
        {(card) => (
          <div class="flex flex-col gap-4">
            <Field label="Persona">
              <Select value={card().id} options={free().map(({ id, name }) => ({ value: id, label: name }))} onValue={setPersonaId} />
            </Field>
            <How how={how()} onHow={setHow} />
            <Ticks title="Fields" all={names()} ticked={fields()} onTicked={setFields} />
            <Show when={props.detail.hosts.length > 0}>
              <Ticks title="Hosts" all={props.detail.hosts} ticked={hosts()} onTicked={setHosts} />
            </Show>
          </div>
        )}
      </Show>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="Nothing was granted" class="mt-3" />}</Show>
    </Dialog>
  )
}

function How(props: { readonly how: Grant['how']; readonly onHow: (how: Grant['how']) => void }) {
  return (
    <div class="flex flex-col gap-1">
      <span class="text-sm font-medium">How it gets it</span>
      <Segmented
        label="How it gets it"
        value={props.how}
        options={[
          { value: 'placeholder', label: 'As a placeholder' },
          { value: 'environment', label: 'As variables of its program' },
        ]}
        onValue={props.onHow}
      />
      <p class="text-sm text-muted">
        {props.how === 'placeholder'
          ? 'It never sees the value: the engine puts it into requests to the allowed hosts.'
          : 'The program gets the values in its environment. Its output is masked, but it could send them anywhere.'}
      </p>
    </div>
  )
}

/** null: all of them, also those that come later. */
const narrowed = (ticked: ReadonlySet<string>, all: readonly string[]): string[] | null =>
  all.every((one) => ticked.has(one)) ? null : all.filter((one) => ticked.has(one))

interface TicksProps {
  readonly title: string
  readonly all: readonly string[]
  readonly ticked: ReadonlySet<string>
  readonly onTicked: (ticked: ReadonlySet<string>) => void
}

function Ticks(props: TicksProps) {
  const put = (one: string, is: boolean) => {
    const next = new Set(props.ticked)
    if (is) next.add(one)
    else next.delete(one)
    props.onTicked(next)
  }
  return (
    <fieldset class="flex flex-col gap-1">
      <legend class="mb-1 text-sm font-medium">{props.title}</legend>
      <For each={props.all}>
        {(one) => (
          <Checkbox label={<span class="font-mono text-sm">{one}</span>} checked={props.ticked.has(one)} onChecked={(is) => put(one, is)} />
        )}
      </For>
    </fieldset>
  )
}
