import { useNavigate } from '@solidjs/router'
import Bot from 'lucide-solid/icons/bot'
import BotMessageSquare from 'lucide-solid/icons/bot-message-square'
import Globe from 'lucide-solid/icons/globe'
import Plug from 'lucide-solid/icons/plug-zap'
import SquareTerminal from 'lucide-solid/icons/square-terminal'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { TemplateRow } from '#contract'
import { Badge, ErrorNote, Loading, PersonaMark } from '../../parts/mod.ts'
import { templates } from '../../state/mod.ts'

/** What to begin with: from scratch, or from a template. Goes on in the editor; nothing is saved before the person saves. */
export function TemplateGallery() {
  const navigate = useNavigate()
  const categories = createMemo(() => {
    const found = new Map<string, TemplateRow[]>()
    for (const row of templates.value() ?? []) found.set(row.category, [...(found.get(row.category) ?? []), row])
    return [...found]
  })
  return (
    <div class="flex max-w-5xl flex-col gap-6">
      <section aria-labelledby="scratch" class="flex flex-col gap-2">
        <h2 id="scratch" class="text-md font-semibold">
          From scratch
        </h2>
        <ul class="grid grid-cols-[repeat(auto-fill,minmax(17rem,1fr))] gap-3">
          <Card
            onPick={() => navigate('/personas/new?body=model')}
            mark={<Scratch icon={Bot} />}
            title="A model persona"
            text="A prompt, a model, and the tools you grant it."
          />
          <Card
            onPick={() => navigate('/personas/new?body=command')}
            mark={<Scratch icon={SquareTerminal} />}
            title="A command persona"
            text="Any program on this machine, with its arguments and limits. Needs no model."
          />
          <Card
            onPick={() => navigate('/personas/new?body=agent')}
            mark={<Scratch icon={BotMessageSquare} />}
            title="An agent persona"
            text="Claude Code, Codex, Gemini CLI and others, if they are installed here, within what you allow."
          />
        </ul>
      </section>
      <Show when={templates.failure()}>
        {(failure) => <ErrorNote title="The templates could not be read." failure={failure()} onRetry={templates.again} />}
      </Show>
      <Show when={templates.value() || templates.failure()} fallback={<Loading what="templates" onRetry={templates.again} />}>
        <For each={categories()}>
          {([category, rows]) => (
            <section aria-label={category} class="flex flex-col gap-2">
              <h2 class="text-md font-semibold first-letter:uppercase">{category}</h2>
              <ul class="grid grid-cols-[repeat(auto-fill,minmax(17rem,1fr))] gap-3">
                <For each={rows}>
                  {(row) => (
                    <Card
                      onPick={() => navigate(`/personas/new?template=${encodeURIComponent(row.id)}`)}
                      mark={<PersonaMark icon={row.icon} colour={row.colour} />}
                      title={row.name}
                      text={row.summary}
                      foot={<Needs needs={row.needs} />}
                    />
                  )}
                </For>
              </ul>
            </section>
          )}
        </For>
      </Show>
    </div>
  )
}

export function Needs(props: { readonly needs: TemplateRow['needs'] }) {
  return (
    <span class="flex flex-wrap gap-1.5">
      <Show when={props.needs.includes('model')}>
        <Badge icon={Plug}>needs a model</Badge>
      </Show>
      <Show when={props.needs.includes('network')}>
        <Badge icon={Globe}>needs the network</Badge>
      </Show>
      <Show when={props.needs.length === 0}>
        <Badge tone="ok">needs nothing</Badge>
      </Show>
    </span>
  )
}

function Scratch(props: { readonly icon: typeof Bot }) {
  return (
    <span class="inline-grid size-8 shrink-0 place-items-center rounded-md bg-hover text-muted" aria-hidden="true">
      <Dynamic component={props.icon} size={18} />
    </span>
  )
}

function Card(props: {
  readonly onPick: () => void
  readonly mark: JSX.Element
  readonly title: string
  readonly text: string
  readonly foot?: JSX.Element
}) {
  return (
    <li class="flex">
      <button
        type="button"
        class="flex w-full items-start gap-3 rounded-lg border border-line bg-surface p-3 text-left shadow-raised transition-colors hover:border-line-strong hover:bg-raised"
        onClick={() => props.onPick()}
      >
        {props.mark}
        <span class="flex h-full min-w-0 flex-1 flex-col gap-0.5">
          <span class="font-medium">{props.title}</span>
          <span class="flex-1 text-muted">{props.text}</span>
          <Show when={props.foot}>
            <span class="mt-1.5">{props.foot}</span>
          </Show>
        </span>
      </button>
    </li>
  )
}
