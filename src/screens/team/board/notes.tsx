/** Notes on the canvas, beneath the cards. A press on one selects it and drags it; a double click writes. */
import { For, Show } from 'solid-js'
import type { TeamEditor } from '../editor.ts'
import { movedBy } from '../graph/arrange.ts'
import { noteChanged } from '../graph/edit.ts'
import { meets, seen } from '../graph/geometry.ts'

export function Notes(props: { readonly editor: TeamEditor }) {
  const { editor } = props
  const shown = () => {
    const { width, height } = editor.size()
    const frame = seen(editor.view(), width, height, 100)
    return editor.view().scale < 0.2
      ? []
      : editor.doc().notes.filter((note) => meets({ ...note.position, width: note.width, height: note.height }, frame))
  }
  const press = (event: PointerEvent, id: string) => {
    if (event.button !== 0) return
    event.stopPropagation()
    if (!editor.selection().has(id)) editor.select([id])
    const [x, y, scale, series] = [event.clientX, event.clientY, editor.view().scale, `note ${event.timeStamp}`]
    let [dx, dy] = [0, 0]
    const move = (moved: PointerEvent) => {
      const [nx, ny] = [Math.round((moved.clientX - x) / scale), Math.round((moved.clientY - y) / scale)]
      editor.edit('Move a note', (doc) => movedBy(doc, editor.selection(), { x: nx - dx, y: ny - dy }), series)
      ;[dx, dy] = [nx, ny]
    }
    const end = () => {
      removeEventListener('pointermove', move)
      removeEventListener('pointerup', end)
    }
    addEventListener('pointermove', move)
    addEventListener('pointerup', end)
  }
  return (
    <div
      class="absolute top-0 left-0 origin-top-left"
      style={{ transform: `translate(${editor.view().x}px, ${editor.view().y}px) scale(${editor.view().scale})` }}
    >
      <For each={shown()}>
        {(note) => (
          <div
            class="team-note absolute overflow-hidden rounded-md p-2 text-base"
            classList={{ selected: editor.selection().has(note.id) }}
            data-own-press
            style={{ left: `${note.position.x}px`, top: `${note.position.y}px`, width: `${note.width}px`, height: `${note.height}px` }}
            onPointerDown={(event) => press(event, note.id)}
          >
            <Show
              when={editor.selection().has(note.id) && editor.selection().size === 1}
              fallback={<p class="whitespace-pre-wrap">{note.text}</p>}
            >
              <textarea
                class="h-full w-full resize-none bg-transparent outline-none"
                data-own-wheel
                aria-label={`Text of ${note.name}`}
                value={note.text}
                onPointerDown={(event) => event.stopPropagation()}
                onInput={(event) =>
                  editor.edit('Write a note', (doc) => noteChanged(doc, note.id, { text: event.currentTarget.value }), `note ${note.id}`)
                }
              />
            </Show>
          </div>
        )}
      </For>
    </div>
  )
}
