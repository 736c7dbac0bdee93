import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import Zap from 'lucide-solid/icons/zap'
import { For, Show } from 'solid-js'
import type { ImportPlan } from '#contract'
import { Badge } from '../../parts/mod.ts'

/** What would be created, and what each of them may do. */
export function Plan(props: { readonly plan: ImportPlan }) {
  return (
    <ul class="flex flex-col gap-3">
      <For each={props.plan.items}>
        {(item) => (
          <li class="rounded-lg border border-line p-3">
            <p class="flex items-center gap-2 font-medium">
              {item.importedName}
              <Badge>{item.bodyKind === 'model' ? 'model' : 'command'}</Badge>
            </p>
            <Show when={item.importedName !== item.name}>
              <p class="text-sm text-muted">There is a {item.name} here already; this one stands beside it.</p>
            </Show>
            <p class="text-muted">{item.summary}</p>
            <Lines title="What it may do" icon={Zap} lines={item.powers} none="Nothing beyond its own answers." />
            <Lines title="Look at this" icon={TriangleAlert} lines={item.warnings} warn />
          </li>
        )}
      </For>
    </ul>
  )
}

function Lines(props: {
  readonly title: string
  readonly icon: typeof Zap
  readonly lines: readonly string[]
  readonly none?: string
  readonly warn?: boolean
}) {
  return (
    <Show when={props.lines.length > 0 || props.none}>
      <div class={`mt-2 rounded-md px-2.5 py-1.5 ${props.warn ? 'bg-warn-soft text-warn-ink' : 'bg-sunken'}`}>
        <p class="flex items-center gap-1.5 text-sm font-medium">
          <props.icon size={14} aria-hidden="true" />
          {props.title}
        </p>
        <Show when={props.lines.length > 0} fallback={<p>{props.none}</p>}>
          <ul class="list-disc pl-5">
            <For each={props.lines}>{(line) => <li class="wrap-anywhere">{line}</li>}</For>
          </ul>
        </Show>
      </div>
    </Show>
  )
}
