import { createEffect, createSignal, For, on, Show } from 'solid-js'
import type { HealProposal, RevisionMeasure } from '#contract'
import type { ProposalState } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { counted, duration, money } from '../../look/format.ts'
import { Badge, Button, createAttempt, Dialog, ErrorNote, Loading, TimeAgo, type Tone } from '../../parts/mod.ts'
import { health } from '../../state/mod.ts'

const TONES: Readonly<Record<ProposalState, Tone>> = {
  asked: 'quiet',
  proposed: 'accent',
  applied: 'ok',
  rejected: 'quiet',
  reverted: 'warn',
  failed: 'bad',
}

export function ProposalLine(props: { readonly row: HealProposal; readonly onOpen: () => void }) {
  return (
    <li class="flex items-center gap-3 border-t border-line py-2 last:border-b">
      <Badge tone={TONES[props.row.state]}>{props.row.state}</Badge>
      <div class="min-w-0 flex-1">
        <p class="truncate font-medium">{props.row.personaName}</p>
        <p class="truncate text-sm text-muted" title={props.row.why}>
          {props.row.why || 'The model is asked.'}
        </p>
      </div>
      <span class="text-sm text-muted">
        <TimeAgo at={props.row.createdAt} />
      </span>
      <Button size="sm" onClick={() => props.onOpen()}>
        Look at it
      </Button>
    </li>
  )
}

/** The difference, what was measured, and what can be done with it. */
export function ProposalDialog(props: { readonly id: string | undefined; readonly onClose: () => void }) {
  const [proposal, setProposal] = createSignal<HealProposal>()
  const { busy, failure, run } = createAttempt()
  const act = (work: (id: string) => Promise<HealProposal>) =>
    run(async () => {
      if (props.id === undefined) return
      setProposal(await work(props.id))
      health.again()
    })
  createEffect(
    on(
      () => props.id,
      (id) => {
        setProposal(undefined)
        if (id !== undefined) void act((asked) => engine.health.proposal({ id: asked }))
      },
    ),
  )
  return (
    <Dialog
      open={props.id !== undefined}
      onOpenChange={(open) => !open && props.onClose()}
      title={proposal() ? `A change of ${proposal()?.personaName}` : 'A proposed change'}
      size="lg"
      footer={
        <>
          <Button onClick={() => props.onClose()}>Close</Button>
          <Show when={proposal()?.state === 'proposed'}>
            <Button busy={busy()} onClick={() => void act((id) => engine.health.rejectProposal({ id }))}>
              Leave it
            </Button>
            <Button variant="primary" busy={busy()} onClick={() => void act((id) => engine.health.applyProposal({ id }))}>
              Make it the next revision
            </Button>
          </Show>
          <Show when={proposal()?.state === 'applied'}>
            <Button variant="primary" busy={busy()} onClick={() => void act((id) => engine.health.revertProposal({ id }))}>
              Put back what was before
            </Button>
          </Show>
        </>
      }
    >
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} class="mb-3" />}</Show>
      <Show when={proposal()} fallback={<Show when={!failure()}>{<Loading what="the proposal" />}</Show>}>
        {(shown) => <Body proposal={shown()} />}
      </Show>
    </Dialog>
  )
}

function Body(props: { readonly proposal: HealProposal }) {
  return (
    <div class="flex flex-col gap-3">
      <p>
        <Badge tone={TONES[props.proposal.state]}>{props.proposal.state}</Badge> {props.proposal.why}
      </p>
      <dl class="grid grid-cols-[8rem_minmax(0,1fr)] gap-y-1 text-sm">
        <dt class="text-muted">Made by</dt>
        <dd>{props.proposal.madeBy}</dd>
        <dt class="text-muted">Revision {props.proposal.baseRevision}</dt>
        <dd>{measured(props.proposal.measuredBefore)}</dd>
        <Show when={props.proposal.appliedRevision}>
          {(revision) => (
            <>
              <dt class="text-muted">Revision {revision()}</dt>
              <dd>{measured(props.proposal.measuredAfter)}</dd>
            </>
          )}
        </Show>
      </dl>
      <For each={props.proposal.changes}>
        {(change) => (
          <div class="overflow-hidden rounded-md border border-line">
            <p class="border-b border-line bg-sunken px-3 py-1 text-sm font-medium">{change.label}</p>
            <pre class="bg-bad-soft px-3 py-1.5 font-mono text-sm whitespace-pre-wrap wrap-anywhere select-text">
              − {plain(change.before)}
            </pre>
            <pre class="bg-ok-soft px-3 py-1.5 font-mono text-sm whitespace-pre-wrap wrap-anywhere select-text">
              + {plain(change.after)}
            </pre>
          </div>
        )}
      </For>
    </div>
  )
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null))

function measured(measure: RevisionMeasure | null): string {
  if (measure === null || measure.runs === 0) return 'no run of it has ended yet'
  const share = Math.round((measure.succeeded / measure.runs) * 100)
  return `${counted(measure.runs, 'run')}, ${share} % succeeded, ${money(measure.meanUsd)} and ${duration(measure.meanMs)} each`
}
