/** CodeMirror's merge view in a shadow root (see editor/look.ts for why). */
import { MergeView, unifiedMergeView } from '@codemirror/merge'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { createEffect, onCleanup } from 'solid-js'
import { editorLook, shadowOf } from '../editor/look.ts'
import type { SideBySideProps } from './mod.tsx'

const sides = EditorView.theme({
  '.cm-deletedChunk': { paddingLeft: '0.625rem' },
  '.cm-deletedText': { background: 'var(--bad-soft)', boxShadow: 'inset 0 -2px 0 var(--bad)', textDecoration: 'none' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'color-mix(in oklab, var(--bad-soft) 60%, transparent)' },
  '&.cm-merge-b .cm-changedLine': { backgroundColor: 'color-mix(in oklab, var(--ok-soft) 60%, transparent)' },
  '&.cm-merge-a .cm-changedText': { background: 'var(--bad-soft)', boxShadow: 'inset 0 -2px 0 var(--bad)' },
  '&.cm-merge-b .cm-changedText': { background: 'var(--ok-soft)', boxShadow: 'inset 0 -2px 0 var(--ok)' },
})

/** Pixels below which two columns are too narrow to read. */
const TWO_COLUMNS = 640

export function MergeDiff(props: SideBySideProps) {
  let host!: HTMLDivElement
  createEffect(() => {
    const root = shadowOf(host)
    const collapse = props.whole ? {} : { collapseUnchanged: { margin: 3, minSize: 6 } }
    if (host.clientWidth < TWO_COLUMNS) {
      const label = `${props.beforeLabel} and ${props.afterLabel}`
      const one = unifiedMergeView({ original: props.before, mergeControls: false, gutter: true, ...collapse })
      const view = new EditorView({ root, parent: root, doc: props.after, extensions: [readOnlySide(label), one] })
      onCleanup(() => view.destroy())
      return
    }
    const view = new MergeView({
      a: { doc: props.before, extensions: readOnlySide(props.beforeLabel) },
      b: { doc: props.after, extensions: readOnlySide(props.afterLabel) },
      root,
      parent: root,
      gutter: false,
      ...collapse,
    })
    onCleanup(() => view.destroy())
  })
  return <div ref={host} class="diff-host" />
}

function readOnlySide(label: string): Extension {
  return [
    EditorState.readOnly.of(true),
    EditorView.lineWrapping,
    lineNumbers(),
    editorLook,
    sides,
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true' }),
  ]
}
