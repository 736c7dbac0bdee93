import { createSignal, onCleanup, onMount, Show } from 'solid-js'
import type { LaneModel, Move } from './model.ts'
import { painterOf } from './paint.ts'
import { layoutOf, nearest, PARTICLE_CAP, type Particle, particlesAt } from './particles.ts'

interface LanesCanvasProps {
  readonly model: LaneModel
  /** The moment to draw, asked at each frame. */
  readonly at: () => number
  readonly fits: (move: Move) => boolean
  readonly nameOf: (subscription: string) => string
  readonly onInspect: (seq: number) => void
  /** For screen readers: what the picture shows, in words. */
  readonly words: string
}

const HEIGHT = 320
/** Frames between two looks at the theme's colours. */
const COLOURS_EVERY = 30

/** Sources at the left, the bus, subscribers at the right. All of it can also be read in the table beneath. */
export function LanesCanvas(props: LanesCanvasProps) {
  let canvas: HTMLCanvasElement | undefined
  let drawn: readonly Particle[] = []
  const [over, setOver] = createSignal<Particle>()
  const [oneIn, setOneIn] = createSignal(1)
  const under = (event: MouseEvent) => nearest(drawn, event.offsetX, event.offsetY)
  onMount(() => {
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return
    const box = canvas
    const painter = painterOf(box, context)
    let frames = 0
    let asked = 0
    const frame = () => {
      if (frames % COLOURS_EVERY === 0) painter.readColours()
      frames += 1
      const width = painter.fit(HEIGHT)
      const layout = layoutOf(props.model, width, HEIGHT)
      const seen = particlesAt(props.model.moves, props.at(), layout, props.fits)
      drawn = seen.drawn
      setOneIn(seen.oneIn)
      painter.draw({ layout, model: props.model, drawn, nameOf: props.nameOf, over: over()?.move })
      asked = requestAnimationFrame(frame)
    }
    asked = requestAnimationFrame(frame)
    onCleanup(() => cancelAnimationFrame(asked))
  })
  return (
    <div class="relative shrink-0 border-b border-line bg-ground">
      <canvas
        ref={canvas}
        role="img"
        aria-label={props.words}
        class="block w-full"
        classList={{ 'cursor-pointer': over() !== undefined }}
        style={{ height: `${HEIGHT}px` }}
        onPointerMove={(event) => setOver(under(event))}
        onPointerLeave={() => setOver(undefined)}
        onClick={(event) => {
          const found = under(event)
          if (found) props.onInspect(found.move.seq)
        }}
      />
      <Show when={over()}>
        {(particle) => (
          <p
            class="floating pointer-events-none absolute z-10 px-2 py-1 text-sm"
            style={{ left: `${particle().x + 12}px`, top: `${Math.min(particle().y, HEIGHT - 40)}px` }}
          >
            <span class="font-mono">{particle().move.type}</span> · event {particle().move.seq}
            {particle().move.what === 'event' ? '' : ` · ${particle().move.what}`}
          </p>
        )}
      </Show>
      <Show when={oneIn() > 1}>
        <p class="absolute right-2 bottom-1 rounded-sm bg-surface px-1.5 text-sm text-muted">
          One in {oneIn()} is drawn, at most {PARTICLE_CAP.toLocaleString('en-US')}; all are counted.
        </p>
      </Show>
    </div>
  )
}
