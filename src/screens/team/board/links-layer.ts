/**
 * The links, and the nodes that are not mounted as cards, drawn on one canvas beneath the cards: 500 nodes and their links are a few
 * milliseconds a frame here, and a second or more as elements. Colours come from the page's tokens.
 */
import type { TeamDocument, TeamLink } from '#contract'
import { curve, linkEnds, meets, onCurve, type Placed, type Point, seen, type View } from '../graph/geometry.ts'
import { linkKey } from '../graph/patch.ts'
import type { Face, LiveState } from './face.ts'

export interface Scene {
  readonly doc: TeamDocument
  readonly boxes: ReadonlyMap<string, Placed>
  /** Cards that stand on the page and are not drawn here. */
  readonly mounted: ReadonlySet<string>
  readonly view: View
  readonly selected: ReadonlySet<string>
  readonly selectedLink: string | undefined
  readonly faceOf: (id: string) => Face
  /** Links through which items just went, and how many there were. */
  readonly flowing: ReadonlyMap<string, number>
  /** A link that is being drawn, and where the pointer is. */
  readonly drawing: readonly [Point, Point] | undefined
  readonly selection: { readonly a: Point; readonly b: Point } | undefined
}

interface Colours {
  readonly line: string
  readonly accent: string
  readonly muted: string
  readonly text: string
  readonly surface: string
  readonly dot: string
  readonly bad: string
  readonly ok: string
  readonly warn: string
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element)
  const value = (name: string) => style.getPropertyValue(name).trim()
  // light-dark() is resolved by the browser only in a property: a probe asks for each.
  const probe = document.createElement('i')
  element.append(probe)
  const colour = (name: string) => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color || value(name)
  }
  const colours = {
    line: colour('--control-line'),
    accent: colour('--accent'),
    muted: colour('--muted'),
    text: colour('--text'),
    surface: colour('--raised'),
    dot: colour('--line'),
    bad: colour('--bad'),
    ok: colour('--ok'),
    warn: colour('--warn'),
  }
  probe.remove()
  return colours
}

/** Draws one frame; answers whether another has to follow for the sake of what moves. */
export function draw(canvas: HTMLCanvasElement, scene: Scene, colours: Colours, now: number): boolean {
  const context = canvas.getContext('2d')
  if (context === null) return false
  const { view } = scene
  const ratio = devicePixelRatio
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  dots(context, view, width, height, colours)
  context.translate(view.x, view.y)
  context.scale(view.scale, view.scale)
  const frame = seen(view, width, height, 40)
  let moving = false
  for (const link of scene.doc.links) {
    const ends = linkEnds(link, scene.boxes)
    if (ends === undefined || !meets(hull(ends), frame)) continue
    moving = oneLink(context, scene, link, ends, colours, now) || moving
  }
  for (const box of scene.boxes.values()) if (!scene.mounted.has(box.node.id) && meets(box, frame)) shape(context, box, scene, colours)
  if (scene.drawing) stroke(context, scene.drawing, colours.accent, 2 / view.scale, [6 / view.scale, 4 / view.scale])
  if (scene.selection) selection(context, scene.selection, colours, view.scale)
  return moving
}

function dots(context: CanvasRenderingContext2D, { x, y, scale }: View, width: number, height: number, colours: Colours): void {
  const gap = 40 * scale
  if (gap < 14) return
  context.fillStyle = colours.dot
  for (let left = ((x % gap) + gap) % gap; left < width; left += gap)
    for (let top = ((y % gap) + gap) % gap; top < height; top += gap) context.fillRect(left - 1, top - 1, 2, 2)
}

/** Around the curve and its inner points. */
function hull(ends: readonly [Point, Point]) {
  const points = [...ends, ...curve(ends)]
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(1, Math.max(...xs) - x), height: Math.max(1, Math.max(...ys) - y) }
}

const LIVE: Readonly<Record<LiveState, keyof Colours>> = { waiting: 'muted', running: 'accent', parked: 'warn', done: 'ok', failed: 'bad' }

