/** "Import this workflow", asked from anywhere: a drop on the window, a paste, a button; main.tsx puts the dialog there that answers it. */
import { createSignal, onCleanup, onMount } from 'solid-js'

export interface ImportAsk {
  readonly text?: string
  readonly files?: readonly File[]
}

const [asked, setAsked] = createSignal<ImportAsk>()

/** What is to be imported, while its dialog is open. */
export const importAsked = asked

/** Opens the import over whatever stands; undefined closes it. */
export function askImport(ask: ImportAsk | undefined): void {
  setAsked(ask)
}

const inText = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null
const looksLikeWorkflow = (text: string): boolean => /^\s*(?:```|[[{])/.test(text) && /"nodes"\s*:/.test(text)

/** Files that are dropped anywhere, and workflows that are pasted where no text is edited. What a screen takes for itself is left to it. */
export function useImportsFromAnywhere(): void {
  const over = (event: DragEvent) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  }
  const dropped = (event: DragEvent) => {
    const files = [...(event.dataTransfer?.files ?? [])]
    if (event.defaultPrevented || files.length === 0) return
    event.preventDefault()
    askImport({ files })
  }
  const pasted = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (event.defaultPrevented || inText(event.target) || !looksLikeWorkflow(text)) return
    event.preventDefault()
    askImport({ text })
  }
  onMount(() => {
    addEventListener('dragover', over)
    addEventListener('drop', dropped)
    addEventListener('paste', pasted)
  })
  onCleanup(() => {
    removeEventListener('dragover', over)
    removeEventListener('drop', dropped)
    removeEventListener('paste', pasted)
  })
}
