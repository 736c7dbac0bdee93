import Plus from 'lucide-solid/icons/plus'
import Trash from 'lucide-solid/icons/trash'
import { createMemo, Index, Show } from 'solid-js'
import { produce } from 'solid-js/store'
import { LIMITS } from '#contract/plain'
import { Button, Checkbox, Field, IconButton, Select, TextArea, TextInput } from '../../parts/mod.ts'
import type { Draft } from './draft.ts'
import type { ParameterForm } from './form.ts'
import { Part } from './part.tsx'

const KINDS = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'Yes or no' },
  { value: 'choice', label: 'Choice' },
  { value: 'path', label: 'File or folder' },
] as const

export function ParametersPart(props: { readonly draft: Draft }) {
  const { form, set } = props.draft
  const add = () => {
    const taken = new Set(form.parameters.map((one) => one.name))
    let number = form.parameters.length + 1
    while (taken.has(`value${number}`)) number += 1
    set('parameters', form.parameters.length, {
      name: `value${number}`,
      label: '',
      kind: 'text',
      help: '',
      required: false,
      default: '',
      choices: '',
      key: crypto.randomUUID(),
    })
  }
  return (
    <Part
      id="parameters"
      title="Input and parameters"
      hint="What is asked for before each run. Texts use them as {{param.name}}, and the input as {{input}}."
      actions={
        <Button size="sm" icon={Plus} disabled={form.parameters.length >= LIMITS.parameters} onClick={add}>
          Add parameter
        </Button>
      }
    >
      <Field label="What the input is" optional hint="Shown beside the input field of each run." error={props.draft.problem('inputHint')}>
        <TextInput
          value={form.inputHint}
          onValue={(hint) => set('inputHint', hint)}
          maxlength={LIMITS.summaryChars}
          placeholder="For example: the text to summarise"
        />
      </Field>
      <Index each={form.parameters}>
        {(one, at) => (
          <ParameterRow
            one={one()}
            at={at}
            draft={props.draft}
            onRemove={() =>
              set(
                'parameters',
                produce((all) => void all.splice(at, 1)),
              )
            }
          />
        )}
      </Index>
    </Part>
  )
}

interface ParameterRowProps {
  readonly one: ParameterForm
  readonly at: number
  readonly draft: Draft
  readonly onRemove: () => void
}

function ParameterRow(props: ParameterRowProps) {
  const put = (patch: Partial<ParameterForm>) => props.draft.set('parameters', props.at, patch)
  const problem = (field: string) => props.draft.problem(`parameters.${props.at}.${field}`)
  const options = createMemo(() => [
    { value: '', label: 'None' },
    ...props.one.choices
      .split('\n')
      .map((choice) => choice.trim())
      .filter(Boolean)
      .map((choice) => ({ value: choice, label: choice })),
  ])
  return (
    <fieldset class="flex flex-col gap-3 rounded-lg border border-line bg-surface p-3">
      <legend class="sr-only">Parameter {props.one.name}</legend>
      <div class="flex items-start gap-2">
        <Field label="Name" class="w-40 shrink" error={problem('name')}>
          <TextInput mono value={props.one.name} onValue={(name) => put({ name })} maxlength={40} />
        </Field>
        <Field label="Kind" class="w-36 shrink-0">
          <Select value={props.one.kind} options={KINDS} onValue={(kind) => put({ kind })} />
        </Field>
        <Field label="Label" class="flex-1" optional error={problem('label')}>
          <TextInput
            value={props.one.label}
            onValue={(label) => put({ label })}
            maxlength={LIMITS.nameChars}
            placeholder={props.one.name}
          />
        </Field>
        <IconButton icon={Trash} label={`Remove ${props.one.name}`} class="mt-[1.375rem]" onClick={() => props.onRemove()} />
      </div>
      <Show when={props.one.kind === 'choice'}>
        <Field label="Choices" hint="One on each line." error={problem('choices')}>
          <TextArea rows={3} value={props.one.choices} onValue={(choices) => put({ choices })} />
        </Field>
      </Show>
      <div class="grid grid-cols-2 gap-2 narrow:grid-cols-1">
        <Field label="Default" optional error={problem('default')}>
          <Show
            when={props.one.kind === 'choice' || props.one.kind === 'boolean'}
            fallback={<TextInput mono={props.one.kind === 'path'} value={props.one.default} onValue={(value) => put({ default: value })} />}
          >
            <Select
              value={props.one.default}
              options={
                props.one.kind === 'boolean'
                  ? [
                      { value: '', label: 'None' },
                      { value: 'true', label: 'Yes' },
                      { value: 'false', label: 'No' },
                    ]
                  : options()
              }
              onValue={(value) => put({ default: value })}
            />
          </Show>
        </Field>
        <Field label="Help" optional error={problem('help')}>
          <TextInput value={props.one.help} onValue={(help) => put({ help })} maxlength={LIMITS.summaryChars} />
        </Field>
      </div>
      <Checkbox label="Required: no run begins without it" checked={props.one.required} onChecked={(required) => put({ required })} />
    </fieldset>
  )
}
