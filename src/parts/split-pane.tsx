import { createSignal, type JSX } from 'solid-js'
import { remembered } from '../state/remember.ts'

interface SplitPaneProps {
  /** Under this name its place is remembered, e.g. `editor.preview`. */
  readonly name: string
  /** Accessible name of the divider, e.g. "Width of the preview". */
  readonly label: string
  readonly first: JSX.Element
  readonly second: JSX.Element
  /** Share of the first pane, percent; and its bounds. */
  readonly initial?: number | undefined
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly vertical?: boolean | undefined
}

/** Two panes and a divider: drag it, or focus it and use the arrow keys (Home and End for the bounds, Enter for the start). */
export function SplitPane(props: SplitPaneProps) {
  const initial = props.initial ?? 50
  const min = () => props.min ?? 20
  const max = () => props.max ?? 80
  const [share, setShare] = remembered(`split.${props.name}`, initial)
  const [dragging, setDragging] = createSignal(false)
  let box: HTMLDivElement | undefined
  const put = (percent: number) => setShare(Math.round(Math.min(max(), Math.max(min(), percent)) * 10) / 10)
  const place = () => Math.min(max(), Math.max(min(), share()))

  const dragged = (event: PointerEvent) => {
    if (!dragging() || !box) return
    const edge = box.getBoundingClientRect()
    put(props.vertical ? ((event.clientY - edge.top) / edge.height) * 100 : ((event.clientX - edge.left) / edge.width) * 100)
  }
  const pressed = (event: KeyboardEvent) => {
    const back = props.vertical ? 'ArrowUp' : 'ArrowLeft'
    const on = props.vertical ? 'ArrowDown' : 'ArrowRight'
    const step = event.shiftKey ? 10 : 2
    const to = { [back]: place() - step, [on]: place() + step, Home: min(), End: max(), Enter: initial }[event.key]
    if (to === undefined) return
    event.preventDefault()
    put(to)
  }
  const tracks = () => `minmax(0, ${place()}fr) auto minmax(0, ${100 - place()}fr)`
  return (
    <div
      ref={box}
      class="grid h-full min-h-0 min-w-0"
      classList={{ 'select-none': dragging() }}
      style={props.vertical ? { 'grid-template-rows': tracks() } : { 'grid-template-columns': tracks() }}
    >
      <div class="min-h-0 min-w-0 overflow-hidden">{props.first}</div>
      {/* biome-ignore lint/a11y/useSemanticElements: an <hr> cannot take the focus; this is the ARIA window splitter. */}
      <div
        role="separator"
        tabindex={0}
        aria-label={props.label}
        aria-orientation={props.vertical ? 'horizontal' : 'vertical'}
        aria-valuenow={Math.round(place())}
        aria-valuemin={min()}
        aria-valuemax={max()}
        class={`relative touch-none bg-line transition-colors hover:bg-accent ${props.vertical ? 'h-px cursor-row-resize' : 'w-px cursor-col-resize'} ${dragging() ? 'bg-accent' : ''}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          setDragging(true)
        }}
        onPointerMove={dragged}
        onLostPointerCapture={() => setDragging(false)}
        onDblClick={() => put(initial)}
        onKeyDown={pressed}
      >
        <span class={`absolute ${props.vertical ? '-inset-y-1 inset-x-0' : '-inset-x-1 inset-y-0'}`} />
      </div>
      <div class="min-h-0 min-w-0 overflow-hidden">{props.second}</div>
    </div>
  )
}
