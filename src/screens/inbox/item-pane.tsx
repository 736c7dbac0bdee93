import { A } from '@solidjs/router'
import { Match, Show, Switch } from 'solid-js'
import type { InboxItem } from '#contract'
import { Badge, TimeAgo } from '../../parts/mod.ts'
import { CallPane } from './call-pane.tsx'
import { ElsewherePane } from './elsewhere-pane.tsx'
import { QuestionPane } from './question-pane.tsx'
import { KIND_LOOKS } from './words.ts'

/** One thing that waits: what it is about, why, and what can be done. */
export function ItemPane(props: { readonly item: InboxItem }) {
  const look = () => KIND_LOOKS[props.item.kind]
  return (
    <section aria-label={props.item.title} class="flex min-h-0 flex-col overflow-auto px-6 py-4 narrow:px-4">
      <div class="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
        <Badge tone="warn" icon={look().icon}>
          {look().word}
        </Badge>
        <span>{props.item.personaName}</span>
        <Show when={props.item.runId}>
          {(run) => (
            <A class="text-accent-ink underline underline-offset-2" href={`/runs/${run()}`}>
              its run
            </A>
          )}
        </Show>
        <span>
          since <TimeAgo at={props.item.since} />
        </span>
      </div>
      <Switch fallback={<ElsewherePane item={props.item} />}>
        <Match when={props.item.call}>{(call) => <CallPane item={props.item} call={call()} />}</Match>
        <Match when={props.item.question}>{(question) => <QuestionPane item={props.item} question={question()} />}</Match>
      </Switch>
    </section>
  )
}
