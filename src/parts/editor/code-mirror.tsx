/** The editor itself; loaded when the first one is shown (see mod.tsx). */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { markdown } from '@codemirror/lang-markdown'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { EditorView, keymap, placeholder, tooltips } from '@codemirror/view'
import { createEffect, on, onCleanup, onMount } from 'solid-js'
import { editorLook, shadowOf } from './look.ts'
import type { TextEditorProps } from './mod.tsx'
import { placeholders, setPlaceholders } from './placeholders.ts'

export function CodeMirrorEditor(props: TextEditorProps) {
  let host!: HTMLDivElement
  onMount(() => {
    const attributes = new Compartment()
    const readOnly = new Compartment()
    const root = shadowOf(host)
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: props.value,
        extensions: [
          history(),
          // Tab is left alone on purpose: it leads out of the editor, as in any field.
          keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap]),
          EditorView.lineWrapping,
          highlightSelectionMatches(),
          tooltips({ position: 'fixed' }),
          props.language === 'json' ? json() : props.language === 'plain' ? [] : markdown(),
          placeholders(),
          editorLook,
          props.placeholder ? placeholder(props.placeholder) : [],
          attributes.of(contentAttributes(props)),
          readOnly.of(EditorState.readOnly.of(props.readOnly ?? false)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !fromOutside) props.onChange(update.state.doc.toString())
          }),
        ],
      }),
    })
    let fromOutside = false
    createEffect(
      on(
        () => props.value,
        (value) => {
          if (value === view.state.doc.toString()) return
          fromOutside = true
          view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } })
          fromOutside = false
        },
      ),
    )
    createEffect(() => view.dispatch({ effects: setPlaceholders.of(props.placeholders ?? []) }))
    createEffect(() => view.dispatch({ effects: attributes.reconfigure(contentAttributes(props)) }))
    createEffect(() => view.dispatch({ effects: readOnly.reconfigure(EditorState.readOnly.of(props.readOnly ?? false)) }))
    onCleanup(() => view.destroy())
  })
  return <div ref={host} class={`editor-host ${props.class ?? ''}`} data-invalid={props.invalid ? '' : undefined} />
}

function contentAttributes(props: TextEditorProps): Extension {
  return EditorView.contentAttributes.of({
    'aria-label': props.label,
    'aria-multiline': 'true',
    ...(props.invalid ? { 'aria-invalid': 'true' } : {}),
    ...(props.description ? { 'aria-description': props.description } : {}),
  })
}
