import FileUp from 'lucide-solid/icons/file-up'
import { createSignal } from 'solid-js'
import { Field, TextArea } from '../../parts/mod.ts'

/** A file, or its text. */
export function Choose(props: {
  readonly text: string
  readonly onText: (text: string) => void
  readonly onFile: (file: File | undefined) => void
}) {
  const [over, setOver] = createSignal(false)
  let picker: HTMLInputElement | undefined
  return (
    <div class="flex flex-col gap-4">
      <button
        type="button"
        class="flex flex-col items-center gap-1 rounded-lg border border-dashed border-control-line px-4 py-6 text-center text-muted hover:bg-hover"
        classList={{ 'bg-accent-soft': over() }}
        onClick={() => picker?.click()}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          props.onFile(event.dataTransfer?.files[0])
        }}
      >
        <FileUp size={20} aria-hidden="true" />
        <span class="font-medium text-text">Choose a file, or drop it here</span>
        <span class="text-sm">A file that Troupe exported. Nothing is created before you have seen what it is.</span>
      </button>
      <input
        ref={picker}
        type="file"
        class="sr-only"
        tabindex={-1}
        aria-label="Persona file"
        accept=".yaml,.yml,.json,.txt"
        onChange={(event) => {
          props.onFile(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
      <Field label="Or paste its text">
        <TextArea rows={6} mono spellcheck={false} value={props.text} onValue={props.onText} />
      </Field>
    </div>
  )
}
