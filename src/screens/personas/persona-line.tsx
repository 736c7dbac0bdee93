import { A } from '@solidjs/router'
import GripVertical from 'lucide-solid/icons/grip-vertical'
import Moon from 'lucide-solid/icons/moon'
import Play from 'lucide-solid/icons/play'
import Sun from 'lucide-solid/icons/sun'
import { For, Show } from 'solid-js'
import type { PersonaCard, RunStrip } from '#contract'
import { clockTime, spent } from '../../look/format.ts'
import { Badge, Button, Menu, type MenuEntry, PersonaMark } from '../../parts/mod.ts'
import type { Reorder } from '../../parts/reorder/mod.ts'
import { PersonaBudget } from '../budget/mod.tsx'
import { Strip } from './strip.tsx'

interface PersonaLineProps {
  readonly card: PersonaCard
  readonly strip: RunStrip | undefined
  /** Absent where the order cannot be changed (a search, the archive). */
  readonly grip?: ReturnType<Reorder['grip']> | undefined
  readonly held: boolean
  readonly entries: readonly MenuEntry[]
  readonly onRun: () => void
  readonly onWake: () => void
  readonly onTag: (tag: string) => void
}

export function PersonaLine(props: PersonaLineProps) {
  const card = () => props.card
  const runsOn = () => card().runsOn.replace('{{troupe.node}}', 'node')
  const idle = () => card().archivedAt !== null || !card().active
  return (
    <div class="group flex h-full items-center gap-3 border-b border-line pr-4 pl-1 hover:bg-hover narrow:gap-2 narrow:pr-3">
      <Show when={props.grip} fallback={<span class="-mr-3 w-5 shrink-0 narrow:-mr-2 narrow:w-3" />}>
        {(grip) => (
          <button
            type="button"
            class="-mr-3 grid h-8 w-5 shrink-0 narrow:-mr-2 narrow:w-3 cursor-grab touch-none place-items-center rounded-sm text-transparent group-focus-within:text-muted group-hover:text-muted focus-visible:text-text active:cursor-grabbing"
            classList={{ 'text-text': props.held }}
            aria-label={`Move ${card().name}`}
            aria-pressed={props.held}
            aria-describedby="how-to-move"
            {...grip()}
          >
            <GripVertical size={14} aria-hidden="true" />
          </button>
        )}
      </Show>
      <PersonaMark icon={card().icon} colour={card().colour} />
      <div class="min-w-0 flex-1">
        <p class="flex min-w-0 items-center gap-2">
          <A href={`/personas/${card().id}`} class="truncate font-medium hover:underline">
            {card().name}
          </A>
          <Show when={!card().active}>
            <Badge icon={Moon}>Asleep</Badge>
          </Show>
          <span class="flex min-w-0 shrink gap-1 overflow-hidden narrow:hidden">
            <For each={card().tags.slice(0, 4)}>
              {(tag) => (
                <button
                  type="button"
                  class="shrink-0 rounded-sm px-1 text-sm text-muted hover:bg-pressed hover:text-text"
                  aria-label={`Show only personas tagged ${tag}`}
                  onClick={() => props.onTag(tag)}
                >
                  #{tag}
                </button>
              )}
            </For>
          </span>
        </p>
        <p class="truncate text-muted" title={card().summary}>
          {card().summary || <span class="italic">No summary</span>}
        </p>
      </div>
      <p class="w-36 shrink-0 truncate font-mono text-sm text-muted narrow:hidden" title={runsOn()}>
        {runsOn() || <span class="font-sans text-warn-ink">{card().bodyKind === 'model' ? 'No model yet' : 'No program yet'}</span>}
      </p>
      <div class="w-36 shrink-0">
        <Strip strip={props.strip} name={card().name} />
      </div>
      <NextStart at={card().nextFireAt} />
      <Spent card={card()} strip={props.strip} />
      <div class="flex w-26 shrink-0 items-center justify-end gap-1">
        <Show
          when={!idle()}
          fallback={
            <Show when={card().archivedAt === null}>
              <Button size="sm" icon={Sun} onClick={() => props.onWake()} aria-label={`Wake ${card().name}`}>
                Wake
              </Button>
            </Show>
          }
        >
          <Button size="sm" icon={Play} onClick={() => props.onRun()} aria-label={`Run ${card().name}`}>
            Run
          </Button>
        </Show>
        <Menu label={`More for ${card().name}`} size="sm" entries={props.entries} />
      </div>
    </div>
  )
}

function Spent(props: Pick<PersonaLineProps, 'card' | 'strip'>) {
  return (
    <div class="w-24 shrink-0 text-right text-sm text-muted tabular-nums narrow:hidden">
      <p title="Known costs of the last 30 days">
        {props.strip && props.card.bodyKind === 'model' ? spent(props.strip.spentUsd, props.strip.unknownCosts) : '–'}
      </p>
      <PersonaBudget personaId={props.card.id} group={props.card.group} />
    </div>
  )
}

function NextStart(props: { readonly at: number | null }) {
  return (
    <p class="w-24 shrink-0 truncate text-sm text-muted tabular-nums narrow:hidden">
      <Show when={props.at} fallback={<span title="Nothing starts it by itself">By hand</span>}>
        {(at) => <time datetime={new Date(at()).toISOString()}>{clockTime(at())}</time>}
      </Show>
    </p>
  )
}

/** Over the columns of figures; the words at their places are enough for the eye, the cells say it themselves. */
export function PersonaHead() {
  return (
    <div
      aria-hidden="true"
      class="flex h-7 shrink-0 items-center gap-3 border-b border-line bg-sunken pr-4 pl-6 text-sm text-muted narrow:gap-2 narrow:pr-3 narrow:pl-4"
    >
      <span class="flex-1">Persona</span>
      <span class="w-36 narrow:hidden">Runs on</span>
      <span class="w-36">Last runs</span>
      <span class="w-24 narrow:hidden">Next start</span>
      <span class="w-24 text-right narrow:hidden">Spent, 30 days</span>
      <span class="w-26" />
    </div>
  )
}
