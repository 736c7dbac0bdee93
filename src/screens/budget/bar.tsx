import { Show } from 'solid-js'
import type { BudgetBar } from '#contract'
import { amountWords, notes, spanWords } from './words.ts'

/** Share of a limit from which it is shown as nearly used up. */
const NEAR = 0.8

/** One limit: what is used, what calls under way may still take, and what is left. */
export function Bar(props: { readonly bar: BudgetBar; readonly whose: string; readonly compact?: boolean | undefined }) {
  const limit = () => props.bar.limit
  const part = (value: number) => (limit().amount === 0 ? 1 : Math.min(1, value / limit().amount))
  const used = () => part(props.bar.used)
  const both = () => part(props.bar.used + props.bar.reserved)
  const tone = () => (used() >= 1 ? 'bg-bad' : both() >= NEAR ? 'bg-warn' : 'bg-ok')
  const words = () => `${amountWords(props.bar.used, limit().unit)} of ${amountWords(limit().amount, limit().unit)}`
  return (
    <div class="min-w-0" title={props.compact ? `${props.whose} ${spanWords(limit())}: ${words()}` : undefined}>
      <div class="flex items-baseline gap-2 text-sm" classList={{ 'sr-only': props.compact }}>
        <span class="min-w-0 truncate">
          {props.whose} <span class="text-muted">{spanWords(limit())}</span>
        </span>
        <span class="ml-auto shrink-0 tabular-nums">{words()}</span>
      </div>
      {/* A <meter> cannot show a second part, what is reserved. */}
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div
        role="meter"
        aria-label={`${props.whose}, ${spanWords(limit())}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(used() * 100)}
        aria-valuetext={words()}
        class="relative mt-1 h-1.5 overflow-hidden rounded-full bg-pressed"
      >
        <div class={`absolute inset-y-0 left-0 opacity-40 ${tone()}`} style={{ width: `${both() * 100}%` }} />
        <div class={`absolute inset-y-0 left-0 ${tone()}`} style={{ width: `${used() * 100}%` }} />
      </div>
      <Show when={!props.compact && notes(props.bar)}>{(text) => <p class="mt-0.5 text-sm text-muted">{text()}</p>}</Show>
    </div>
  )
}
