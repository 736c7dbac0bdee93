import { A } from '@solidjs/router'
import Cpu from 'lucide-solid/icons/cpu'
import Globe from 'lucide-solid/icons/globe'
import { createMemo, createSignal, For, Show } from 'solid-js'
import type { RunRow, TemplateRow } from '#contract'
import { ErrorNote, Loading, PersonaMark } from '../../parts/mod.ts'
import { providers, templates } from '../../state/mod.ts'
import { Prepare } from './prepare.tsx'
import { TemplateHead } from './template-head.tsx'

interface PickProps {
  readonly onStarted: (run: RunRow, template: TemplateRow) => void
}

/** All templates at the left, those first that run with nothing set up; the chosen one at the right, ready to run. */
export function Pick(props: PickProps) {
  const [chosen, setChosen] = createSignal<string>()
  const groups = createMemo(() => {
    const all = templates.value() ?? []
    return [
      { title: 'Run right now', about: 'They need no model and no network.', list: all.filter((one) => one.needs.length === 0) },
      { title: 'Need something', about: 'A model, or the network.', list: all.filter((one) => one.needs.length > 0) },
    ].filter((group) => group.list.length > 0)
  })
  const template = () => {
    const all = groups().flatMap((group) => group.list)
    return all.find((one) => one.id === chosen()) ?? all[0]
  }
  return (
    <>
      <Show when={templates.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The templates could not be read" onRetry={templates.again} />}
      </Show>
      <Show
        when={templates.value()}
        fallback={
          <Show when={!templates.failure()}>
            <Loading what="templates" onRetry={templates.again} />
          </Show>
        }
      >
        <div class="grid h-full min-h-0 grid-cols-[minmax(17rem,2fr)_3fr] tiny:grid-cols-1 tiny:grid-rows-2">
          <div
            class="relative min-h-0 overflow-auto border-r border-line px-3 pb-6 narrow:px-2 tiny:border-r-0 tiny:border-b"
            role="radiogroup"
            aria-label="Templates"
          >
            <For each={groups()}>
              {(group) => (
                <section>
                  <h2 class="sticky top-0 z-10 bg-surface px-2 pt-3 pb-1.5 text-sm">
                    <span class="font-semibold">{group.title}</span> <span class="text-muted">· {group.about}</span>
                  </h2>
                  <For each={group.list}>
                    {(one) => <Choice template={one} chosen={template()?.id === one.id} onChoose={() => setChosen(one.id)} />}
                  </For>
                </section>
              )}
            </For>
          </div>
          <div class="min-h-0">
            <Show when={template()} keyed>
              {(one) => (
                <Show when={!one.needs.includes('model') || (providers.value()?.length ?? 0) > 0} fallback={<NoModel template={one} />}>
                  <Prepare template={one} onStarted={(run) => props.onStarted(run, one)} />
                </Show>
              )}
            </Show>
          </div>
        </div>
      </Show>
    </>
  )
}

function Choice(props: { readonly template: TemplateRow; readonly chosen: boolean; readonly onChoose: () => void }) {
  return (
    <label class="relative flex gap-2.5 rounded-md px-2 py-1.5 transition-colors hover:bg-hover has-checked:bg-hover has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent">
      <input type="radio" name="template" class="sr-only" checked={props.chosen} onChange={() => props.onChoose()} />
      <PersonaMark icon={props.template.icon} colour={props.template.colour} />
      <span class="min-w-0">
        <span class="flex items-center gap-1.5 font-semibold">
          {props.template.name}
          <Show when={props.template.needs.includes('model')}>
            <Cpu size={12} class="text-muted" aria-label="needs a model" />
          </Show>
          <Show when={props.template.needs.includes('network')}>
            <Globe size={12} class="text-muted" aria-label="needs the network" />
          </Show>
        </span>
        <span class="line-clamp-2 text-sm text-muted">{props.template.summary}</span>
      </span>
    </label>
  )
}

function NoModel(props: { readonly template: TemplateRow }) {
  return (
    <div class="h-full overflow-auto px-6 pt-4 pb-8 narrow:px-4">
      <TemplateHead template={props.template} />
      <p class="mt-5 max-w-prose rounded-md bg-sunken px-3 py-2.5">
        It thinks with a model, and no provider of models is set up yet.{' '}
        <A href="/settings/providers" class="font-medium text-accent-ink underline underline-offset-2">
          Add a provider
        </A>{' '}
        and come back (First steps stays in the list at the left), or pick one that runs right now.
      </p>
    </div>
  )
}
