import { A, useParams } from '@solidjs/router'
import NotEqual from 'lucide-solid/icons/equal-not'
import { createResource, For, type JSX, Show } from 'solid-js'
import type { RunDetail } from '#contract'
import { engine } from '../../link/mod.ts'
import { clockTime, duration } from '../../look/format.ts'
import { SideBySide } from '../../parts/diff/mod.tsx'
import { ErrorNote, failureOf, Loading, Money, Page, PersonaMark, StateBadge, Tokens } from '../../parts/mod.ts'
import { docText } from '../editor/doc-text.ts'
import { askedModel, totalTokens } from './facts.tsx'
import { plainOutput } from './values.ts'

/** `/runs/compare/:a/:b`: two runs side by side; the first one on the left. */
export function CompareScreen() {
  const params = useParams<{ a: string; b: string }>()
  const [both, { refetch }] = createResource(
    () => [params.a, params.b] as const,
    async ([a, b]) => Promise.all([engine.run.get({ id: a }), engine.run.get({ id: b })]),
  )
  return (
    <Page title="Compare two runs" subtitle="The earlier one on the left; what differs is marked.">
      <Show
        when={both.error === undefined}
        fallback={<ErrorNote title="The two runs could not be read." failure={failureOf(both.error)} onRetry={() => void refetch()} />}
      >
        <Show when={both()} fallback={<Loading what="the two runs" onRetry={() => void refetch()} />}>
          {(two) => <Compared left={earlier(two())} right={later(two())} />}
        </Show>
      </Show>
    </Page>
  )
}

/** A team's document is its graph; it is compared as it would be written to a file. */
function textOf({ doc }: RunDetail): string {
  const { body } = doc
  return body.kind === 'team' ? JSON.stringify(body.team, null, 2) : docText({ ...doc, body })
}

type Two = readonly [RunDetail, RunDetail]
const earlier = ([a, b]: Two) => (a.run.queuedAt <= b.run.queuedAt ? a : b)
const later = (two: Two) => (earlier(two) === two[0] ? two[1] : two[0])

function Compared(props: { readonly left: RunDetail; readonly right: RunDetail }) {
  const docs = () => [textOf(props.left), textOf(props.right)] as const
  const label = (side: RunDetail) => `${side.run.personaName}, ${clockTime(side.run.queuedAt)}`
  return (
    <div class="flex flex-col gap-6">
      <MetaTable left={props.left} right={props.right} />
      <Part title="Result" same={props.left.result === props.right.result}>
        <SideBySide
          before={resultText(props.left)}
          after={resultText(props.right)}
          beforeLabel={`Result: ${label(props.left)}`}
          afterLabel={`Result: ${label(props.right)}`}
        />
      </Part>
      <Part title="Input" same={inputText(props.left) === inputText(props.right)}>
        <SideBySide
          before={inputText(props.left)}
          after={inputText(props.right)}
          beforeLabel={`Input: ${label(props.left)}`}
          afterLabel={`Input: ${label(props.right)}`}
        />
      </Part>
      <Part title="Persona that ran" same={docs()[0] === docs()[1]}>
        <SideBySide
          before={docs()[0]}
          after={docs()[1]}
          beforeLabel={`Persona: ${revision(props.left)}`}
          afterLabel={`Persona: ${revision(props.right)}`}
        />
      </Part>
    </div>
  )
}

function resultText(detail: RunDetail): string {
  return detail.run.bodyKind === 'command' ? plainOutput(detail.result) : detail.result
}

function inputText(detail: RunDetail): string {
  const params = Object.entries(detail.params).map(([name, value]) => `${name}: ${value}`)
  return [...params, ...(params.length > 0 ? [''] : []), detail.input].join('\n')
}

function revision({ run }: RunDetail): string {
  return run.revision === null ? 'an unsaved draft' : `revision ${run.revision}`
}

function Part(props: { readonly title: string; readonly same: boolean; readonly children: JSX.Element }) {
  return (
    <section class="flex flex-col gap-2">
      <h2 class="text-md font-semibold">
        {props.title}
        <Show when={props.same}>
          <span class="font-normal text-muted"> · the same in both</span>
        </Show>
      </h2>
      <Show when={!props.same}>{props.children}</Show>
    </section>
  )
}

