import Bot from 'lucide-solid/icons/bot'
import CircleAlert from 'lucide-solid/icons/circle-alert'
import CircleHelp from 'lucide-solid/icons/circle-question-mark'
import Clock from 'lucide-solid/icons/clock'
import GitBranch from 'lucide-solid/icons/git-branch'
import LoaderCircle from 'lucide-solid/icons/loader-circle'
import MessageSquare from 'lucide-solid/icons/message-square'
import Terminal from 'lucide-solid/icons/terminal'
import Workflow from 'lucide-solid/icons/workflow'
import Wrench from 'lucide-solid/icons/wrench'
import { createMemo, For, type JSX, Match, Show, Switch } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { StepRecord } from '#contract'
import type { StepKind } from '#contract/plain'
import { Badge, Duration, IconButton, Money, Tokens } from '../../parts/mod.ts'
import { Fold, LongText } from './fold.tsx'
import { Prose } from './prose.tsx'
import type { StepView } from './stream.ts'
import { pretty } from './values.ts'

const KINDS = {
  model: { icon: Bot, word: 'Model' },
  tool: { icon: Wrench, word: 'Tool' },
  command: { icon: Terminal, word: 'Command' },
  node: { icon: Workflow, word: 'Node' },
  wait: { icon: Clock, word: 'Wait' },
  approval: { icon: CircleHelp, word: 'Question' },
  message: { icon: MessageSquare, word: 'Guidance' },
} as const satisfies Record<StepKind, { icon: typeof Bot; word: string }>

interface StepCardProps {
  readonly step: StepView
  /** What a command wrote, shown within its step. */
  readonly output?: JSX.Element
  readonly onFork?: ((step: number) => void) | undefined
}

export function StepCard(props: StepCardProps) {
  const record = () => props.step.record
  const kind = () => KINDS[record()?.kind ?? 'model']
  return (
    <article
      class="step-card rounded-lg border border-line bg-surface"
      classList={{ 'border-bad': record()?.state === 'failed' }}
      aria-label={`Step ${props.step.n}: ${record()?.title ?? 'text'}`}
      data-step={props.step.n}
    >
      <header class="flex min-h-9 flex-wrap items-center gap-x-2 gap-y-0.5 px-3 py-1.5">
        <Dynamic component={kind().icon} size={14} class="shrink-0 text-muted" aria-hidden="true" />
        <h2 class="min-w-0 flex-1 truncate font-medium">
          <span class="sr-only">{kind().word}: </span>
          {record()?.title ?? 'Text'}
        </h2>
        <Show when={record()}>{(shown) => <StepFigures record={shown()} />}</Show>
        <Show when={props.onFork && record()?.key && record()?.state !== 'running'}>
          <IconButton icon={GitBranch} size="sm" label={`Fork from step ${props.step.n}`} onClick={() => props.onFork?.(props.step.n)} />
        </Show>
      </header>
      <div class="flex flex-col gap-2.5 px-3 pb-3 empty:hidden">
        <Show when={props.step.reasoning !== ''}>
          <Fold title={`Reasoning · ${props.step.reasoning.length.toLocaleString('en-US')} characters`}>
            <LongText text={props.step.reasoning} label="Reasoning" />
          </Fold>
        </Show>
        <Show when={props.step.cutChars > 0}>
          <p class="text-sm text-muted">
            The first {props.step.cutChars.toLocaleString('en-US')} characters are no longer held here; the export has them.
          </p>
        </Show>
        <Switch>
          <Match when={record()?.kind === 'tool' && record()}>{(shown) => <ToolDetail record={shown()} />}</Match>
          <Match when={record()?.kind === 'command' && record()}>
            {(shown) => (
              <>
                <CommandDetail record={shown()} />
                {props.output}
              </>
            )}
          </Match>
          <Match when={record()?.kind === 'message' && record()}>{(shown) => <Said record={shown()} />}</Match>
          <Match when={record()?.kind === 'wait' || record()?.kind === 'approval'}>{null}</Match>
          <Match when={record()?.kind === 'node' && record()}>{(shown) => <ToolDetail record={shown()} />}</Match>
          <Match when={true}>
            <ModelText step={props.step} />
          </Match>
        </Switch>
        <StepError record={record()} />
      </div>
    </article>
  )
}

