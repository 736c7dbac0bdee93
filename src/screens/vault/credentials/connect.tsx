import ExternalLink from 'lucide-solid/icons/external-link'
import { createSignal, onCleanup, Show } from 'solid-js'
import type { ConnectFlow, CredentialDetail } from '#contract'
import { engine } from '../../../link/mod.ts'
import { clockTime } from '../../../look/format.ts'
import { Badge, Button, buttonClass, ErrorNote, type Failure, failureOf, toast } from '../../../parts/mod.ts'
import { Row, Section } from '../../settings/row.tsx'

const LOOKS = {
  'not-connected': { word: 'Not connected', tone: 'warn' },
  connected: { word: 'Connected', tone: 'ok' },
  refreshing: { word: 'Refreshing', tone: 'accent' },
  reconnect: { word: 'Connect again', tone: 'bad' },
} as const

interface ConnectProps {
  readonly detail: CredentialDetail
  readonly open: boolean
  readonly again: () => void
}

/** The connection to a service that asks in the browser: none → asking (a page in the browser) → connected, or why not. */
export function Connect(props: ConnectProps) {
  const [flow, setFlow] = createSignal<ConnectFlow>()
  const [failure, setFailure] = createSignal<Failure>()
  const state = () => props.detail.row.oauth
  const look = () => LOOKS[state()?.state ?? 'not-connected']
  const cancel = () => {
    const now = flow()
    setFlow(undefined)
    if (now) void engine.credential.cancelConnect({ flowId: now.flowId }).catch(() => undefined)
  }
  onCleanup(cancel)
  const connect = async () => {
    setFailure(undefined)
    try {
      const begun = await engine.credential.connect({ id: props.detail.row.id })
      setFlow(begun)
      const outcome = await engine.credential.connectState({ flowId: begun.flowId, wait: true })
      if (flow()?.flowId !== begun.flowId) return
      setFlow(undefined)
      if (outcome.state === 'connected') toast.ok(`${props.detail.row.name} is connected`)
      else setFailure({ code: outcome.state, message: outcome.detail, hint: undefined, canRetry: true })
      props.again()
    } catch (thrown) {
      setFlow(undefined)
      setFailure(failureOf(thrown))
    }
  }
  return (
    <Section title="Connection" about="You agree in your browser; Troupe keeps the tokens sealed and renews them by itself.">
      <Row
        label={state()?.detail || 'You have not agreed in the browser yet.'}
        hint={<Show when={state()?.accessExpiresAt}>{(at) => `The token holds until ${clockTime(at())}, and is renewed before.`}</Show>}
      >
        <span class="flex items-center gap-3">
          <Badge tone={look().tone}>{look().word}</Badge>
          <Show
            when={flow()}
            fallback={
              <Button disabled={!props.open} onClick={() => void connect()}>
                {state()?.state === 'connected' ? 'Connect anew' : 'Connect'}
              </Button>
            }
          >
            {(now) => (
              <>
                <a href={now().url} target="_blank" rel="noreferrer" class={buttonClass('primary')}>
                  <ExternalLink size={16} aria-hidden="true" />
                  Agree in the browser
                </a>
                <Button onClick={cancel}>Cancel</Button>
              </>
            )}
          </Show>
        </span>
      </Row>
      <Show when={flow()}>
        {(now) => (
          <p class="mt-1 text-sm text-muted">
            Waiting for you in the browser. The service needs this redirect address:{' '}
            <code class="font-mono break-all select-text">{now().redirectUrl}</code>
          </p>
        )}
      </Show>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="It is not connected" class="mt-2" />}</Show>
    </Section>
  )
}
