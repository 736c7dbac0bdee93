import { createResource, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import { type Failure, failureOf } from '../../link/mod.ts'
import { ErrorNote, Loading } from '../../parts/mod.ts'

interface ReadingProps<T> {
  /** e.g. "licences" */
  readonly what: string
  readonly read: () => Promise<T>
  /** Reads again so often while it is shown, milliseconds; never when it is left out. */
  readonly everyMs?: number
  readonly children: (value: () => T, again: () => void) => JSX.Element
}

/** One answer of the engine that only this place needs: read when shown, with its waiting and its failure. */
export function Reading<T>(props: ReadingProps<T>) {
  const [failure, setFailure] = createSignal<Failure>()
  const [value, { refetch }] = createResource(async () => {
    try {
      const answer = await props.read()
      setFailure(undefined)
      return { answer }
    } catch (thrown) {
      setFailure(failureOf(thrown))
      return undefined
    }
  })
  const again = () => void refetch()
  if (props.everyMs !== undefined) {
    const timer = setInterval(again, props.everyMs)
    onCleanup(() => clearInterval(timer))
  }
  return (
    <>
      <Show when={failure()}>
        {(shown) => <ErrorNote failure={shown()} title={`The ${props.what} could not be read`} onRetry={again} class="mb-3" />}
      </Show>
      {/* `latest`: while it is read again the last answer stays, and the screen's Suspense is not woken. */}
      <Show
        when={value.latest}
        fallback={
          <Show when={!failure()}>
            <Loading what={props.what} onRetry={again} />
          </Show>
        }
      >
        {(shown) => props.children(() => shown().answer, again)}
      </Show>
    </>
  )
}
