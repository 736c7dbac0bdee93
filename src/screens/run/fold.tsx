import ChevronRight from 'lucide-solid/icons/chevron-right'
import { createSignal, type JSX, Show } from 'solid-js'
import { Button, toast } from '../../parts/mod.ts'
import { preview } from './values.ts'

interface FoldProps {
  readonly title: JSX.Element
  /** At the right of the title, outside of the button. */
  readonly end?: JSX.Element
  readonly open?: boolean | undefined
  readonly children: JSX.Element
}

/** Something that is there but out of the way. Its content is made when it is first opened. */
export function Fold(props: FoldProps) {
  const [open, setOpen] = createSignal(props.open ?? false)
  return (
    <div class="min-w-0">
      <div class="flex items-center gap-2">
        <button
          type="button"
          aria-expanded={open()}
          class="flex min-h-6 min-w-0 flex-1 items-center gap-1.5 rounded-sm text-left text-muted hover:text-text"
          onClick={() => setOpen(!open())}
        >
          <ChevronRight size={14} class={`shrink-0 transition-transform ${open() ? 'rotate-90' : ''}`} aria-hidden="true" />
          <span class="min-w-0 truncate">{props.title}</span>
        </button>
        {props.end}
      </div>
      <Show when={open()}>
        <div class="mt-1.5 min-w-0">{props.children}</div>
      </Show>
    </div>
  )
}

/** A long text, of which the beginning is shown until the person asks for the rest. */
export function LongText(props: { readonly text: string; readonly label: string; readonly class?: string | undefined }) {
  const [whole, setWhole] = createSignal(false)
  const shown = () => (whole() ? { text: props.text, more: false } : preview(props.text))
  return (
    <div class="min-w-0">
      <TextBox label={props.label} text={shown().text} class={props.class} />
      <Show when={shown().more || whole()}>
        <div class="mt-1 flex items-center gap-1">
          <Show when={shown().more}>
            <Button variant="quiet" size="sm" onClick={() => setWhole(true)}>
              Show all {props.text.length.toLocaleString('en-US')} characters
            </Button>
          </Show>
        </div>
      </Show>
    </div>
  )
}

/** Writes to the clipboard, and says whether that worked. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast.ok(`${what} copied`)
  } catch (thrown) {
    toast.error(`${what} could not be copied`, thrown)
  }
}

/** Hands a text, or bytes, over as a file to keep. */
export function saveFile(fileName: string, content: string | Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The browser reads it after this task; a minute is plenty.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** A text that scrolls within itself, reachable by keyboard. */
export function TextBox(props: {
  readonly label: string
  readonly text: string
  readonly class?: string | undefined
  readonly unwrapped?: boolean | undefined
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups controls; a section would be one landmark more for every box.
    <div
      role="group"
      tabindex={0}
      aria-label={props.label}
      class={`max-h-[32rem] overflow-auto rounded-md bg-sunken px-3 py-2 ${props.class ?? ''}`}
    >
      <pre class={`font-mono text-sm ${props.unwrapped ? '' : 'whitespace-pre-wrap wrap-anywhere'}`}>{props.text}</pre>
    </div>
  )
}
