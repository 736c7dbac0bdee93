import { createEffect, createSignal, on, Show } from 'solid-js'
import type { Settings } from '#contract'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, ErrorNote, Field, Select, Switch, TextInput, toast, tryOrToast } from '../../parts/mod.ts'
import { changeSettings, health, personas, settings } from '../../state/mod.ts'

/** Whether failed runs are tried again by themselves, and which model may propose a change of a persona. */
export function HealChoices() {
  return <Show when={settings.value()}>{(value) => <Choices settings={value()} />}</Show>
}

function Choices(props: { readonly settings: Settings }) {
  const [model, setModel] = createSignal('')
  createEffect(on(() => props.settings.healWith, setModel))
  const change = (patch: Parameters<typeof changeSettings>[0]) => tryOrToast('The setting was not changed', () => changeSettings(patch))
  const save = async () => {
    const healWith = model().trim()
    if (healWith !== props.settings.healWith && (await change({ healWith })))
      toast.ok(healWith === '' ? 'No model is asked' : `${healWith} may be asked`)
  }
  return (
    <section class="mb-8 flex flex-col gap-4 rounded-md bg-sunken px-4 py-3">
      <Switch
        label="Try failed runs again by themselves"
        checked={props.settings.healing === 'on'}
        onChecked={(on) => void change({ healing: on ? 'on' : 'off' })}
        hint="When a provider is busy or away, for example: later, from where they were, and not for ever."
      />
      <div class="flex flex-wrap items-end gap-3">
        <Field label="Model that may propose changes of a persona" optional hint="As provider/model. Empty: none is asked." class="w-80">
          <TextInput mono value={model()} onValue={setModel} placeholder="anthropic/claude-haiku-4-5" onChange={() => void save()} />
        </Field>
        <Show when={props.settings.healWith !== ''}>
          <Asking />
        </Show>
      </div>
    </section>
  )
}

function Asking() {
  const [persona, setPersona] = createSignal('')
  const { busy, failure, run } = createAttempt()
  const ask = () =>
    run(async () => {
      await engine.health.propose({ personaId: persona() })
      health.again()
      toast.ok('The model is asked; its proposal comes by itself')
    })
  return (
    <>
      <Field label="Ask it about" class="w-56">
        <Select
          value={persona()}
          options={[
            { value: '', label: 'Choose a persona' },
            ...(personas.value() ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onValue={setPersona}
        />
      </Field>
      <Button busy={busy()} disabled={persona() === ''} onClick={() => void ask()} class="mb-5">
        Ask for a change
      </Button>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} class="w-full" />}</Show>
    </>
  )
}
