import RefreshCw from 'lucide-solid/icons/refresh-cw'
import { createResource, createSignal, For, Show } from 'solid-js'
import type { PreflightItem } from '#contract'
import { engine, type Failure, failureOf } from '../../link/mod.ts'
import { counted } from '../../look/format.ts'
import { Button, ErrorNote, FoundItem, Loading } from '../../parts/mod.ts'

/** What needs a look first, what was found next, what is merely not there last. */
const ORDER: readonly PreflightItem['state'][] = ['blocked', 'warning', 'ok', 'not-checked', 'missing']

export function LookAround(props: { readonly onNext: () => void }) {
  const [failure, setFailure] = createSignal<Failure>()
  const [items, { refetch }] = createResource(async () => {
    setFailure(undefined)
    try {
      const list = await engine.engine.preflight({})
      return [...list].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
    } catch (thrown) {
      setFailure(failureOf(thrown))
      return undefined
    }
  })
  const again = () => void refetch()
  const count = (state: PreflightItem['state']) => (items.latest ?? []).filter((item) => item.state === state).length
  return (
    <div class="max-w-3xl">
      <p class="max-w-2xl text-lg text-pretty">
        Troupe runs a team of AI personas on your own machine: you say who each one is, what it may use and what it may spend, and you see
        everything that it does.
      </p>
      <div class="mt-6 mb-1 flex items-end gap-3">
        <div class="flex-1">
          <h2 class="text-md font-semibold">What is on this machine</h2>
          <p class="text-muted">
            <Show when={items.latest} fallback="None of it is needed to begin.">
              {counted(count('ok'), 'thing')} found, {count('missing')} not there
              <Show when={count('warning') > 0}>, {count('warning')} to look at</Show>. None of it is needed to begin.
            </Show>
          </p>
        </div>
        <Button icon={RefreshCw} busy={items.loading} onClick={again}>
          Look again
        </Button>
        <Button variant="primary" onClick={() => props.onNext()}>
          Pick a persona
        </Button>
      </div>
      <Show when={failure()}>
        {(shown) => <ErrorNote failure={shown()} title="It could not be looked at" onRetry={again} class="mt-2" />}
      </Show>
      <Show
        when={items.latest}
        fallback={
          <Show when={!failure()}>
            <Loading what="what is on this machine" onRetry={again} />
          </Show>
        }
      >
        {(list) => (
          <ul class="mt-2">
            <For each={list()}>{(item) => <FoundItem item={item} />}</For>
          </ul>
        )}
      </Show>
    </div>
  )
}
