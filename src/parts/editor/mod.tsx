/**
 * EDITOR: a text with highlighting and completion (CodeMirror 6), loaded when the first one is shown. Until it is there, a plain
 * field stands in its place and can be typed in; what was typed is kept.
 */
import { lazy, Suspense } from 'solid-js'
import type { PlaceholderName } from './placeholders.ts'
import './editor.css'

export type { PlaceholderName } from './placeholders.ts'

export interface TextEditorProps {
  readonly value: string
  onChange(value: string): void
  /** Accessible name. */
  readonly label: string
  readonly description?: string | undefined
  readonly placeholder?: string | undefined
  readonly placeholders?: readonly PlaceholderName[] | undefined
  readonly language?: 'markdown' | 'json' | 'plain' | undefined
  readonly readOnly?: boolean | undefined
  readonly invalid?: boolean | undefined
  readonly class?: string | undefined
}

const CodeMirrorEditor = lazy(async () => ({ default: (await import('./code-mirror.tsx')).CodeMirrorEditor }))

export function TextEditor(props: TextEditorProps) {
  return (
    <Suspense
      fallback={
        <textarea
          class={`editor-host editor-plain ${props.class ?? ''}`}
          aria-label={props.label}
          value={props.value}
          readOnly={props.readOnly}
          onInput={(event) => props.onChange(event.currentTarget.value)}
        />
      }
    >
      <CodeMirrorEditor {...props} />
    </Suspense>
  )
}
