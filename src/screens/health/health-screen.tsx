import HeartPulse from 'lucide-solid/icons/heart-pulse'
import { createSignal, For, type JSX, Show } from 'solid-js'
import type { BreakerRow, HealthStatus, RetryRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { clockTime, counted } from '../../look/format.ts'
import { Badge, Button, EmptyState, ErrorNote, Loading, Page, toast, tryOrToast } from '../../parts/mod.ts'
import { health } from '../../state/mod.ts'
import { HealChoices } from './choices.tsx'
import { Events } from './events.tsx'
import { ProposalDialog, ProposalLine } from './proposal.tsx'
import { SafeModeNote } from './safe-mode.tsx'

/** `/health` */
export function HealthScreen() {
  return (
    <Page title="Health" subtitle={<Show when={health.value()}>{(status) => <Today today={status().today} />}</Show>}>
      <Show when={health.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="Health could not be read" onRetry={health.again} class="mb-3" />}
      </Show>
      <Show when={health.value()} fallback={<Show when={!health.failure()}>{<Loading what="health" onRetry={health.again} />}</Show>}>
        {(status) => <Parts status={status()} />}
      </Show>
    </Page>
  )
}

function Today(props: { readonly today: HealthStatus['today'] }) {
  return (
    <>
      In the last 24 hours: {props.today.healed} healed, {props.today.givenUp} given up, {props.today.retries} tried again
    </>
  )
}

function Parts(props: { readonly status: HealthStatus }) {
  const [shown, setShown] = createSignal<string>()
  const open = () => props.status.breakers.filter(({ state, failures }) => state !== 'closed' || failures > 0)
  const quiet = () => open().length + props.status.retries.length + props.status.events.length + props.status.proposals.length === 0
  return (
    <div class="max-w-5xl">
      <Show when={props.status.safeMode.on}>
        <SafeModeNote safeMode={props.status.safeMode} />
      </Show>
      <HealChoices />
      <Show
        when={!quiet()}
        fallback={
          <EmptyState icon={HeartPulse} title="Nothing had to be healed">
            When a provider or a tool fails, its retries, what was changed and what was given up are shown here.
          </EmptyState>
        }
      >
        <Part
          title="Left alone for a while"
          about="Providers that failed again and again. One call tries each when its time has come."
          count={open().length}
        >
          <For each={open()}>{(row) => <Breaker row={row} />}</For>
        </Part>
        <Part
          title="Waits for its next try"
          about="Runs go on from where they were; what is done is not done or paid for again."
          count={props.status.retries.length}
        >
          <For each={props.status.retries}>{(row) => <Retry row={row} />}</For>
        </Part>
        <Part
          title="Proposed changes"
          about="Made by a model that you allowed. Nothing changes a persona but you."
          count={props.status.proposals.length}
        >
          <For each={props.status.proposals}>{(row) => <ProposalLine row={row} onOpen={() => setShown(row.id)} />}</For>
        </Part>
        <Events events={props.status.events} />
      </Show>
      <ProposalDialog id={shown()} onClose={() => setShown(undefined)} />
    </div>
  )
}

function Part(props: { readonly title: string; readonly about: string; readonly count: number; readonly children: JSX.Element }) {
  return (
    <Show when={props.count > 0}>
      <section class="mb-8">
        <h2 class="text-md font-semibold">{props.title}</h2>
        <p class="mb-2 text-muted">{props.about}</p>
        <ul>{props.children}</ul>
      </section>
    </Show>
  )
}

function Breaker(props: { readonly row: BreakerRow }) {
  const close = async () => {
    const done = await tryOrToast('It was not closed', () => engine.health.closeBreaker({ key: props.row.key }))
    if (done) toast.ok(`${props.row.label} is asked again`)
    health.again()
  }
  return (
    <li class="flex items-center gap-3 border-t border-line py-2 last:border-b">
      <Badge tone={props.row.state === 'closed' ? 'warn' : 'bad'}>
        {props.row.state === 'closed' ? counted(props.row.failures, 'failure') : props.row.state}
      </Badge>
      <div class="min-w-0 flex-1">
        <p class="truncate font-medium">{props.row.label}</p>
        <p class="truncate text-sm text-muted" title={props.row.lastFailure}>
          {props.row.lastFailure}
        </p>
      </div>
      <Show when={props.row.state !== 'closed'}>
        <span class="text-sm text-muted">
          {props.row.tryAt === null ? 'one call tries it now' : `tried again ${clockTime(props.row.tryAt)}`}
        </span>
        <Button size="sm" onClick={() => void close()}>
          Ask it again now
        </Button>
      </Show>
    </li>
  )
}

function Retry(props: { readonly row: RetryRow }) {
  const now = async () => {
    await tryOrToast('It was not tried', () => engine.health.retryNow({ runId: props.row.runId }))
    health.again()
  }
  return (
    <li class="flex items-center gap-3 border-t border-line py-2 last:border-b">
      <Badge tone="warn">try {props.row.attempt}</Badge>
      <div class="min-w-0 flex-1">
        <p class="truncate">
          <a class="font-medium underline-offset-2 hover:underline" href={`#/runs/${props.row.runId}`}>
            {props.row.personaName}
          </a>{' '}
          <span class="text-muted">{clockTime(props.row.dueAt)}</span>
        </p>
        <p class="truncate text-sm text-muted" title={props.row.message}>
          {props.row.message}
        </p>
      </div>
      <Button size="sm" onClick={() => void now()}>
        Try now
      </Button>
    </li>
  )
}
