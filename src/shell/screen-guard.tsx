import { useLocation } from '@solidjs/router'
import { createEffect, ErrorBoundary, type JSX, on, Show, Suspense } from 'solid-js'
import { linkState } from '../link/mod.ts'
import { Button, Loading } from '../parts/mod.ts'

/** Around each screen: a defect in one leaves the rest of the window standing, and says what happened. */
export function ScreenGuard(props: { readonly children: JSX.Element }) {
  return (
    <ErrorBoundary fallback={(thrown, reset) => <Broken thrown={thrown} reset={reset} />}>
      <Suspense fallback={<Loading what="this screen" onRetry={() => location.reload()} />}>{props.children}</Suspense>
    </ErrorBoundary>
  )
}

function Broken(props: { readonly thrown: unknown; readonly reset: () => void }) {
  const place = useLocation()
  console.error(props.thrown)
  createEffect(on(() => place.pathname, props.reset, { defer: true }))
  const error = () => (props.thrown instanceof Error ? props.thrown : new Error(String(props.thrown)))
  // Three engines, three wordings; there is no name or code to go by.
  const notLoaded = () => /dynamically imported module|Importing a module script|preload CSS/i.test(error().message)
  // What could not be loaded while the engine was away can be once it is back, and there is nothing on this screen to lose.
  createEffect(on(linkState, (now, before) => before && before.kind !== 'open' && now.kind === 'open' && notLoaded() && location.reload()))
  const details = () => `${error().message}\n\n${error().stack ?? ''}`
  return (
    <div role="alert" class="mx-auto flex max-w-2xl flex-col items-start gap-3 px-6 py-16">
      <h1 class="text-lg font-semibold">{notLoaded() ? 'This screen could not be loaded' : 'This screen broke'}</h1>
      <p>
        <Show
          when={notLoaded()}
          fallback="It is a defect in Troupe, and nothing that you did. Your personas and runs are not touched: they live in the engine, not in this window."
        >
          The engine is gone, or Troupe was updated while this window was open. Once the engine is there again, the window loads itself
          again.
        </Show>
      </p>
      <div class="flex gap-2">
        <Button variant="primary" onClick={() => (notLoaded() ? location.reload() : props.reset())}>
          {notLoaded() ? 'Load the window again' : 'Show it again'}
        </Button>
        <Button onClick={() => void navigator.clipboard.writeText(details())}>Copy the details</Button>
      </div>
      <details class="w-full">
        <summary class="text-muted">{error().message}</summary>
        <pre class="mt-2 max-h-80 overflow-auto rounded-md bg-sunken p-3 font-mono text-sm whitespace-pre-wrap">{details()}</pre>
      </details>
    </div>
  )
}
