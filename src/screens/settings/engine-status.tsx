import { createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js'
import type { EngineStatus } from '#contract'
import { bytes, clockTime } from '../../look/format.ts'
import { ErrorNote, Loading } from '../../parts/mod.ts'
import { status } from '../../state/mod.ts'
import { Fact, Row, Section } from './row.tsx'
import { StopTroupe } from './stop-troupe.tsx'

/** Sizes move without a change being told: looked at again while they are shown. */
const LOOK_AGAIN_MS = 5000

export function WithStatus(props: { readonly children: (status: EngineStatus) => JSX.Element }) {
  onMount(() => {
    status.again()
    const timer = setInterval(status.again, LOOK_AGAIN_MS)
    onCleanup(() => clearInterval(timer))
  })
  return (
    <>
      <Show when={status.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The engine's status could not be read" onRetry={status.again} class="mb-3" />}
      </Show>
      <Show
        when={status.value()}
        fallback={
          <Show when={!status.failure()}>
            <Loading what="its status" onRetry={status.again} />
          </Show>
        }
      >
        {(value) => props.children(value())}
      </Show>
    </>
  )
}

const WINDOWS: Readonly<Record<EngineStatus['window'], string>> = {
  neutralino: "Troupe's own window",
  'app-window': 'an app window of a browser',
  browser: 'a browser tab',
  none: 'none was opened by the engine',
}

export function EngineFacts(props: { readonly build: string }) {
  const [differs, setDiffers] = createSignal(false)
  return (
    <WithStatus>
      {(now) => {
        setDiffers(now.version !== props.build)
        return (
          <Section title="About Troupe" about="A pocket-size desktop for a team of AI personas, on your own machine.">
            <Row label="Version" hint={differs() ? `This window is ${props.build}: close it and open it again.` : undefined}>
              {now.version}
              <Show when={now.build !== now.version}>
                {' '}
                <span class="text-muted">({now.build})</span>
              </Show>
            </Row>
            <Row label="Window">{WINDOWS[now.window]}</Row>
            <Row label="Engine" hint={`Up since ${clockTime(now.startedAt)}`}>
              Node {now.node.replace(/^v/, '')} on {now.platform}, process {now.pid}
            </Row>
            <Row label="Memory">
              {bytes(now.memoryBytes.rss)} <span class="text-muted">({bytes(now.memoryBytes.heap)} heap)</span>
            </Row>
            <Row label="Protocol">{now.protocol.join('.')}</Row>
            <Row label="Port on loopback">{now.port}</Row>
            <Row label="Socket of the command line">
              <Fact>{now.socketPath}</Fact>
            </Row>
            <StopTroupe runs={now.runs} />
          </Section>
        )
      }}
    </WithStatus>
  )
}
