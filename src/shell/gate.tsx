/** What stands in place of the screens while there has not been a link to the engine yet, and the line above them once it is lost. */
import PlugZap from 'lucide-solid/icons/plug-zap'
import Unplug from 'lucide-solid/icons/unplug'
import { createSignal, type JSX, Match, onCleanup, Show, Switch } from 'solid-js'
import { linkState, retryLink } from '../link/mod.ts'
import { Button, EmptyState, Loading, Said } from '../parts/mod.ts'

export function NoEngine() {
  return (
    <main class="grid h-full place-items-center bg-surface">
      <Switch fallback={<Loading what="its greeting" onRetry={retryLink} />}>
        <Match when={pick('refused')()}>
          {(state) => (
            <Stopped title="This window is not let in" icon={Unplug} action="Try again">
              <p>{state().reason}</p>
              <p>
                <Said text={state().hint} />
              </p>
            </Stopped>
          )}
        </Match>
        <Match when={pick('lost')()}>
          {(state) => (
            <Stopped title="The engine is not running" icon={PlugZap} action="Try now">
              <p>{state().reason}</p>
              <p>
                <Said text={state().hint} />
              </p>
              <p class="mt-2">
                <Countdown until={state().retryAt} />
              </p>
            </Stopped>
          )}
        </Match>
      </Switch>
    </main>
  )
}

function Stopped(props: { readonly title: string; readonly icon: typeof Unplug; readonly action: string; readonly children: JSX.Element }) {
  return (
    <EmptyState icon={props.icon} title={props.title} actions={<Button onClick={retryLink}>{props.action}</Button>}>
      {props.children}
    </EmptyState>
  )
}

/** Stands above the screens while the link is gone; what they show is then what was last known. */
export function LinkBanner() {
  const broken = () => pick('lost')() ?? pick('refused')()
  return (
    <Show when={broken() ?? (linkState().kind === 'connecting' ? { reason: 'Connecting to the engine again …', hint: '' } : undefined)}>
      {(state) => (
        <div role="status" class="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-warn bg-warn-soft px-6 py-1.5 narrow:px-4">
          <Unplug size={16} class="shrink-0 text-warn-ink" aria-hidden="true" />
          <p class="min-w-0 flex-1">
            <b class="font-medium">{state().reason}</b> <Said text={state().hint} />
          </p>
          <Show when={pick('lost')()}>{(lost) => <Countdown until={lost().retryAt} />}</Show>
          <Button size="sm" onClick={retryLink}>
            Try now
          </Button>
        </div>
      )}
    </Show>
  )
}

function Countdown(props: { readonly until: number }) {
  const [now, setNow] = createSignal(Date.now())
  const timer = setInterval(() => setNow(Date.now()), 500)
  onCleanup(() => clearInterval(timer))
  const seconds = () => Math.max(0, Math.ceil((props.until - now()) / 1000))
  return <span class="text-muted tabular-nums">{seconds() === 0 ? 'Trying again …' : `Trying again in ${seconds()} s`}</span>
}

type State = ReturnType<typeof linkState>

function pick<Kind extends State['kind']>(kind: Kind) {
  return () => {
    const state = linkState()
    return state.kind === kind ? (state as Extract<State, { kind: Kind }>) : undefined
  }
}
