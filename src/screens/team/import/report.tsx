import { createSignal, For, Show } from 'solid-js'
import type { ImportedNode, ImportedWorkflow } from '#contract'
import { counted } from '../../../look/format.ts'
import { Badge, Button, type Tone } from '../../../parts/mod.ts'

const OUTCOMES: Readonly<Record<ImportedNode['outcome'], { readonly words: string; readonly tone: Tone }>> = {
  same: { words: 'runs the same', tone: 'ok' },
  differs: { words: 'runs, with a difference', tone: 'accent' },
  credential: { words: 'needs a credential', tone: 'warn' },
  persona: { words: 'becomes a persona', tone: 'accent' },
  part: { words: 'part of a persona', tone: 'quiet' },
  placeholder: { words: 'placeholder', tone: 'bad' },
  note: { words: 'note', tone: 'quiet' },
}
const SHOWN = 200

type Report = Omit<ImportedWorkflow, 'team' | 'personas'>

/** What became of everything in one workflow: nothing is left out of it. */
export function Report(props: { readonly name: string; readonly report: Report }) {
  const [all, setAll] = createSignal(false)
  const asking = () => props.report.nodes.filter(({ words }) => words !== '')
  const rows = () => (all() ? props.report.nodes : asking()).slice(0, SHOWN)
  const { counts } = props.report
  return (
    <section class="flex flex-col gap-3" aria-label={`Report of ${props.name}`}>
      <div>
        <h3 class="font-semibold">{props.name}</h3>
        <p class="text-muted">
          {counts.imported + counts.reported} of {counted(counts.nodes, 'node')} accounted for · {counts.linksKept} of{' '}
          {counted(counts.links, 'wire')}
          {counts.linksDangling > 0 ? `, ${counts.linksDangling} lead nowhere` : ''} ·{' '}
          {props.report.runnable ? 'It can run as it is.' : 'It needs you before it can run to its end.'}
        </p>
      </div>
      <ul class="flex flex-wrap gap-1.5" aria-label="Outcomes">
        <For each={Object.entries(counts.outcomes).filter(([, n]) => n > 0)}>
          {([outcome, n]) => (
            <li>
              <Badge tone={OUTCOMES[outcome as ImportedNode['outcome']].tone}>
                {n} {OUTCOMES[outcome as ImportedNode['outcome']].words}
              </Badge>
            </li>
          )}
        </For>
      </ul>
      <Show when={props.report.starts.length > 0}>
        <ul aria-label="Starts">
          <For each={props.report.starts}>
            {(start) => (
              <li>
                Starts: <span class="font-medium">{start.node}</span> <span class="text-muted">{start.words}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={rows().length > 0}>
        <ul class="flex flex-col divide-y divide-line rounded-md border border-line" aria-label="Nodes">
          <For each={rows()}>
            {(node) => (
              <li class="flex flex-wrap items-baseline gap-x-2 px-3 py-1.5">
                <span class="font-medium">{node.name}</span>
                <Badge bare tone={OUTCOMES[node.outcome].tone}>
                  {OUTCOMES[node.outcome].words}
                </Badge>
                <span class="min-w-0 flex-1 basis-60 text-muted">{node.words}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Button size="sm" class="w-fit" onClick={() => setAll(!all())}>
        {all() ? 'Only what asks something of you' : `All ${counts.nodes} nodes`}
      </Button>
      <Show when={props.report.findings.length > 0}>
        <ul class="flex list-disc flex-col gap-0.5 pl-4 text-muted" aria-label="Findings">
          <For each={props.report.findings.slice(0, SHOWN)}>
            {(finding) => (
              <li>
                {finding.node === null ? '' : `${finding.node}: `}
                {finding.message}
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  )
}
