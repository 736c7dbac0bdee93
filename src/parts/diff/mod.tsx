/** DIFF: two texts side by side (CodeMirror merge), read only, loaded when the first one is shown. Where there is little width, in one column: what went above what came. */
import { lazy, Suspense } from 'solid-js'
import './diff.css'

export interface SideBySideProps {
  readonly before: string
  readonly after: string
  readonly beforeLabel: string
  readonly afterLabel: string
  /** Shows everything instead of the changed places with some lines around them. */
  readonly whole?: boolean | undefined
  readonly class?: string | undefined
}

const MergeDiff = lazy(async () => ({ default: (await import('./merge.tsx')).MergeDiff }))

export function SideBySide(props: SideBySideProps) {
  return (
    <div class={`diff ${props.class ?? ''}`}>
      <div class="diff-heads">
        <span>{props.beforeLabel}</span>
        <span>{props.afterLabel}</span>
      </div>
      <Suspense fallback={<pre class="diff-plain">{props.after}</pre>}>
        <MergeDiff {...props} />
      </Suspense>
    </div>
  )
}
