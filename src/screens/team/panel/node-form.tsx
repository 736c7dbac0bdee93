import Pin from 'lucide-solid/icons/pin'
import Trash from 'lucide-solid/icons/trash'
import { createMemo, createSignal, For, Match, Show, Switch } from 'solid-js'
import type { TeamNode } from '#contract'
import { Button, Checkbox, Field, IconButton, NumberInput, Select, TextArea, TextInput } from '../../../parts/mod.ts'
import { credentials, personas, teams } from '../../../state/mod.ts'
import { KIND_LOOKS } from '../board/kinds.ts'
import type { TeamEditor } from '../editor.ts'
import { changed, pinnedWith, without } from '../graph/edit.ts'
import { DESCRIPTIONS, type FieldDescription, valueAt, withValue } from './descriptions.ts'

/** Everything that can be said about one node. Each change is an edit that can be undone. */
export function NodeForm(props: { readonly editor: TeamEditor; readonly node: TeamNode; readonly first?: boolean }) {
  const { editor } = props
  const node = () => props.node
  const change = (words: string, fields: Partial<TeamNode>) =>
    editor.edit(`${words} of “${node().name}”`, (doc) => changed(doc, node().id, fields), `${node().id} ${words}`)
  const set = (description: FieldDescription, value: unknown) =>
    change(description.label, { parameters: withValue(node().parameters, description.path, value) })
  const descriptions = createMemo(() =>
    (DESCRIPTIONS[node().kind] ?? []).filter(
      ({ when }) => when === undefined || when.is.includes(valueAt(node().parameters, when.path) ?? when.otherwise),
    ),
  )
  const problems = () => editor.problems().filter((problem) => problem.node === node().id)
  return (
    <form class="flex flex-col gap-3.5 p-4" aria-label={`Node ${node().name}`} onSubmit={(event) => event.preventDefault()}>
      <div class="flex items-center gap-2">
        <p class="min-w-0 flex-1 text-muted">{KIND_LOOKS[node().kind].words}</p>
        <IconButton icon={Trash} label={`Remove ${node().name}`} size="sm" onClick={() => removeNode(editor, node())} />
      </div>
      <For each={problems()}>{(problem) => <p class="rounded-md bg-warn-soft px-3 py-2 text-warn-ink">{problem.message}</p>}</For>
      <Field label="Name">
        <TextInput
          value={node().name}
          onChange={(event) => rename(editor, node(), event.currentTarget)}
          onValue={() => undefined}
          data-first={props.first ? '' : undefined}
        />
      </Field>
      <For each={descriptions()}>
        {(description) => (
          <OneField
            node={node()}
            description={description}
            onValue={(value) => set(description, value)}
            onRefers={(id) => change('Choice', { refersTo: id })}
          />
        )}
      </For>
      <Show when={node().kind === 'persona'}>
        <Field label="Role" hint="An orchestrator hands tasks out, a router chooses a link, a reviewer sends work back.">
          <Select
            value={node().role ?? ''}
            options={[
              { value: '', label: 'None' },
              ...['orchestrator', 'worker', 'reviewer', 'router'].map((role) => ({ value: role, label: role })),
            ]}
            onValue={(role) => change('Role', { role: role === '' ? undefined : (role as NonNullable<TeamNode['role']>) })}
          />
        </Field>
      </Show>
      <Credentials
        node={node()}
        onChoose={(kind, name) => change('Credential', { credentials: { ...node().credentials, [kind]: name } })}
      />
      <Flags node={node()} onChange={change} />
      <Pinned editor={editor} node={node()} />
      <JsonField
        label="All parameters (JSON)"
        value={node().parameters}
        onValue={(value) => change('Parameters', { parameters: value as TeamNode['parameters'] })}
        bag
      />
      <Field label="Notes" optional>
        <TextArea rows={2} value={node().notes} onValue={(notes) => change('Notes', { notes })} />
      </Field>
    </form>
  )
}

