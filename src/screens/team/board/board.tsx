/**
 * The canvas: the links' layer, Svelvet's island over it, and what neither of them does: selecting, drawing links, boxes around things,
 * keys. Pointer events only: the Linux window knows no HTML drag while files may be dropped on it.
 */
import { onMount, Show } from 'solid-js'
import type { TeamEditor } from '../editor.ts'
import type { RunOverlay } from '../run/overlay.ts'
import { createCards } from './cards.ts'
import { keyOnBoard, wheelOnBoard } from './keys.ts'
import { Notes } from './notes.tsx'
import { cardOf, createPresses } from './presses.ts'
import './board.css'

export interface BoardProps {
  readonly editor: TeamEditor
  readonly overlay: RunOverlay | undefined
  readonly snap: boolean
  /** A double click, or Enter: the node's form. */
  readonly onOpen: (id: string) => void
}

export function Board(props: BoardProps) {
  const { editor } = props
  let wrapper: HTMLDivElement | undefined
  let host: HTMLDivElement | undefined
  let canvas: HTMLCanvasElement | undefined
  const presses = createPresses(editor, () => wrapper)
  const cards = createCards(props, presses)
  onMount(() => wrapper && host && canvas && cards.mount(wrapper, host, canvas))
  return (
    <div
      ref={wrapper}
      role="application"
      aria-label="Canvas. Every node is in the list view too."
      class="team-board relative h-full w-full overflow-hidden bg-sunken"
      onContextMenu={(event) => event.preventDefault()}
      on:pointerdown={{ capture: true, handleEvent: (event: PointerEvent) => presses.down(event) }}
      on:mousedown={{ capture: true, handleEvent: (event: MouseEvent) => presses.mouseDown(event) }}
      on:wheel={{ capture: true, passive: false, handleEvent: (event: WheelEvent) => wheelOnBoard(event, editor, wrapper) }}
      on:keydown={{ capture: true, handleEvent: (event: KeyboardEvent) => keyOnBoard(event, editor, props.onOpen) }}
      onDblClick={(event) => {
        const id = cardOf(event.target)
        if (id !== undefined) props.onOpen(id)
      }}
    >
      <canvas ref={canvas} class="absolute inset-0 h-full w-full" />
      <Notes editor={editor} />
      <div ref={host} class="absolute inset-0" />
      <Show when={editor.doc().nodes.length === 0}>
        <p class="pointer-events-none absolute inset-x-0 top-1/3 text-center text-muted">
          Nothing is here yet. Add a node from the bar above, or paste some.
        </p>
      </Show>
    </div>
  )
}
