import { A } from '@solidjs/router'
import { Match, Switch } from 'solid-js'
import type { InboxItem } from '#contract'
import { buttonClass } from '../../parts/mod.ts'

/** What is answered in its own place: by unlocking, by raising a limit, or on the run's screen. */
export function ElsewherePane(props: { readonly item: InboxItem }) {
  return (
    <div class="flex max-w-2xl flex-col gap-3">
      <div>
        <h2 class="text-md font-semibold">{props.item.title}</h2>
        <p class="mt-1 whitespace-pre-wrap text-muted">{props.item.why}</p>
      </div>
      <div class="flex flex-wrap gap-2">
        <Switch>
          <Match when={props.item.kind === 'sealed'}>
            <A class={buttonClass('primary')} href="/vault">
              To the vault
            </A>
          </Match>
          <Match when={props.item.kind === 'budget'}>
            <A class={buttonClass('primary')} href="/settings/budgets">
              To the budgets
            </A>
          </Match>
        </Switch>
        <A class={buttonClass('plain')} href={props.item.runId === null ? '/runs' : `/runs/${props.item.runId}`}>
          To its run
        </A>
      </div>
    </div>
  )
}
