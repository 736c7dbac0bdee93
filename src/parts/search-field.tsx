import Search from 'lucide-solid/icons/search'
import X from 'lucide-solid/icons/x'
import { Show } from 'solid-js'

interface SearchFieldProps {
  /** Its accessible name and placeholder, e.g. "Search runs". */
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly onKeyDown?: ((event: KeyboardEvent) => void) | undefined
  readonly class?: string | undefined
  readonly ref?: ((element: HTMLInputElement) => void) | undefined
}

/** Escape empties it first, and only then does something else. */
export function SearchField(props: SearchFieldProps) {
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && props.value !== '') {
      event.preventDefault()
      event.stopPropagation()
      props.onValue('')
      return
    }
    props.onKeyDown?.(event)
  }
  return (
    <div class={`relative ${props.class ?? ''}`}>
      <Search size={14} class="pointer-events-none absolute inset-y-0 left-2.5 my-auto text-muted" aria-hidden="true" />
      <input
        ref={(element) => props.ref?.(element)}
        type="search"
        aria-label={props.label}
        placeholder={props.label}
        autocomplete="off"
        spellcheck={false}
        class="control px-8"
        value={props.value}
        onInput={(event) => props.onValue(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <Show when={props.value !== ''}>
        <button
          type="button"
          aria-label="Empty the search"
          class="absolute inset-y-0 right-1 my-auto grid size-6 place-items-center rounded-sm text-muted hover:bg-hover hover:text-text"
          onClick={() => props.onValue('')}
        >
          <X size={14} aria-hidden="true" />
        </button>
      </Show>
    </div>
  )
}