function ModelText(props: { readonly step: StepView }) {
  const text = () => props.step.text || String(props.step.record?.detail.text ?? '')
  return (
    <Show
      when={text() !== ''}
      fallback={
        <Show when={props.step.record?.state === 'running'}>
          <p class="text-muted">Waiting for the model …</p>
        </Show>
      }
    >
      <Prose text={text()} />
    </Show>
  )
}

function StepFigures(props: { readonly record: StepRecord }) {
  const total = () => {
    const usage = props.record.usage
    return usage && usage.input !== null && usage.output !== null ? usage.input + usage.output : null
  }
  return (
    <p class="flex shrink-0 items-center gap-2.5 text-sm text-muted">
      <For each={marksOf(props.record)}>{(mark) => <Badge>{mark}</Badge>}</For>
      <Show when={props.record.model !== props.record.title && props.record.model}>
        <span class="max-w-48 truncate font-mono text-xs">{props.record.model}</span>
      </Show>
      <Show when={props.record.usage}>
        <span>
          <Tokens n={total()} /> tokens
        </span>
        <span>
          <span class="sr-only">Cost </span>
          <Money usd={props.record.costUsd} known={props.record.costUsd !== null} />
        </span>
      </Show>
      <Duration from={props.record.startedAt} to={endOf(props.record)} />
      <StateSign state={props.record.state} />
    </p>
  )
}

/** What is particular about it, in a word each. */
function marksOf({ inherited, attempt, aside, detail }: StepRecord): readonly string[] {
  return [
    ...(inherited ? ['kept'] : []),
    ...(attempt > 1 ? [`try ${attempt}`] : []),
    ...(aside ? ['done again'] : []),
    ...(typeof detail.told === 'string' || detail.changed === true ? ['told by you'] : []),
  ]
}

function Said(props: { readonly record: StepRecord }) {
  const texts = () => (Array.isArray(props.record.detail.texts) ? props.record.detail.texts.map(String) : [])
  return <For each={texts()}>{(text) => <p class="whitespace-pre-wrap wrap-anywhere">{text}</p>}</For>
}

/** A step of unknown outcome has no end: its time must not count on for ever. */
function endOf(record: StepRecord): number | null {
  return record.endedAt ?? (record.state === 'running' ? null : record.startedAt)
}

function StateSign(props: { readonly state: StepRecord['state'] }) {
  return (
    <Switch>
      <Match when={props.state === 'running'}>
        <LoaderCircle size={14} class="spin text-accent-ink" aria-label="Running" />
      </Match>
      <Match when={props.state === 'failed'}>
        <CircleAlert size={14} class="text-bad-ink" aria-label="Failed" />
      </Match>
      <Match when={props.state === 'unknown'}>
        <CircleHelp size={14} class="text-warn-ink" aria-label="Its end is not known" />
      </Match>
    </Switch>
  )
}

function ToolDetail(props: { readonly record: StepRecord }) {
  const args = createMemo(() => pretty(props.record.detail.args))
  const result = createMemo(() => pretty(props.record.detail.result))
  return (
    <div class="flex flex-col gap-2">
      <Show when={args() !== '' && args() !== '{}'}>
        <LongText text={args()} label="Arguments" />
      </Show>
      <Show
        when={result() !== ''}
        fallback={<Show when={props.record.state === 'running'}>{<p class="text-muted">Waiting for the tool …</p>}</Show>}
      >
        <Fold title={`Result · ${result().length.toLocaleString('en-US')} characters`} open={result().length < 600}>
          <LongText text={result()} label="Result" />
        </Fold>
      </Show>
    </div>
  )
}

function CommandDetail(props: { readonly record: StepRecord }) {
  const argv = () => {
    const found = props.record.detail.argv
    return Array.isArray(found) ? found.map(String) : []
  }
  return (
    <Show when={argv().length > 0}>
      <p class="font-mono text-sm wrap-anywhere text-muted">{argv().map(quoted).join(' ')}</p>
    </Show>
  )
}

function quoted(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`
}

function StepError(props: { readonly record: StepRecord | null }) {
  const error = () => {
    const found = props.record?.detail.error
    return props.record?.state === 'failed' && found !== undefined ? pretty(found) : ''
  }
  return (
    <Show when={error() !== ''}>
      <p class="rounded-md bg-bad-soft px-3 py-2 whitespace-pre-wrap wrap-anywhere text-bad-ink">{error()}</p>
    </Show>
  )
}
