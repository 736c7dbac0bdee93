import CircleCheck from 'lucide-solid/icons/circle-check'
import CircleDashed from 'lucide-solid/icons/circle-dashed'
import CircleHelp from 'lucide-solid/icons/circle-question-mark'
import RefreshCw from 'lucide-solid/icons/refresh-cw'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { createResource, createSignal, For, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { PreflightItem } from '#contract'
import { engine, type Failure, failureOf } from '../../link/mod.ts'
import { counted } from '../../look/format.ts'
import { Button, ErrorNote, Loading } from '../../parts/mod.ts'

const LOOKS = {
  ok: { icon: CircleCheck, colour: 'text-ok-ink', word: 'Found' },
  warning: { icon: TriangleAlert, colour: 'text-warn-ink', word: 'Look at this' },
  missing: { icon: CircleDashed, colour: 'text-muted', word: 'Not there' },
  'not-checked': { icon: CircleHelp, colour: 'text-muted', word: 'Not checked' },
} as const

/** What needs a look first, what was found next, what is merely not there last. */
const ORDER: readonly PreflightItem['state'][] = ['warning', 'ok', 'not-checked', 'missing']

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
            <For each={list()}>{(item) => <Item item={item} />}</For>
          </ul>
        )}
      </Show>
    </div>
  )
}

/** A sentence begins like one; a path stays as it is. */
const sentence = (text: string) => (/^[a-z]+ /.test(text) ? text[0]?.toUpperCase() + text.slice(1) : text)

function Item(props: { readonly item: PreflightItem }) {
  const look = () => LOOKS[props.item.state]
  return (
    <li class="flex gap-2.5 border-t border-line py-2 last:border-b">
      <Dynamic component={look().icon} size={16} class={`mt-0.5 shrink-0 ${look().colour}`} aria-hidden="true" />
      <span class="w-44 shrink-0 font-medium narrow:w-32">
        {props.item.title}
        <span class="sr-only">: {look().word}</span>
      </span>
      <div class="min-w-0 flex-1">
        <p class="break-words">{sentence(props.item.found)}</p>
        <Show when={props.item.todo}>
          <p class="text-muted">{props.item.todo}</p>
        </Show>
      </div>
    </li>
  )
}
