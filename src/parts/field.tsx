import { createContext, createUniqueId, type JSX, Show, useContext } from 'solid-js'

interface FieldProps {
  readonly label: string
  /** Said under the control, always. */
  readonly hint?: JSX.Element
  /** What is wrong; the control is then marked as invalid. */
  readonly error?: string | undefined
  readonly optional?: boolean | undefined
  /** The label is only for screen readers (the place says it already). */
  readonly hideLabel?: boolean | undefined
  readonly class?: string | undefined
  readonly children: JSX.Element
}

interface FieldWiring {
  readonly id: string
  readonly describedBy: () => string | undefined
  readonly invalid: () => boolean
}

const FieldContext = createContext<FieldWiring>()

/** Label, hint and error around one control of this folder, which finds its wiring by itself. */
export function Field(props: FieldProps) {
  const id = createUniqueId()
  const describedBy = () => [props.hint ? `${id}-hint` : '', props.error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined
  return (
    <FieldContext.Provider value={{ id, describedBy, invalid: () => props.error !== undefined && props.error !== '' }}>
      <div class={`flex min-w-0 flex-col gap-1 ${props.class ?? ''}`}>
        <label for={id} class={props.hideLabel ? 'sr-only' : 'text-sm font-medium'}>
          {props.label}
          <Show when={props.optional}>
            <span class="font-normal whitespace-nowrap text-muted"> · optional</span>
          </Show>
        </label>
        {props.children}
        <Show when={props.hint}>
          <p id={`${id}-hint`} class="text-sm text-muted">
            {props.hint}
          </p>
        </Show>
        <Show when={props.error}>
          <p id={`${id}-error`} class="text-sm text-bad-ink" role="alert">
            {props.error}
          </p>
        </Show>
      </div>
    </FieldContext.Provider>
  )
}

/** What a control spreads onto its element to belong to its Field; empty outside of one. */
export function useFieldWiring(): JSX.HTMLAttributes<HTMLElement> {
  const field = useContext(FieldContext)
  if (!field) return {}
  return {
    id: field.id,
    get 'aria-describedby'() {
      return field.describedBy()
    },
    get 'aria-invalid'() {
      return field.invalid() ? ('true' as const) : undefined
    },
  }
}
