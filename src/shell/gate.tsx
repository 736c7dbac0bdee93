/** What stands in place of the screens while there has not been a link to the engine yet, and the line above them once it is lost. */
import PlugZap from 'lucide-solid/icons/plug-zap'
import Unplug from 'lucide-solid/icons/unplug'
import { createMemo, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import { linkState, retryLink } from '../link/mod.ts'
import { Button, EmptyState, Loading, Said } from '../parts/mod.ts'

export function NoEngine() {
  const broken = whyBroken()
  return (
    <main class="grid h-full place-items-center bg-surface">
      <Show when={broken()} fallback={<Loading what="its greeting" onRetry={retryLink} />}>
        {(state) => (
          <Stopped refused={state().kind === 'refused'}>
            <p>
              <Said text={state().reason} />
            </p>
            <p>
              <Said text={state().hint} />
            </p>
            <p class="mt-2">
              <Countdown state={state()} />
            </p>
          </Stopped>
        )}
      </Show>
    </main>
  )
}

function Stopped(props: { readonly refused: boolean; readonly children: JSX.Element }) {
  return (
    <EmptyState
      whole
      icon={props.refused ? Unplug : PlugZap}
      title={props.refused ? 'This window is not let in' : 'The engine is not running'}
      actions={<Button onClick={retryLink}>{props.refused ? 'Try again' : 'Try now'}</Button>}
    >
      {props.children}
    </EmptyState>
  )
}

/** Stands above the screens while the link is gone; what they show is then what was last known. */
export function LinkBanner() {
  const broken = whyBroken()
  return (
    <Show when={broken()}>
      {(state) => (
        <div role="status" class="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-warn bg-warn-soft px-6 py-1.5 narrow:px-4">
          <Unplug size={16} class="shrink-0 text-warn-ink" aria-hidden="true" />
          <p class="min-w-0 flex-1">
            <b class="font-medium">{state().reason}</b> <Said text={state().hint} />
          </p>
          <Countdown state={state()} />
          <Button size="sm" onClick={retryLink}>
            Try now
          </Button>
        </div>
      )}
    </Show>
  )
}

function Countdown(props: { readonly state: Broken }) {
  const [now, setNow] = createSignal(Date.now())
  const timer = setInterval(() => setNow(Date.now()), 500)
  onCleanup(() => clearInterval(timer))
  const text = () => {
    if (linkState().kind === 'connecting') return 'Trying again …'
    if (props.state.kind !== 'lost') return ''
    return `Trying again in ${Math.max(1, Math.ceil((props.state.retryAt - now()) / 1000))} s`
  }
  return <span class="text-muted tabular-nums">{text()}</span>
}

type State = ReturnType<typeof linkState>
type Broken = Extract<State, { kind: 'lost' | 'refused' }>

/** Why there is no link; while it is tried again, why the try before failed. */
function whyBroken(): () => Broken | undefined {
  return createMemo<Broken | undefined>((before) => {
    const state = linkState()
    if (state.kind === 'lost' || state.kind === 'refused') return state
    return state.kind === 'connecting' ? before : undefined
  }, undefined)
}
