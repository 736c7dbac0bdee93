import ChevronDown from 'lucide-solid/icons/chevron-down'
import { createEffect, createUniqueId, For, type JSX, Show, splitProps } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { IconPart } from '../look/icons.ts'
import { useFieldWiring } from './field.tsx'

export interface Option<T extends string> {
  readonly value: T
  readonly label: string
  readonly icon?: IconPart | undefined
  readonly disabled?: boolean | undefined
}

type SelectRest = Omit<JSX.SelectHTMLAttributes<HTMLSelectElement>, 'value' | 'onChange' | 'children'>

interface SelectProps<T extends string> extends SelectRest {
  readonly value: T
  readonly options: readonly Option<T>[]
  readonly onValue: (value: T) => void
}

export function Select<T extends string>(props: SelectProps<T>) {
  const wiring = useFieldWiring()
  const [own, rest] = splitProps(props, ['value', 'options', 'onValue', 'class'])
  return (
    <div class={`relative ${own.class ?? ''}`}>
      <select
        {...(wiring as SelectRest)}
        {...rest}
        class="control"
        onChange={(event) => {
          own.onValue(event.currentTarget.value as T)
          // The value is its owner's: what was not taken is not shown as chosen.
          event.currentTarget.value = own.value
        }}
      >
        <For each={own.options}>
          {(option) => (
            <option value={option.value} disabled={option.disabled} selected={option.value === own.value}>
              {option.label}
            </option>
          )}
        </For>
      </select>
      <ChevronDown size={14} class="pointer-events-none absolute inset-y-0 right-2 my-auto text-muted" aria-hidden="true" />
    </div>
  )
}

interface CheckProps {
  readonly label: JSX.Element
  readonly checked: boolean
  readonly onChecked: (checked: boolean) => void
  readonly hint?: JSX.Element
  readonly disabled?: boolean | undefined
  readonly indeterminate?: boolean | undefined
  readonly class?: string | undefined
}

function Check(props: CheckProps & { readonly kind: 'tick' | 'switch' }) {
  const id = createUniqueId()
  return (
    <div class={`flex min-w-0 gap-2 ${props.class ?? ''}`}>
      <input
        id={id}
        type="checkbox"
        role={props.kind === 'switch' ? 'switch' : undefined}
        class={`mt-0.5 ${props.kind}`}
        checked={props.checked}
        ref={(box) => createEffect(() => (box.indeterminate = props.indeterminate ?? false))}
        disabled={props.disabled}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => {
          props.onChecked(event.currentTarget.checked)
          event.currentTarget.checked = props.checked
        }}
      />
      <div class="min-w-0">
        <label for={id}>{props.label}</label>
        <Show when={props.hint}>
          <p id={`${id}-hint`} class="text-sm text-muted">
            {props.hint}
          </p>
        </Show>
      </div>
    </div>
  )
}

/** One of several things that may be true. */
export function Checkbox(props: CheckProps) {
  return <Check {...props} kind="tick" />
}

/** Something that takes effect at once. */
export function Switch(props: CheckProps) {
  return <Check {...props} kind="switch" />
}

interface SegmentedProps<T extends string> {
  /** For screen readers; a Field's label does not reach a group. */
  readonly label: string
  readonly value: T
  readonly options: readonly Option<T>[]
  readonly onValue: (value: T) => void
  readonly size?: 'sm' | 'md' | undefined
  /** Only the icons are shown; the labels stay for screen readers and tooltips. */
  readonly iconsOnly?: boolean | undefined
}

/** A few choices side by side; arrow keys move between them. */
export function Segmented<T extends string>(props: SegmentedProps<T>) {
  const name = createUniqueId()
  let group: HTMLFieldSetElement | undefined
  return (
    <fieldset ref={group} class="inline-flex w-fit rounded-md border border-line-strong bg-sunken p-0.5">
      <legend class="sr-only">{props.label}</legend>
      <For each={props.options}>
        {(option) => (
          <label
            title={props.iconsOnly ? option.label : undefined}
            class={`segment relative flex items-center gap-1.5 rounded-sm px-2 text-muted transition-colors hover:text-text has-checked:bg-raised has-checked:text-text has-checked:shadow-raised has-focus-visible:outline-2 has-focus-visible:outline-accent has-disabled:opacity-50 ${props.size === 'sm' ? 'h-5 text-sm' : 'h-[1.625rem]'}`}
          >
            <input
              type="radio"
              class="sr-only"
              name={name}
              value={option.value}
              checked={option.value === props.value}
              disabled={option.disabled}
              onChange={() => {
                props.onValue(option.value)
                for (const radio of group?.querySelectorAll('input') ?? []) radio.checked = radio.value === props.value
              }}
            />
            <Show when={option.icon}>{(icon) => <Dynamic component={icon()} size={14} aria-hidden="true" />}</Show>
            <span class={props.iconsOnly ? 'sr-only' : undefined}>{option.label}</span>
          </label>
        )}
      </For>
    </fieldset>
  )
}
