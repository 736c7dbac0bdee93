import { A } from '@solidjs/router'
import { createResource, For, Show } from 'solid-js'
import type { DeliveryRow, EventRow } from '#contract'
import { engine, failureOf } from '../../link/mod.ts'
import { clockTime, counted } from '../../look/format.ts'
import { Badge, Dialog, ErrorNote, Loading, type Tone } from '../../parts/mod.ts'

const TONES = { pending: 'accent', delivered: 'ok', skipped: 'quiet', dead: 'bad', discarded: 'quiet' } as const satisfies Record<
  string,
  Tone
>

interface InspectorProps {
  readonly seq: number
  readonly nameOf: (subscription: string) => string
  readonly onClose: () => void
}

/** One event: where it came from, what it says, and what became of it for each subscriber. */
export function Inspector(props: InspectorProps) {
  const [found, { refetch }] = createResource(() => engine.event.get({ seq: props.seq }))
  const value = () => (found.error ? undefined : found())
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()} title={value()?.event.type ?? `Event ${props.seq}`}>
      <Show when={found.error}>
        {(thrown) => <ErrorNote failure={failureOf(thrown())} title="The event could not be read" onRetry={() => void refetch()} />}
      </Show>
      <Show
        when={value()}
        fallback={
          <Show when={!found.error}>
            <Loading what="event" onRetry={() => void refetch()} />
          </Show>
        }
      >
        {(seen) => <Told {...seen()} nameOf={props.nameOf} />}
      </Show>
    </Dialog>
  )
}

interface ToldProps {
  readonly event: EventRow
  readonly deliveries: readonly DeliveryRow[]
  readonly nameOf: (subscription: string) => string
}

function Told(props: ToldProps) {
  return (
    <>
      <p class="text-muted">
        Event {props.event.seq} from {props.event.source}
        {props.event.subject === '' ? '' : ` about ${props.event.subject}`}, {clockTime(props.event.time)}
        {props.event.depth === 0 ? '' : `, ${counted(props.event.depth, 'step')} into its cascade`}
      </p>
      <pre class="mt-2 max-h-60 overflow-auto rounded-md bg-sunken p-2 font-mono text-sm whitespace-pre-wrap">{props.event.data}</pre>
      <h3 class="mt-3 font-medium">What became of it</h3>
      <ul>
        <For each={props.deliveries} fallback={<li class="text-muted">Nobody subscribes to it.</li>}>
          {(delivery) => (
            <li class="flex flex-wrap items-center gap-2 border-t border-line py-1.5 first:border-t-0">
              <span class="font-medium">{props.nameOf(delivery.subscriptionId)}</span>
              <Badge tone={TONES[delivery.state]}>{delivery.state}</Badge>
              <span class="text-sm text-muted">{delivery.reason}</span>
              <Show when={delivery.runId}>
                {(id) => (
                  <A class="text-accent-ink underline-offset-2 hover:underline" href={`/runs/${id()}`}>
                    Its run
                  </A>
                )}
              </Show>
            </li>
          )}
        </For>
      </ul>
    </>
  )
}