function oneLink(
  context: CanvasRenderingContext2D,
  scene: Scene,
  link: TeamLink,
  ends: readonly [Point, Point],
  colours: Colours,
  now: number,
): boolean {
  const key = linkKey(link)
  const chosen = scene.selectedLink === key || (scene.selected.has(link.from.node) && scene.selected.has(link.to.node))
  const items = scene.flowing.get(key)
  const dash = link.kind !== 'main' ? [3, 4] : link.role === 'conditional' ? [8, 4] : link.role === 'feedback' ? [2, 3] : []
  const width = (chosen ? 2.5 : items === undefined ? 1.5 : 2) / Math.max(0.5, scene.view.scale)
  stroke(context, ends, chosen ? colours.accent : items === undefined ? colours.line : colours.ok, width, dash)
  if (link.kind === 'main' && scene.view.scale > 0.3)
    arrow(context, ends, chosen ? colours.accent : items === undefined ? colours.line : colours.ok)
  if (items === undefined) return false
  if (scene.view.scale > 0.45) count(context, onCurve(ends, 0.5), items, colours)
  const running = scene.faceOf(link.to.node).live?.state === 'running'
  if (!running || document.documentElement.dataset.motion === 'reduced') return false
  context.fillStyle = colours.accent
  for (let n = 0; n < 3; n++) {
    const { x, y } = onCurve(ends, (now / 1200 + n / 3) % 1)
    context.beginPath()
    context.arc(x, y, 3, 0, 7)
    context.fill()
  }
  return true
}

function stroke(
  context: CanvasRenderingContext2D,
  ends: readonly [Point, Point],
  colour: string,
  width: number,
  dash: readonly number[],
): void {
  const [a, d] = ends
  const [b, c] = curve(ends)
  context.strokeStyle = colour
  context.lineWidth = width
  context.setLineDash([...dash])
  context.beginPath()
  context.moveTo(a.x, a.y)
  context.bezierCurveTo(b.x, b.y, c.x, c.y, d.x, d.y)
  context.stroke()
  context.setLineDash([])
}

function arrow(context: CanvasRenderingContext2D, ends: readonly [Point, Point], colour: string): void {
  const { x, y } = ends[1]
  context.fillStyle = colour
  context.beginPath()
  context.moveTo(x - 2, y)
  context.lineTo(x - 10, y - 4)
  context.lineTo(x - 10, y + 4)
  context.fill()
}

function count(context: CanvasRenderingContext2D, { x, y }: Point, items: number, colours: Colours): void {
  const words = `${items}`
  context.font = '11px system-ui, sans-serif'
  const width = context.measureText(words).width + 10
  context.fillStyle = colours.surface
  context.strokeStyle = colours.ok
  context.lineWidth = 1
  context.beginPath()
  context.roundRect(x - width / 2, y - 8, width, 16, 8)
  context.fill()
  context.stroke()
  context.fillStyle = colours.text
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(words, x, y)
}

function shape(context: CanvasRenderingContext2D, box: Placed, scene: Scene, colours: Colours): void {
  const { live, title } = scene.faceOf(box.node.id)
  context.fillStyle = colours.surface
  context.strokeStyle = scene.selected.has(box.node.id) ? colours.accent : live ? colours[LIVE[live.state]] : colours.line
  context.lineWidth = (scene.selected.has(box.node.id) || live ? 2 : 1) / Math.max(0.3, scene.view.scale)
  context.beginPath()
  context.roundRect(box.x, box.y, box.width, box.height, 10)
  context.fill()
  context.stroke()
  if (scene.view.scale < 0.25) return
  context.fillStyle = colours.text
  context.font = '13px system-ui, sans-serif'
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillText(title, box.x + 12, box.y + box.height / 2, box.width - 24)
}

function selection(
  context: CanvasRenderingContext2D,
  { a, b }: { readonly a: Point; readonly b: Point },
  colours: Colours,
  scale: number,
): void {
  context.strokeStyle = colours.accent
  context.lineWidth = 1 / scale
  context.setLineDash([4 / scale, 3 / scale])
  context.strokeRect(Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(a.x - b.x), Math.abs(a.y - b.y))
  context.setLineDash([])
}
