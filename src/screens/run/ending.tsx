import { A } from '@solidjs/router'
import CircleAlert from 'lucide-solid/icons/circle-alert'
import Info from 'lucide-solid/icons/info'
import { createMemo, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { RunReason, RunRow } from '#contract'
import type { RunState } from '#contract/plain'
import { personaById } from '../../state/mod.ts'
import { adviceFor } from './reasons.ts'

interface EndingProps {
  readonly state: RunState
  readonly reason: RunReason | null
  readonly run: RunRow
  /** What can be done about it, in place. */
  readonly children?: JSX.Element
}

/** Why it did not succeed or does not go on, and what to do next. Nothing when there is nothing to explain. */
export function Ending(props: EndingProps) {
  const advice = createMemo(() => adviceFor(props.state, props.reason?.code))
  const bad = () => props.state === 'failed'
  return (
    <Show when={advice()}>
      {(shown) => (
        <section
          aria-label={props.state === 'parked' ? 'Why it waits' : 'Why it ended'}
          class={`flex shrink-0 items-start gap-2.5 border-b border-line px-6 py-2.5 narrow:px-4 ${bad() ? 'bg-[color-mix(in_oklab,var(--bad-soft)_55%,var(--surface))]' : 'bg-sunken'}`}
        >
          <Dynamic
            component={bad() ? CircleAlert : Info}
            size={16}
            class={`mt-0.5 shrink-0 ${bad() ? 'text-bad-ink' : 'text-muted'}`}
            aria-hidden="true"
          />
          <div class="min-w-0 flex-1">
            <p class={`font-medium ${bad() ? 'text-bad-ink' : ''}`}>{shown().title}</p>
            <Show when={props.reason?.message}>
              <p class="whitespace-pre-wrap wrap-anywhere">{props.reason?.message}</p>
            </Show>
            <Show when={shown().next}>
              <p class="mt-0.5">
                {shown().next}
                <Show when={props.reason?.code === 'sealed' || props.reason?.code === 'credential'}>
                  {' '}
                  <A href="/vault" class="underline">
                    Open the vault
                  </A>
                </Show>
                <Show when={personaById(props.run.personaId)}>
                  {' '}
                  <A href={`/personas/${props.run.personaId}`} class="underline">
                    Edit the persona
                  </A>
                </Show>
              </p>
            </Show>
            {props.children}
          </div>
        </section>
      )}
    </Show>
  )
}
