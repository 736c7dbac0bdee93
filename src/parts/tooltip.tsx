import { Tooltip as Kobalte } from '@kobalte/core/tooltip'
import type { JSX } from 'solid-js'
import { createTipShown } from './tip-shown.ts'

interface TooltipProps {
  readonly text: JSX.Element
  readonly children: JSX.Element
  /** Whether the wrapper itself takes the focus; for content that has nothing focusable in it. */
  readonly focusable?: boolean | undefined
  readonly class?: string | undefined
}

/** An explanation on hover and focus. Never the only place where something is said. */
export function Tooltip(props: TooltipProps) {
  const [tip, setTip] = createTipShown()
  return (
    <Kobalte open={tip()} onOpenChange={setTip} openDelay={400} closeDelay={0} gutter={6}>
      <Kobalte.Trigger as="span" tabindex={props.focusable ? 0 : undefined} class={`inline-flex rounded-sm ${props.class ?? ''}`}>
        {props.children}
      </Kobalte.Trigger>
      <Kobalte.Portal>
        <Kobalte.Content class="z-50 max-w-80 rounded-sm bg-ink px-2 py-1 text-sm text-on-ink">{props.text}</Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte>
  )
}
