import { Show } from 'solid-js'

interface SparklineProps {
  /** Oldest first; the line is as long as what is known. */
  readonly values: readonly number[]
  /** The value that is at the top; the greatest of them when that is more. */
  readonly top: number
  /** What it shows, in words, for who does not see it. */
  readonly label: string
  readonly class?: string
}

/** As many looks as are kept, so that a short history is a short line. */
const SLOTS = 60
const HEIGHT = 20

export function Sparkline(props: SparklineProps) {
  const points = () => {
    const top = Math.max(props.top, ...props.values, 1e-9)
    const from = SLOTS - props.values.length
    return props.values.map((value, n) => `${from + n},${(HEIGHT - 1 - (value / top) * (HEIGHT - 2)).toFixed(2)}`)
  }
  return (
    <svg role="img" aria-label={props.label} viewBox={`0 0 ${SLOTS - 1} ${HEIGHT}`} preserveAspectRatio="none" class={props.class}>
      <title>{props.label}</title>
      <Show when={points().length > 1}>
        <polyline points={points().join(' ')} fill="none" stroke="currentColor" stroke-width="1.5" vector-effect="non-scaling-stroke" />
      </Show>
    </svg>
  )
}
