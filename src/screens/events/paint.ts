/** Drawing lanes and particles on a canvas, in the colours of the theme. */
import type { LaneModel, Move } from './model.ts'
import { HUES, hueOf, type Layout, laneY, type Particle } from './particles.ts'

const SIDE = 150
const RADIUS = 3.5

export interface Scene {
  readonly layout: Layout
  readonly model: LaneModel
  readonly drawn: readonly Particle[]
  readonly nameOf: (subscription: string) => string
  readonly over: Move | undefined
}

interface Brush {
  readonly context: CanvasRenderingContext2D
  hues: string[]
  text: string
  muted: string
  line: string
  bad: string
  font: string
}

export function painterOf(box: HTMLCanvasElement, context: CanvasRenderingContext2D) {
  const brush: Brush = { context, hues: [], text: '', muted: '', line: '', bad: '', font: '' }
  const readColours = () => {
    const probe = document.createElement('span')
    box.parentElement?.append(probe)
    const read = (name: string) => {
      probe.style.color = `var(--${name})`
      return getComputedStyle(probe).color
    }
    brush.hues = HUES.map((hue) => read(`p-${hue}-ink`))
    Object.assign(brush, { text: read('text'), muted: read('muted'), line: read('line-strong'), bad: read('bad') })
    brush.font = `12px ${getComputedStyle(probe).fontFamily}`
    probe.remove()
  }
  /** Fits the canvas to its box and the screen's pixels; answers the width. */
  const fit = (height: number): number => {
    const width = Math.max(420, box.clientWidth)
    const ratio = devicePixelRatio
    if (box.width !== Math.round(width * ratio) || box.height !== Math.round(height * ratio)) {
      box.width = Math.round(width * ratio)
      box.height = Math.round(height * ratio)
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, height)
    return width
  }
  const draw = (scene: Scene) => {
    drawPaths(brush, scene)
    drawLabels(brush, scene)
    drawParticles(brush, scene)
  }
  return { readColours, fit, draw }
}

function drawPaths({ context, line }: Brush, { layout }: Scene): void {
  const bus = layout.width / 2
  const middle = layout.height / 2
  context.strokeStyle = line
  context.lineWidth = 1
  context.globalAlpha = 0.6
  for (const [side, lanes] of [[SIDE, layout.sources] as const, [layout.width - SIDE, layout.subscribers] as const]) {
    for (const lane of new Set(lanes.values())) {
      const y = laneY(lane, lanes, layout.height)
      context.beginPath()
      context.moveTo(side, y)
      context.bezierCurveTo((side + bus) / 2, y, (side + bus) / 2, middle, bus, middle)
      context.stroke()
    }
  }
  context.globalAlpha = 1
}

function drawLabel({ context, text, muted }: Brush, words: string, figure: string, x: number, y: number, align: CanvasTextAlign): void {
  context.textAlign = align
  context.fillStyle = text
  context.fillText(clipped(words), x, y - 2)
  context.fillStyle = muted
  context.fillText(figure, x, y + 13)
}

function drawLabels(brush: Brush, { layout, model, nameOf }: Scene): void {
  const { context, line, muted, font } = brush
  context.font = font
  for (const { names, y } of rows(layout.sources, layout.height)) {
    const sum = names.reduce((all, name) => all + (model.sources.get(name) ?? 0), 0)
    drawLabel(brush, names.length > 1 ? `${names.length} others` : (names[0] ?? ''), sum.toLocaleString('en-US'), SIDE - 8, y, 'right')
  }
  for (const { names, y } of rows(layout.subscribers, layout.height)) {
    const tallies = names.map((name) => model.subscribers.get(name))
    const sum = (of: 'delivered' | 'skipped' | 'dead') => tallies.reduce((all, tally) => all + (tally?.[of] ?? 0), 0)
    const figure = `${sum('delivered').toLocaleString('en-US')} · ${sum('skipped')} skipped · ${sum('dead')} dead`
    drawLabel(brush, names.length > 1 ? `${names.length} others` : nameOf(names[0] ?? ''), figure, layout.width - SIDE + 8, y, 'left')
  }
  const bus = layout.width / 2
  context.fillStyle = line
  context.fillRect(bus - 3, 16, 6, layout.height - 48)
  context.textAlign = 'center'
  context.fillStyle = muted
  context.fillText(`Bus · ${model.events.toLocaleString('en-US')} events`, bus, layout.height - 12)
}

function drawParticles({ context, hues, text, bad }: Brush, { drawn, over }: Scene): void {
  for (const { move, x, y, alpha } of drawn) {
    context.globalAlpha = alpha
    context.fillStyle = move.what === 'dead' ? bad : (hues[hueOf(move.type)] ?? text)
    const half = move === over ? RADIUS * 1.8 : RADIUS
    context.beginPath()
    // Dead ones are square, so that colour is not all that tells them.
    if (move.what === 'dead') context.rect(x - half, y - half, half * 2, half * 2)
    else context.arc(x, y, half, 0, Math.PI * 2)
    context.fill()
  }
  context.globalAlpha = 1
}

function rows(lanes: ReadonlyMap<string, number>, height: number) {
  const byLane = new Map<number, string[]>()
  for (const [name, lane] of lanes) byLane.set(lane, [...(byLane.get(lane) ?? []), name])
  return [...byLane].map(([lane, names]) => ({ names, y: laneY(lane, lanes, height) }))
}

function clipped(words: string): string {
  return words.length > 22 ? `${words.slice(0, 21)}…` : words
}
