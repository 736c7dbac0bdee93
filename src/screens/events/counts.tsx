import { For } from 'solid-js'
import { count } from '../../look/format.ts'
import type { LaneModel } from './model.ts'

interface CountsProps {
  readonly model: LaneModel
  /** Looked at so that the counts are read again. */
  readonly version: number
  readonly nameOf: (subscription: string) => string
}

/** The lanes as figures: for reduced motion, and for who would rather read. */
export function Counts(props: CountsProps) {
  const sources = () => (props.version >= 0 ? [...props.model.sources].sort() : [])
  const subscribers = () => (props.version >= 0 ? [...props.model.subscribers] : [])
  const cell = 'px-2 py-1 text-right tabular-nums'
  return (
    <section
      aria-label="Counts"
      tabindex={0}
      class="grid max-h-80 shrink-0 grid-cols-[1fr_2fr] gap-6 overflow-auto border-b border-line px-6 py-3 -outline-offset-2 narrow:grid-cols-1 narrow:px-4"
    >
      <table>
        <caption class="pb-1 text-left font-medium">Came in: {count(props.version >= 0 ? props.model.events : 0)}</caption>
        <thead>
          <tr class="text-sm text-muted">
            <th scope="col" class="px-2 text-left font-normal">
              Source
            </th>
            <th scope="col" class="px-2 text-right font-normal">
              Events
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={sources()}>
            {([name, events]) => (
              <tr class="border-t border-line">
                <th scope="row" class="px-2 py-1 text-left font-normal">
                  {name}
                </th>
                <td class={cell}>{count(events)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <table>
        <caption class="pb-1 text-left font-medium">Went out</caption>
        <thead>
          <tr class="text-sm text-muted">
            <th scope="col" class="px-2 text-left font-normal">
              Subscriber
            </th>
            <For each={['In', 'Delivered', 'Skipped', 'Dead', 'Given up', 'Waiting']}>
              {(name) => (
                <th scope="col" class="px-2 text-right font-normal">
                  {name}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={subscribers()}>
            {([id, tally]) => (
              <tr class="border-t border-line">
                <th scope="row" class="px-2 py-1 text-left font-normal">
                  {props.nameOf(id)}
                </th>
                <For each={[tally.in, tally.delivered, tally.skipped, tally.dead, tally.discarded, tally.pending]}>
                  {(figure) => <td class={cell}>{count(figure)}</td>}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  )
}
