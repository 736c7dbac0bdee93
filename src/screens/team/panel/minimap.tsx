/** The whole canvas, small; a press goes there. */
import { createEffect } from 'solid-js'
import type { TeamEditor } from '../editor.ts'
import { around, seen } from '../graph/geometry.ts'

const [WIDTH, HEIGHT] = [176, 112]

export function Minimap(props: { readonly editor: TeamEditor }) {
  const { editor } = props
  let canvas: HTMLCanvasElement | undefined
  const frame = () => {
    const { width, height } = editor.size()
    const shown = seen(editor.view(), width, height, 0)
    const all = around([...editor.boxes().values(), shown]) ?? shown
    const scale = Math.min(WIDTH / Math.max(1, all.width), HEIGHT / Math.max(1, all.height))
    return { shown, all, scale }
  }
  createEffect(() => {
    const context = canvas?.getContext('2d')
    const { shown, all, scale } = frame()
    if (!context || !canvas) return
    const style = getComputedStyle(canvas)
    context.clearRect(0, 0, WIDTH, HEIGHT)
    context.fillStyle = style.color
    for (const box of editor.boxes().values())
      context.fillRect((box.x - all.x) * scale, (box.y - all.y) * scale, Math.max(2, box.width * scale), Math.max(2, box.height * scale))
    context.strokeStyle = style.outlineColor
    context.strokeRect((shown.x - all.x) * scale, (shown.y - all.y) * scale, shown.width * scale, shown.height * scale)
  })
  const go = (event: PointerEvent) => {
    const edge = canvas?.getBoundingClientRect()
    if (!edge) return
    const { all, scale } = frame()
    const at = { x: (event.clientX - edge.left) / scale + all.x, y: (event.clientY - edge.top) / scale + all.y }
    const { width, height } = editor.size()
    editor.setView(({ scale: zoom }) => ({ scale: zoom, x: width / 2 - at.x * zoom, y: height / 2 - at.y * zoom }))
  }
  return (
    <canvas
      ref={canvas}
      width={WIDTH}
      height={HEIGHT}
      aria-label="Small map of the canvas"
      data-own-press
      class="absolute right-3 bottom-3 rounded-md border border-line bg-surface/90 text-muted outline-accent"
      onPointerDown={(event) => {
        event.stopPropagation()
        event.currentTarget.setPointerCapture(event.pointerId)
        go(event)
      }}
      onPointerMove={(event) => event.buttons === 1 && go(event)}
    />
  )
}
