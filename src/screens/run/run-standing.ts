/** One run as it stands: what is stored and what the stream says, agreed on, and which pane shows it. */
import { createEffect, createMemo, createSignal, on } from 'solid-js'
import type { RunDetail } from '#contract'
import { isTerminal } from '#contract/plain'
import { remembered } from '../../state/mod.ts'
import { createRunFollow } from './follow.ts'
import { seedSteps } from './stream.ts'
import { createWide } from './wide.ts'

type Pane = 'steps' | 'timeline' | 'terminal' | 'details'

export type RunStanding = ReturnType<typeof createRunStanding>

/** `soon`: the stored run is to be read again. */
export function createRunStanding(props: { readonly detail: RunDetail; readonly soon: () => void }) {
  const run = () => props.detail.run
  const live = createRunFollow(run().id)
  const wide = createWide(1100)
  const [panes, setPanes] = remembered<Record<string, Pane>>('run.pane', {})
  // The stream of an ended run is read from its beginning: what is stored knows better than what has been replayed so far.
  const over = () => isTerminal(run().state)
  const state = createMemo(() => (over() ? run().state : (live.view.state ?? run().state)))
  const reason = () => (over() ? run().reason : (live.view.reason ?? run().reason))
  const isLive = createMemo(() => !isTerminal(state()) && live.status() === 'following')
  const tabs = createMemo(() => [
    { id: 'steps' as Pane, label: 'Steps', count: live.view.steps.length || undefined },
    ...(run().bodyKind === 'command' ? [] : [{ id: 'timeline' as Pane, label: 'Timeline' }]),
    { id: 'terminal' as Pane, label: 'Terminal' },
    ...(wide() ? [] : [{ id: 'details' as Pane, label: 'Details' }]),
  ])
  const pane = createMemo<Pane>(() => {
    const chosen = panes()[run().bodyKind] ?? (run().bodyKind === 'command' ? 'terminal' : 'steps')
    return tabs().some((tab) => tab.id === chosen) ? chosen : 'steps'
  })
  const show = (id: Pane) => setPanes({ ...panes(), [run().bodyKind]: id })
  // The stored run learns of its end a moment after the stream; both must agree at the end.
  createEffect(on(live.status, (status) => status !== 'following' && props.soon()))

  // A run whose stream is gone still has its stored steps.
  const view = createMemo(() => {
    if (live.status() === 'following' || live.view.steps.length >= props.detail.steps.length) return live.view
    const whole = { ...live.view, steps: live.view.steps.map((step) => ({ ...step })) }
    seedSteps(whole, props.detail.steps)
    return whole
  })
  const records = createMemo(() => view().steps.flatMap(({ record }) => record ?? []))
  /** The step that is to be looked at, each time it is asked for. */
  const [wanted, setWanted] = createSignal<{ readonly n: number }>()
  const lookAt = (n: number) => {
    show('steps')
    setWanted({ n })
  }
  return { run, live, wide, state, reason, isLive, tabs, pane, show, view, records, wanted, lookAt }
}
