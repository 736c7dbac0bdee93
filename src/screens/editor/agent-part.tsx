import { createResource, Show } from 'solid-js'
import { AGENT_LABELS, AGENTS } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Field, Segmented, Select, Switch, TextArea, TextInput } from '../../parts/mod.ts'
import type { Draft } from './draft.ts'
import { Warning } from './model-part.tsx'
import { Variables } from './variables-part.tsx'

/** An agent CLI of this machine, and what it is allowed where it asks. */
export function AgentFields(props: { readonly draft: Draft }) {
  const form = () => props.draft.form.agent
  const set = props.draft.set
  return (
    <div class="flex flex-col gap-4">
      <Warning>
        It runs with your rights, sends its prompt to its own provider, and does by itself whatever it does without asking. What it asks for
        is held to what you allow here.
      </Warning>
      <div class="grid grid-cols-2 gap-3 narrow:grid-cols-1">
        <Field label="Agent">
          <Select
            value={form().agent}
            options={AGENTS.map((value) => ({ value, label: AGENT_LABELS[value] }))}
            onValue={(agent) => set('agent', 'agent', agent)}
          />
        </Field>
        <Field label="Model" optional hint="As the agent names it; empty: its own choice.">
          <TextInput mono value={form().model} onValue={(model) => set('agent', 'model', model)} maxlength={200} />
        </Field>
      </div>
      <Found agent={form().agent} program={form().program} />
      <Field
        label="Program"
        optional={form().agent !== 'own'}
        hint={form().agent === 'own' ? 'A program that speaks the Agent Client Protocol.' : 'Where it is, if it is not on the PATH.'}
        error={props.draft.problem('body.program')}
      >
        <TextInput mono value={form().program} onValue={(program) => set('agent', 'program', program)} />
      </Field>
      <Rights draft={props.draft} />
      <Field label="More arguments" optional hint="One on each line, behind those that Troupe gives.">
        <TextArea mono rows={2} value={form().args} onValue={(args) => set('agent', 'args', args)} />
      </Field>
      <Variables draft={props.draft} of="agent" />
    </div>
  )
}

function Rights(props: { readonly draft: Draft }) {
  const form = () => props.draft.form.agent
  const set = props.draft.set
  return (
    <div class="flex flex-col gap-4">
      <h3 class="text-sm font-medium">What it is allowed, where it asks</h3>
      <div class="flex flex-col gap-1.5">
        <Segmented
          label="Files"
          size="sm"
          value={form().files}
          options={[
            { value: 'none', label: 'No files' },
            { value: 'read', label: 'Read files' },
            { value: 'write', label: 'Read and change files' },
          ]}
          onValue={(files) => set('agent', 'files', files)}
        />
        <p class="text-sm text-muted">
          It works in this persona’s own workspace folder; what it asks Troupe to read or write stays in there.
        </p>
      </div>
      <Field label="Programs it may start" optional hint="One on each line, a name or a whole path. Empty: none.">
        <TextArea mono rows={2} value={form().commands} onValue={(commands) => set('agent', 'commands', commands)} />
      </Field>
      <Switch
        label="Network"
        hint="By its own tools: pages, searches."
        checked={form().network}
        onChecked={(on) => set('agent', 'network', on)}
      />
    </div>
  )
}

/** What preflight found of this agent on this machine. */
function Found(props: { readonly agent: string; readonly program: string }) {
  const [items] = createResource(() => engine.engine.preflight({}))
  const found = () => items.latest?.find((item) => item.id === `agent-${props.agent}`)
  return (
    <Show when={props.program === '' && found()}>
      {(item) => (
        <p class="text-sm" classList={{ 'text-muted': item().state === 'ok', 'text-warn-ink': item().state !== 'ok' }}>
          {item().state === 'ok' ? `Found: ${item().found}` : `Not found: ${item().found}. ${item().todo}`}
        </p>
      )}
    </Show>
  )
}
