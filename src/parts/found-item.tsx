import CircleCheck from 'lucide-solid/icons/circle-check'
import CircleDashed from 'lucide-solid/icons/circle-dashed'
import CircleHelp from 'lucide-solid/icons/circle-question-mark'
import OctagonX from 'lucide-solid/icons/octagon-x'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { PreflightItem } from '#contract'

const LOOKS = {
  ok: { icon: CircleCheck, colour: 'text-ok-ink', word: 'Found' },
  warning: { icon: TriangleAlert, colour: 'text-warn-ink', word: 'Look at this' },
  blocked: { icon: OctagonX, colour: 'text-bad-ink', word: 'Stands in the way' },
  missing: { icon: CircleDashed, colour: 'text-muted', word: 'Not there' },
  'not-checked': { icon: CircleHelp, colour: 'text-muted', word: 'Not checked' },
} as const

/** A sentence begins like one; a path stays as it is. */
const sentence = (text: string) => (/^[a-z]+ /.test(text) ? text[0]?.toUpperCase() + text.slice(1) : text)

/** One finding about this machine: what was found, and what to do. */
export function FoundItem(props: { readonly item: PreflightItem; readonly end?: JSX.Element }) {
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
      {props.end}
    </li>
  )
}