function rename(editor: TeamEditor, node: TeamNode, input: HTMLInputElement): void {
  const name = input.value.trim()
  const taken = editor.doc().nodes.some((one) => one.id !== node.id && one.name === name)
  if (name === '' || taken) {
    input.value = node.name
    return
  }
  editor.edit(`Rename “${node.name}”`, (doc) => changed(doc, node.id, { name }))
}

function removeNode(editor: TeamEditor, node: TeamNode): void {
  editor.edit(`Remove “${node.name}”`, (doc) => without(doc, new Set([node.id])))
  editor.select([])
}

interface OneFieldProps {
  readonly node: TeamNode
  readonly description: FieldDescription
  readonly onValue: (value: unknown) => void
  readonly onRefers: (id: string | null) => void
}

function OneField(props: OneFieldProps) {
  const { description } = props
  const value = () => valueAt(props.node.parameters, description.path) ?? description.otherwise
  const words = () => (typeof value() === 'string' ? (value() as string) : value() === undefined ? '' : JSON.stringify(value()))
  return (
    <Switch
      fallback={
        <Field label={description.label} hint={description.hint}>
          <TextInput value={words()} onValue={props.onValue} />
        </Field>
      }
    >
      <Match when={description.kind === 'lines' || description.kind === 'code'}>
        <Field label={description.label} hint={description.hint}>
          <TextArea rows={description.kind === 'code' ? 10 : 4} mono spellcheck={false} value={words()} onValue={props.onValue} />
        </Field>
      </Match>
      <Match when={description.kind === 'number'}>
        <Field label={description.label} hint={description.hint}>
          <NumberInput
            value={typeof value() === 'number' ? (value() as number) : null}
            onValue={(next) => props.onValue(next ?? undefined)}
          />
        </Field>
      </Match>
      <Match when={description.kind === 'switch'}>
        <Checkbox label={description.label} hint={description.hint} checked={value() === true} onChecked={props.onValue} />
      </Match>
      <Match when={description.kind === 'choice'}>
        <Field label={description.label} hint={description.hint}>
          <Select value={String(value())} options={description.choices ?? []} onValue={props.onValue} />
        </Field>
      </Match>
      <Match when={description.kind === 'json'}>
        <JsonField
          label={description.label}
          hint={description.hint}
          value={valueAt(props.node.parameters, description.path)}
          onValue={props.onValue}
        />
      </Match>
      <Match when={description.kind === 'persona' || description.kind === 'team'}>
        <Field label={description.label}>
          <Select
            value={props.node.refersTo ?? ''}
            options={[
              { value: '', label: 'Choose one' },
              ...((description.kind === 'persona' ? personas.value() : teams.value()) ?? []).map(({ id, name }) => ({
                value: id,
                label: name,
              })),
            ]}
            onValue={(id) => props.onRefers(id === '' ? null : id)}
          />
        </Field>
      </Match>
    </Switch>
  )
}

/** Taken when it is JSON; what is not yet is kept as it is typed, and said. */
export function JsonField(props: {
  readonly label: string
  readonly hint?: string | undefined
  readonly value: unknown
  readonly onValue: (value: unknown) => void
  readonly bag?: boolean
}) {
  const shown = createMemo(() => (props.value === undefined ? '' : JSON.stringify(props.value, null, 2)))
  const [typed, setTyped] = createSignal<string>()
  const [error, setError] = createSignal<string>()
  const take = (text: string) => {
    setTyped(text)
    try {
      const value: unknown = text.trim() === '' ? undefined : JSON.parse(text)
      if (props.bag && (typeof value !== 'object' || value === null || Array.isArray(value)))
        return setError('It has to be an object: { … }')
      setError(undefined)
      return props.onValue(value)
    } catch (thrown) {
      return setError(thrown instanceof Error ? thrown.message : 'This is no JSON.')
    }
  }
  return (
    <Field label={props.label} hint={props.hint} error={error()}>
      <TextArea
        rows={5}
        mono
        spellcheck={false}
        value={typed() ?? shown()}
        onValue={take}
        onBlur={() => error() === undefined && setTyped(undefined)}
      />
    </Field>
  )
}