interface Row {
  readonly term: string
  readonly cell: (detail: RunDetail) => JSX.Element
  /** What makes two of them differ. */
  readonly value: (detail: RunDetail) => unknown
  /** Whether it says anything about these two; absent: always. */
  readonly told?: (left: RunDetail, right: RunDetail) => boolean
}

const oneAskedModel = (left: RunDetail, right: RunDetail) => askedModel(left.run) || askedModel(right.run)
const oneIsCommand = (left: RunDetail, right: RunDetail) => left.run.bodyKind === 'command' || right.run.bodyKind === 'command'

const ROWS: readonly Row[] = [
  { term: 'State', cell: ({ run }) => <StateBadge state={run.state} />, value: ({ run }) => run.state },
  { term: 'Why', cell: ({ run }) => run.reason?.message ?? '–', value: ({ run }) => run.reason?.message },
  { term: 'Time', cell: ({ run }) => duration(took(run)), value: ({ run }) => took(run) },
  { term: 'Model', cell: ({ run }) => run.model ?? '–', value: ({ run }) => run.model, told: oneAskedModel },
  {
    term: 'Tokens',
    cell: ({ run }) => (!askedModel(run) ? '–' : <Tokens n={totalTokens(run)} />),
    value: ({ run }) => totalTokens(run),
    told: oneAskedModel,
  },
  {
    term: 'Cost',
    cell: ({ run }) => (!askedModel(run) ? '–' : <Money usd={run.costUsd} known={run.costKnown} />),
    value: ({ run }) => run.costUsd,
    told: oneAskedModel,
  },
  { term: 'Steps', cell: ({ steps }) => String(steps.length), value: ({ steps }) => steps.length },
  {
    term: 'Exit code',
    cell: ({ run }) => (run.exitCode === null ? '–' : String(run.exitCode)),
    value: ({ run }) => run.exitCode,
    told: oneIsCommand,
  },
  { term: 'Revision', cell: (detail) => revision(detail), value: ({ run }) => run.revision },
]

function took(run: RunDetail['run']): number | null {
  return run.startedAt === null || run.endedAt === null ? null : run.endedAt - run.startedAt
}

function MetaTable(props: { readonly left: RunDetail; readonly right: RunDetail }) {
  const head = (detail: RunDetail) => (
    <th scope="col" class="px-3 py-2 text-left font-normal">
      <A href={`/runs/${detail.run.id}`} class="flex items-center gap-2 hover:underline">
        <PersonaMark icon={detail.run.personaIcon} colour={detail.run.personaColour} size="sm" />
        <span class="truncate font-medium">{detail.run.personaName}</span>
        <span class="shrink-0 text-muted">{clockTime(detail.run.queuedAt)}</span>
      </A>
    </th>
  )
  return (
    <section tabindex={0} aria-label="Figures of both runs" class="overflow-x-auto rounded-md border border-line bg-surface">
      <table class="w-full table-fixed border-collapse">
        <thead>
          <tr class="border-b border-line">
            <th scope="col" class="w-32 px-3 py-2 text-left">
              <span class="sr-only">Figure</span>
            </th>
            {head(props.left)}
            {head(props.right)}
          </tr>
        </thead>
        <tbody>
          <For each={ROWS.filter((row) => row.told?.(props.left, props.right) ?? true)}>
            {(row) => {
              const differs = () => row.value(props.left) !== row.value(props.right)
              return (
                <tr class="border-b border-line last:border-0">
                  <th scope="row" class="px-3 py-1.5 text-left align-top font-normal text-muted">
                    <span class="flex items-center gap-1.5">
                      {row.term}
                      <Show when={differs()}>
                        <NotEqual size={12} class="text-accent-ink" aria-label="differs" />
                      </Show>
                    </span>
                  </th>
                  <td class="px-3 py-1.5 align-top wrap-anywhere">{row.cell(props.left)}</td>
                  <td class="px-3 py-1.5 align-top wrap-anywhere">{row.cell(props.right)}</td>
                </tr>
              )
            }}
          </For>
        </tbody>
      </table>
    </section>
  )
}
