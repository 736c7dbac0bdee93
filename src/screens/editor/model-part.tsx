import { A } from '@solidjs/router'
import ArrowDown from 'lucide-solid/icons/arrow-down'
import ArrowUp from 'lucide-solid/icons/arrow-up'
import Plus from 'lucide-solid/icons/plus'
import Trash from 'lucide-solid/icons/trash'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { createMemo, createUniqueId, For, Index, type JSX, Show } from 'solid-js'
import { produce } from 'solid-js/store'
import type { ModelRef } from '#contract'
import { LIMITS } from '#contract/plain'
import { Button, Field, IconButton, Segmented, Select, Switch, TextArea, TextInput } from '../../parts/mod.ts'
import { providers } from '../../state/mod.ts'
import type { Draft } from './draft.ts'
import { McpTools } from './mcp-part.tsx'

export function ModelFields(props: { readonly draft: Draft }) {
  return (
    <div class="flex flex-col gap-5">
      <Chain draft={props.draft} />
      <Sampling draft={props.draft} />
      <Tools draft={props.draft} />
      <McpTools draft={props.draft} />
    </div>
  )
}

function Chain(props: { readonly draft: Draft }) {
  const models = () => props.draft.form.model.models
  const swap = (at: number, to: number) =>
    props.draft.set(
      'model',
      'models',
      produce((all) => {
        const one = all.splice(at, 1)[0]
        if (one) all.splice(to, 0, one)
      }),
    )
  const add = () => {
    const first = providers.value()?.[0]
    props.draft.set('model', 'models', models().length, { provider: first?.doc.id ?? '', model: '' })
  }
  return (
    <div class="flex flex-col gap-2">
      <h3 class="text-sm font-medium">Models, in order</h3>
      <p class="text-sm text-muted">The next one is asked when the one before could not answer. The run says which one did.</p>
      <Show when={providers.value()?.length === 0}>
        <Warning>
          No provider is set up yet.{' '}
          <A href="/settings/providers" class="underline">
            Add one in Settings
          </A>
          , so that there is a model to run on.
        </Warning>
      </Show>
      <Index each={models()}>
        {(one, at) => (
          <ModelRow
            one={one()}
            at={at}
            count={models().length}
            draft={props.draft}
            onMove={(to) => swap(at, to)}
            onRemove={() =>
              props.draft.set(
                'model',
                'models',
                produce((all) => void all.splice(at, 1)),
              )
            }
          />
        )}
      </Index>
      <Button size="sm" icon={Plus} class="self-start" disabled={models().length >= LIMITS.modelChain} onClick={add}>
        {models().length === 0 ? 'Choose a model' : 'Add a fallback'}
      </Button>
    </div>
  )
}

interface ModelRowProps {
  readonly one: ModelRef
  readonly at: number
  readonly count: number
  readonly draft: Draft
  readonly onMove: (to: number) => void
  readonly onRemove: () => void
}

function ModelRow(props: ModelRowProps) {
  const list = createUniqueId()
  const provider = createMemo(() => providers.value()?.find((row) => row.doc.id === props.one.provider))
  const options = createMemo(() => [
    ...(props.one.provider === '' ? [{ value: '', label: 'Provider …' }] : []),
    ...(providers.value() ?? []).map((row) => ({ value: row.doc.id, label: row.doc.label })),
    ...(props.one.provider !== '' && !provider()
      ? [{ value: props.one.provider, label: providers.value() ? `${props.one.provider} (not set up here)` : props.one.provider }]
      : []),
  ])
  const known = createMemo(() => provider()?.probe.models ?? [])
  const unlisted = () => props.one.model !== '' && known().length > 0 && !known().some((model) => model.id === props.one.model)
  const put = (patch: Partial<ModelRef>) => props.draft.set('model', 'models', props.at, patch)
  const problem = (field: string) => props.draft.problem(`body.models.${props.at}.${field}`)
  return (
    <div class="flex items-start gap-2">
      <span class="w-4 shrink-0 pt-1.5 text-right text-sm text-muted tabular-nums">{props.at + 1}</span>
      <Field label={`Provider ${props.at + 1}`} hideLabel class="w-48 shrink" error={problem('provider')}>
        <Select value={props.one.provider} options={options()} onValue={(id) => put({ provider: id })} />
      </Field>
      <Field
        label={`Model ${props.at + 1}`}
        hideLabel
        class="flex-1"
        error={problem('model')}
        hint={unlisted() ? 'Not among the models that the provider listed.' : undefined}
      >
        <TextInput mono value={props.one.model} onValue={(model) => put({ model })} list={list} placeholder="Model" maxlength={200} />
      </Field>
      <datalist id={list}>
        <For each={known()}>{(model) => <option value={model.id} />}</For>
      </datalist>
      <div class="flex shrink-0">
        <IconButton
          icon={ArrowUp}
          label="Ask it earlier"
          size="sm"
          disabled={props.at === 0}
          onClick={() => props.onMove(props.at - 1)}
          class="mt-0.5"
        />
        <IconButton
          icon={ArrowDown}
          label="Ask it later"
          size="sm"
          disabled={props.at === props.count - 1}
          onClick={() => props.onMove(props.at + 1)}
          class="mt-0.5"
        />
        <IconButton icon={Trash} label={`Remove model ${props.at + 1}`} size="sm" onClick={() => props.onRemove()} class="mt-0.5" />
      </div>
    </div>
  )
}