function Credentials(props: { readonly node: TeamNode; readonly onChoose: (kind: string, name: string) => void }) {
  return (
    <For each={Object.entries(props.node.credentials)}>
      {([kind, name]) => (
        <Field label={`Credential (${kind})`} hint="It has to be granted to this team in the vault as well.">
          <Select
            value={(credentials.value() ?? []).some((one) => one.name === name) ? name : ''}
            options={[
              { value: '', label: name === '' ? 'Choose one' : `${name} (not here)` },
              ...(credentials.value() ?? []).map((one) => ({ value: one.name, label: one.name })),
            ]}
            onValue={(chosen) => props.onChoose(kind, chosen)}
          />
        </Field>
      )}
    </For>
  )
}

function Flags(props: { readonly node: TeamNode; readonly onChange: (words: string, fields: Partial<TeamNode>) => void }) {
  return (
    <fieldset class="flex flex-col gap-2">
      <legend class="mb-1 text-sm font-medium">When it runs</legend>
      <Checkbox
        label="Off: hands its items on"
        checked={props.node.disabled}
        onChecked={(disabled) => props.onChange('On or off', { disabled })}
      />
      <Checkbox
        label="Only with the first item"
        checked={props.node.executeOnce}
        onChecked={(executeOnce) => props.onChange('First item only', { executeOnce })}
      />
      <Checkbox
        label="Always gives an item"
        checked={props.node.alwaysOutput}
        onChecked={(alwaysOutput) => props.onChange('Always an item', { alwaysOutput })}
      />
      <Checkbox
        label="Tries again on an error"
        checked={props.node.retry !== null}
        onChecked={(on) => props.onChange('Retries', { retry: on ? { maxTries: 3, waitMs: 1000 } : null })}
      />
      <Field label="On an error">
        <Select
          value={props.node.onError}
          options={[
            { value: 'stop', label: 'The run fails' },
            { value: 'continue', label: 'Goes on' },
            { value: 'errorOutput', label: 'Goes to an error output' },
          ]}
          onValue={(onError) => props.onChange('On an error', { onError })}
        />
      </Field>
    </fieldset>
  )
}

function Pinned(props: { readonly editor: TeamEditor; readonly node: TeamNode }) {
  const items = () => props.editor.doc().pinned[props.node.id]
  const pin = (value: unknown) =>
    props.editor.edit(`Pin items of “${props.node.name}”`, (doc) => pinnedWith(doc, props.node.id, itemsIn(value)), `${props.node.id} pin`)
  return (
    <Show
      when={items()}
      fallback={
        <Button icon={Pin} size="sm" class="w-fit" onClick={() => pin([{ json: {} }])}>
          Pin items
        </Button>
      }
    >
      {(pinned) => (
        <div class="flex flex-col gap-1">
          <JsonField
            label="Pinned items"
            hint="In a run by hand the node gives these, and is not run."
            value={pinned().map(({ json }) => json)}
            onValue={pin}
          />
          <Button size="sm" class="w-fit" onClick={() => pin(undefined)}>
            Unpin
          </Button>
        </div>
      )}
    </Show>
  )
}

function itemsIn(value: unknown): { json: Record<string, unknown> }[] | undefined {
  if (value === undefined) return undefined
  return (Array.isArray(value) ? value : [value]).map((one) => {
    const bag: Record<string, unknown> = typeof one === 'object' && one !== null ? (one as Record<string, unknown>) : { value: one }
    return typeof bag.json === 'object' && bag.json !== null && Object.keys(bag).length === 1
      ? { json: bag.json as Record<string, unknown> }
      : { json: bag }
  })
}
