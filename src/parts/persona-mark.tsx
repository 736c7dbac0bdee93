import { Dynamic } from 'solid-js/web'
import type { Colour, Icon } from '#contract/plain'
import { PERSONA_ICONS } from '../look/icons.ts'

interface PersonaMarkProps {
  readonly icon: Icon
  readonly colour: Colour
  readonly size?: 'sm' | 'md' | 'lg' | undefined
}

const BOXES = { sm: 'size-5 rounded-sm', md: 'size-8 rounded-md', lg: 'size-12 rounded-lg' }
const ICONS = { sm: 12, md: 18, lg: 26 }

/** A persona's icon on its colour. Decoration: the name stands beside it. */
export function PersonaMark(props: PersonaMarkProps) {
  return (
    <span
      data-persona={props.colour}
      aria-hidden="true"
      class={`inline-grid shrink-0 place-items-center bg-[var(--p-soft)] text-[var(--p-ink)] ${BOXES[props.size ?? 'md']}`}
    >
      <Dynamic component={PERSONA_ICONS[props.icon]} size={ICONS[props.size ?? 'md']} />
    </span>
  )
}
