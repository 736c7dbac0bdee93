import { createEffect, createSignal, type JSX, on, Show, splitProps } from 'solid-js'
import { useFieldWiring } from './field.tsx'

type InputRest = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'value' | 'onInput' | 'type'>

interface TextInputProps extends InputRest {
  readonly value: string
  readonly onValue: (value: string) => void
  readonly type?: 'text' | 'url' | 'email' | 'password' | undefined
  readonly mono?: boolean | undefined
}

export function TextInput(props: TextInputProps) {
  const wiring = useFieldWiring()
  const [own, rest] = splitProps(props, ['value', 'onValue', 'type', 'mono', 'class'])
  return (
    <input
      autocomplete="off"
      {...(wiring as InputRest)}
      {...rest}
      type={own.type ?? 'text'}
      spellcheck={own.mono ? false : undefined}
      class={`control ${own.mono ? 'font-mono' : ''} ${own.class ?? ''}`}
      value={own.value}
      onInput={(event) => own.onValue(event.currentTarget.value)}
    />
  )
}

type AreaRest = Omit<JSX.TextareaHTMLAttributes<HTMLTextAreaElement>, 'value' | 'onInput'>

interface TextAreaProps extends AreaRest {
  readonly value: string
  readonly onValue: (value: string) => void
  readonly mono?: boolean | undefined
}

export function TextArea(props: TextAreaProps) {
  const wiring = useFieldWiring()
  const [own, rest] = splitProps(props, ['value', 'onValue', 'mono', 'class'])
  return (
    <textarea
      rows={4}
      {...(wiring as AreaRest)}
      {...rest}
      class={`control ${own.mono ? 'font-mono' : ''} ${own.class ?? ''}`}
      value={own.value}
      onInput={(event) => own.onValue(event.currentTarget.value)}
    />
  )
}

interface NumberInputProps extends Omit<InputRest, 'min' | 'max' | 'step'> {
  /** null: empty. */
  readonly value: number | null
  /** Called with numbers within the bounds, and with null when emptied; what is not a number is marked and not passed on. */
  readonly onValue: (value: number | null) => void
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly step?: number | 'any' | undefined
  /** Shown behind the number, e.g. `s`. */
  readonly unit?: string | undefined
}

export function NumberInput(props: NumberInputProps) {
  const wiring = useFieldWiring()
  const [own, rest] = splitProps(props, ['value', 'onValue', 'min', 'max', 'step', 'unit', 'class'])
  const [text, setText] = createSignal('')
  const parsed = () => (text().trim() === '' ? null : Number(text()))
  // Only when the value itself changes: what is being typed must not be put back to what it was.
  createEffect(
    on(
      () => own.value,
      (value) => {
        if (value !== parsed()) setText(value === null ? '' : String(value))
      },
    ),
  )
  const fits = (n: number | null) =>
    n === null ||
    (Number.isFinite(n) && n >= (own.min ?? -Infinity) && n <= (own.max ?? Infinity) && (own.step !== 1 || Number.isInteger(n)))
  const typed = (value: string) => {
    setText(value)
    const n = parsed()
    if (fits(n) && n !== own.value) own.onValue(n)
  }
  return (
    <div class={`relative ${own.class ?? ''}`}>
      <input
        inputmode="decimal"
        autocomplete="off"
        {...(wiring as InputRest)}
        {...rest}
        {...(fits(parsed()) ? {} : { 'aria-invalid': 'true' as const, title: bounds(own.min, own.max) })}
        class="control tabular-nums"
        classList={{ 'pr-10': own.unit !== undefined }}
        value={text()}
        onInput={(event) => typed(event.currentTarget.value)}
      />
      <Show when={own.unit}>
        <span class="pointer-events-none absolute inset-y-0 right-2.5 grid place-items-center text-sm text-muted">{own.unit}</span>
      </Show>
    </div>
  )
}

function bounds(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return `A number from ${min} to ${max}`
  if (min !== undefined) return `A number of at least ${min}`
  return max === undefined ? 'A number' : `A number of at most ${max}`
}