function Sampling(props: { readonly draft: Draft }) {
  const form = () => props.draft.form.model
  return (
    <div class="grid grid-cols-3 gap-3 narrow:grid-cols-1">
      <Field label="Reasoning" hint="Not every model has it.">
        <Select
          value={form().reasoning}
          options={[
            { value: '', label: 'As the provider does' },
            { value: 'off', label: 'Off' },
            { value: 'low', label: 'Low' },
            { value: 'medium', label: 'Medium' },
            { value: 'high', label: 'High' },
          ]}
          onValue={(reasoning) => props.draft.set('model', 'reasoning', reasoning)}
        />
      </Field>
      <Field label="Temperature" optional hint="0 to 2; empty: as the provider does." error={props.draft.problem('body.temperature')}>
        <TextInput inputmode="decimal" value={form().temperature} onValue={(value) => props.draft.set('model', 'temperature', value)} />
      </Field>
      <Field
        label="Longest answer"
        optional
        hint="Tokens; empty: as the provider does."
        error={props.draft.problem('body.maxOutputTokens')}
      >
        <TextInput
          inputmode="numeric"
          value={form().maxOutputTokens}
          onValue={(value) => props.draft.set('model', 'maxOutputTokens', value)}
        />
      </Field>
    </div>
  )
}

function Tools(props: { readonly draft: Draft }) {
  const form = () => props.draft.form.model
  const set = props.draft.set
  return (
    <div class="flex flex-col gap-4">
      <div>
        <h3 class="text-sm font-medium">Tools</h3>
        <p class="text-sm text-muted">What the model may do by itself. Everything is off until you turn it on.</p>
      </div>
      <div class="flex flex-col gap-1.5">
        <Segmented
          label="Files in its workspace"
          size="sm"
          value={form().files}
          options={[
            { value: 'none', label: 'No files' },
            { value: 'read', label: 'Read files' },
            { value: 'write', label: 'Read and write files' },
          ]}
          onValue={(files) => set('model', 'files', files)}
        />
        <p class="text-sm text-muted">Only in this persona’s own workspace folder, never outside of it.</p>
      </div>
      <div class="flex flex-col gap-2">
        <Switch
          label="HTTP requests"
          checked={form().httpEnabled}
          onChecked={(on) => set('model', 'httpEnabled', on)}
          hint="It can read pages and call services, and send them what it knows."
        />
        <Show when={form().httpEnabled}>
          <div class="flex flex-col gap-2 pl-9">
            <Field
              label="Only these hosts"
              optional
              hint="One on each line, such as example.org or *.example.org. Empty: any public host."
              error={props.draft.problem('body.tools.http.hosts')}
            >
              <TextArea mono rows={2} value={form().httpHosts} onValue={(hosts) => set('model', 'httpHosts', hosts)} />
            </Field>
            <Switch label="Private addresses too" checked={form().httpPrivate} onChecked={(on) => set('model', 'httpPrivate', on)} />
            <Show when={form().httpPrivate}>
              <Warning>
                It can then reach your router, other machines at home or at work, and services on this machine that ask for no password.
              </Warning>
            </Show>
            <Show when={form().httpHosts.trim() === ''}>
              <Warning>Any public host: what it reads there can tell it to send your data elsewhere. Name the hosts if you can.</Warning>
            </Show>
          </div>
        </Show>
      </div>
      <Switch
        label="Ask you"
        checked={form().ask}
        onChecked={(on) => set('model', 'ask', on)}
        hint="It can put a question into your inbox. Its run waits for the answer, and goes on with it."
      />
      <Field
        label="Programs it may start"
        optional
        hint="One on each line, a name or a whole path. Empty: none."
        error={props.draft.problem('body.tools.commands')}
      >
        <TextArea mono rows={2} value={form().commands} onValue={(commands) => set('model', 'commands', commands)} />
      </Field>
      <Show when={form().commands.trim() !== ''}>
        <Warning>
          Those programs run with your rights, on any file of yours, with arguments that the model chooses. A shell here means everything.
        </Warning>
      </Show>
    </div>
  )
}

export function Warning(props: { readonly children: JSX.Element }) {
  return (
    <p class="flex items-start gap-2 rounded-md bg-warn-soft px-3 py-2 text-warn-ink">
      <TriangleAlert size={14} class="mt-[3px] shrink-0" aria-hidden="true" />
      <span class="min-w-0">{props.children}</span>
    </p>
  )
}
