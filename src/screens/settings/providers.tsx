import Plug from 'lucide-solid/icons/plug'
import Plus from 'lucide-solid/icons/plus'
import Radar from 'lucide-solid/icons/radar'
import { createSignal, For, Show } from 'solid-js'
import type { Discovered } from '#contract'
import { engine } from '../../link/mod.ts'
import { counted } from '../../look/format.ts'
import { Button, createAttempt, EmptyState, ErrorNote, Loading } from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { providers } from '../../state/mod.ts'
import { ProviderDialog } from './provider-dialog.tsx'
import { ProviderEntry } from './provider-entry.tsx'
import { formOf, type ProviderForm } from './provider-kinds.ts'
import { Section } from './row.tsx'

export function Providers() {
  const [adding, setAdding] = createSignal(false)
  const [start, setStart] = createSignal<ProviderForm>()
  const [found, setFound] = createSignal<readonly Discovered[]>()
  const { busy, failure, run } = createAttempt()
  const taken = () => (providers.value() ?? []).map((row) => row.doc.id)
  const add = (form?: ProviderForm) => {
    setStart(form)
    setAdding(true)
  }
  const discover = () => run(async () => void setFound(await engine.provider.discover({})))
  useActions(() => [
    { id: 'provider.add', title: 'Add a provider', section: 'Here', icon: Plus, run: () => add() },
    { id: 'provider.discover', title: 'Look for providers on this machine', section: 'Here', icon: Radar, run: discover },
  ])
  const fresh = () => found()?.filter((one) => !taken().includes(one.doc.id))
  return (
    <Section
      title="Providers and models"
      about="Where personas find their models. Their keys are credentials of the vault, or stay in the environment of the engine; here stands only the name."
      actions={
        <Show when={taken().length > 0}>
          <div class="flex shrink-0 gap-2">
            <Button icon={Radar} busy={busy()} onClick={() => void discover()}>
              Look around
            </Button>
            <Button variant="primary" icon={Plus} onClick={() => add()}>
              Add
            </Button>
          </div>
        </Show>
      }
    >
      <Show when={failure()}>
        {(shown) => <ErrorNote failure={shown()} title="Looking around did not work" onRetry={() => void discover()} class="mb-3" />}
      </Show>
      <Show when={fresh()}>{(list) => <Found list={list()} onAdd={(one) => add(formOf(one.doc))} />}</Show>
      <Show when={providers.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The providers could not be read" onRetry={providers.again} class="mb-3" />}
      </Show>
      <Show
        when={providers.value()}
        fallback={
          <Show when={!providers.failure()}>
            <Loading what="providers" onRetry={providers.again} />
          </Show>
        }
      >
        {(list) => (
          <Show when={list().length > 0} fallback={<NoneYet busy={busy()} onDiscover={() => void discover()} onAdd={() => add()} />}>
            <ul>
              <For each={list()}>{(row) => <ProviderEntry row={row} />}</For>
            </ul>
          </Show>
        )}
      </Show>
      <ProviderDialog open={adding()} onOpenChange={setAdding} taken={taken()} start={start()} />
    </Section>
  )
}

function NoneYet(props: { readonly busy: boolean; readonly onDiscover: () => void; readonly onAdd: () => void }) {
  return (
    <EmptyState
      icon={Plug}
      title="No provider yet"
      actions={
        <>
          <Button icon={Radar} busy={props.busy} onClick={() => props.onDiscover()}>
            Look around
          </Button>
          <Button variant="primary" icon={Plus} onClick={() => props.onAdd()}>
            Add a provider
          </Button>
        </>
      }
    >
      Personas that run a program need none. For a model, look around for Ollama, LM Studio and keys on this machine, or add one by hand.
    </EmptyState>
  )
}

function Found(props: { readonly list: readonly Discovered[]; readonly onAdd: (one: Discovered) => void }) {
  return (
    <div role="status" class="mb-4 rounded-md bg-sunken px-3 py-2">
      <Show
        when={props.list.length > 0}
        fallback={<p>Nothing new was found: no Ollama, no LM Studio, and no known key in the environment that is not here already.</p>}
      >
        <p class="mb-1 text-sm text-muted">Found on this machine, and not added yet</p>
        <ul>
          <For each={props.list}>
            {(one) => (
              <li class="flex items-center gap-3 py-1">
                <span class="font-medium">{one.doc.label}</span>
                <span class="min-w-0 flex-1 truncate text-muted">
                  {one.how}
                  <Show when={one.models.length > 0}> · {counted(one.models.length, 'model')}</Show>
                </span>
                <Button size="sm" onClick={() => props.onAdd(one)}>
                  Add …
                </Button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  )
}
