/** Numbers as elements: unknown values look unknown, and a relative time says the exact one. */
import { createMemo, createSignal, Show } from 'solid-js'
import { clockTime, duration, money, timeAgo, tokens, UNKNOWN } from '../look/format.ts'

function Unknown() {
  return <span class="text-muted italic">{UNKNOWN}</span>
}

export function Money(props: { readonly usd: number | null; readonly known: boolean }) {
  return (
    <Show when={props.known && props.usd !== null} fallback={<Unknown />}>
      <span class="tabular-nums">{money(props.usd)}</span>
    </Show>
  )
}

export function Tokens(props: { readonly n: number | null }) {
  return (
    <Show when={props.n !== null} fallback={<Unknown />}>
      <span class="tabular-nums" title={`${props.n?.toLocaleString('en-US')} tokens`}>
        {tokens(props.n)}
      </span>
    </Show>
  )
}

// One clock for all of them: a list of 40 rows would otherwise wake 40 times.
const [now, setNow] = createSignal(Date.now())
setInterval(() => setNow(Date.now()), 1000)

/** Milliseconds; without an end it counts up. */
export function Duration(props: { readonly from: number | null; readonly to: number | null }) {
  const text = createMemo(() => (props.from === null ? '–' : duration((props.to ?? now()) - props.from)))
  return <span class="tabular-nums">{text()}</span>
}

export function TimeAgo(props: { readonly at: number }) {
  // A machine's clock may stand a little before the engine's: never "in the future".
  const text = createMemo(() => timeAgo(props.at, Math.max(now(), props.at)))
  return (
    <time datetime={new Date(props.at).toISOString()} title={clockTime(props.at)} class="whitespace-nowrap tabular-nums">
      {text()}
    </time>
  )
}
