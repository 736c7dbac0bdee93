/** CodeMirror's merge view in a shadow root (see editor/look.ts for why). */
import { MergeView } from '@codemirror/merge'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { createEffect, onCleanup } from 'solid-js'
import { editorLook, shadowOf } from '../editor/look.ts'
import type { SideBySideProps } from './mod.tsx'

const sides = EditorView.theme({
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'color-mix(in oklab, var(--bad-soft) 60%, transparent)' },
  '&.cm-merge-b .cm-changedLine': { backgroundColor: 'color-mix(in oklab, var(--ok-soft) 60%, transparent)' },
  '&.cm-merge-a .cm-changedText': { background: 'var(--bad-soft)', boxShadow: 'inset 0 -2px 0 var(--bad)' },
  '&.cm-merge-b .cm-changedText': { background: 'var(--ok-soft)', boxShadow: 'inset 0 -2px 0 var(--ok)' },
})

export function MergeDiff(props: SideBySideProps) {
  let host!: HTMLDivElement
  createEffect(() => {
    const root = shadowOf(host)
    const side = (text: string, label: string): { doc: string; extensions: Extension } => ({
      doc: text,
      extensions: [
        EditorState.readOnly.of(true),
        EditorView.lineWrapping,
        lineNumbers(),
        editorLook,
        sides,
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true' }),
      ],
    })
    const view = new MergeView({
      a: side(props.before, props.beforeLabel),
      b: side(props.after, props.afterLabel),
      root,
      parent: root,
      gutter: false,
      ...(props.whole ? {} : { collapseUnchanged: { margin: 3, minSize: 6 } }),
    })
    onCleanup(() => view.destroy())
  })
  return <div ref={host} class="diff-host" />
}
