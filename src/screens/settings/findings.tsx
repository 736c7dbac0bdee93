import CircleCheck from 'lucide-solid/icons/circle-check'
import CircleHelp from 'lucide-solid/icons/circle-question-mark'
import CircleX from 'lucide-solid/icons/circle-x'
import { For } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { ProbeResult } from '#contract'

const ASPECTS = [
  ['reachable', 'Reachable'],
  ['authorised', 'Key accepted'],
  ['streams', 'Streams'],
  ['callsTools', 'Calls tools'],
] as const

const LOOKS = {
  yes: { icon: CircleCheck, colour: 'text-ok-ink', word: 'yes' },
  no: { icon: CircleX, colour: 'text-bad-ink', word: 'no' },
  // Not checked is not good: it never looks like it.
  unknown: { icon: CircleHelp, colour: 'text-muted', word: 'not checked' },
} as const

/** What a probe found out, and how it knows. */
export function Findings(props: { readonly probe: ProbeResult; readonly wide?: boolean }) {
  return (
    <ul class={`grid gap-x-6 gap-y-1 ${props.wide ? 'grid-cols-4 narrow:grid-cols-2' : 'grid-cols-2'}`}>
      <For each={ASPECTS}>
        {([aspect, label]) => {
          const finding = () => props.probe[aspect]
          const look = () => LOOKS[finding().outcome]
          return (
            <li class="flex gap-2">
              <Dynamic component={look().icon} size={16} class={`mt-0.5 shrink-0 ${look().colour}`} aria-hidden="true" />
              <p class="min-w-0">
                <span class="font-medium">{label}:</span> <span class={look().colour}>{look().word}</span>
                <span class="block text-sm break-words text-muted">{finding().detail}</span>
              </p>
            </li>
          )
        }}
      </For>
    </ul>
  )
}
