import { createResource, For, Match, Show, Switch } from 'solid-js'
import { engine } from '../../../link/mod.ts'
import { Button, Tabs, TimeAgo, tryOrToast } from '../../../parts/mod.ts'
import type { TeamEditor } from '../editor.ts'
import { linkKey } from '../graph/patch.ts'
import { ReportView } from '../import/report-view.tsx'
import { type RunOverlay, toldBy } from '../run/overlay.ts'
import { PastRuns } from '../run/past-runs.tsx'
import { LinkForm } from './link-form.tsx'
import { ListView } from './list-view.tsx'
import { NodeForm } from './node-form.tsx'

export type SideTab = 'node' | 'list' | 'check' | 'history'

interface SidePanelProps {
  readonly editor: TeamEditor
  readonly tab: SideTab
  readonly onTab: (tab: SideTab) => void
  readonly overlay: RunOverlay | undefined
  readonly onOpen: (id: string) => void
  readonly onItems: ((node: string, output: number) => void) | undefined
  readonly onRun: (id: string) => void
}

export function SidePanel(props: SidePanelProps) {
  const { editor } = props
  const link = () => editor.doc().links.find((one) => linkKey(one) === editor.selectedLink())
  const itemsOf = (node: string, output: number) => {
    const show = props.onItems
    return show === undefined || !props.overlay?.steps.has(node) ? undefined : () => show(node, output)
  }
  return (
    <Tabs
      class="team-side h-full"
      label="About the team"
      value={props.tab}
      onValue={props.onTab}
      tabs={[
        { id: 'list', label: 'Nodes', count: editor.doc().nodes.length },
        { id: 'node', label: 'Selected' },
        { id: 'check', label: 'Missing', count: editor.problems().length },
        { id: 'history', label: 'History' },
      ]}
    >
      {(tab) => (
        <Switch>
          <Match when={tab === 'list'}>
            <ListView editor={editor} onOpen={props.onOpen} />
          </Match>
          <Match when={tab === 'node'}>
            <Switch fallback={<p class="p-4 text-muted">Choose a node or a link: with the pointer, with Tab and Space, or in the list.</p>}>
              <Match when={link()}>
                {(shown) => <LinkForm editor={editor} link={shown()} onItems={itemsOf(shown().from.node, shown().from.output)} />}
              </Match>
              <Match when={editor.selectedNode()?.id}>
                {(id) => (
                  <Show when={editor.doc().nodes.find((node) => node.id === id())}>
                    {(node) => (
                      <>
                        <RanAs editor={editor} node={id()} overlay={props.overlay} onItems={props.onItems} />
                        <NodeForm editor={editor} node={node()} first />
                      </>
                    )}
                  </Show>
                )}
              </Match>
              <Match when={editor.selection().size > 1}>
                <p class="p-4 text-muted">
                  {editor.selection().size} things are selected. Drag them, or use the arrow keys; Delete removes them.
                </p>
              </Match>
            </Switch>
          </Match>
          <Match when={tab === 'check'}>
            <Problems editor={editor} />
          </Match>
          <Match when={tab === 'history'}>
            <History editor={editor} onRun={props.onRun} />
          </Match>
        </Switch>
      )}
    </Tabs>
  )
}

/** What the run that is shown did at this node. */
function RanAs(props: {
  readonly editor: TeamEditor
  readonly node: string
  readonly overlay: RunOverlay | undefined
  readonly onItems: SidePanelProps['onItems']
}) {
  const step = () => props.overlay?.steps.get(props.node)
  const told = () => {
    const found = step()
    return found && toldBy(found)
  }
  return (
    <Show when={told()}>
      {(shown) => (
        <section class="flex flex-col gap-2 border-b border-line p-4" aria-label="In the run that is shown">
          <p class="text-muted">{props.editor.faceOf(props.node).live?.words}</p>
          <Show when={shown().error}>
            {(error) => <p class="rounded-md bg-bad-soft px-3 py-2 text-bad-ink wrap-anywhere">{error().message}</p>}
          </Show>
          <div class="flex flex-wrap gap-2">
            <For each={shown().items}>
              {(count, at) => (
                <Button size="sm" disabled={count === 0} onClick={() => props.onItems?.(props.node, at())}>
                  {count} {count === 1 ? 'item' : 'items'}
                  {shown().items.length > 1 ? ` (${props.editor.faceOf(props.node).outputs[at()] || `output ${at() + 1}`})` : ''}
                </Button>
              )}
            </For>
          </div>
        </section>
      )}
    </Show>
  )
}

function Problems(props: { readonly editor: TeamEditor }) {
  return (
    <ul class="flex flex-col gap-1.5 p-4" aria-label="What is missing">
      <For each={props.editor.problems()} fallback={<li class="text-muted">Nothing is missing.</li>}>
        {(problem) => (
          <li
            class={`flex items-start gap-2 rounded-md px-3 py-2 ${problem.weight === 'stops' ? 'bg-bad-soft text-bad-ink' : 'bg-warn-soft text-warn-ink'}`}
          >
            <span class="min-w-0 flex-1">{problem.message}</span>
            <Show when={problem.node}>
              {(id) => (
                <Button size="sm" onClick={() => props.editor.jumpTo(id())}>
                  Show
                </Button>
              )}
            </Show>
          </li>
        )}
      </For>
    </ul>
  )
}

function History(props: { readonly editor: TeamEditor; readonly onRun: (id: string) => void }) {
  const { editor } = props
  const [revisions] = createResource(
    () => editor.row().revision,
    () => engine.team.revisions({ id: editor.row().id }),
  )
  const restore = (revision: number) =>
    tryOrToast('It could not be restored', async () =>
      editor.take(await engine.team.restore({ id: editor.row().id, revision, message: '' })),
    )
  return (
    <div class="flex flex-col gap-5 p-4">
      <section>
        <h2 class="mb-1.5 text-sm font-medium">Not saved yet</h2>
        <ol class="flex flex-col gap-0.5 text-muted" aria-label="Edits">
          <For each={editor.history().done.slice(-20).reverse()} fallback={<li>No edit.</li>}>
            {(step) => <li>{step.words}</li>}
          </For>
        </ol>
      </section>
      <PastRuns teamId={editor.row().id} onRun={props.onRun} />
      <section>
        <h2 class="mb-1.5 text-sm font-medium">Revisions</h2>
        <ul class="flex flex-col gap-1" aria-label="Revisions">
          <For each={revisions.latest ?? []}>
            {(revision) => (
              <li class="flex items-center gap-2">
                <span class="tabular-nums">{revision.number}</span>
                <span class="min-w-0 flex-1 truncate text-muted">
                  {revision.message || (revision.restoredFrom === null ? '' : `restored from ${revision.restoredFrom}`)}{' '}
                  <TimeAgo at={revision.createdAt} />
                </span>
                <Show when={revision.number !== editor.row().revision} fallback={<span class="text-muted">current</span>}>
                  <Button size="sm" disabled={editor.dirty()} onClick={() => void restore(revision.number)}>
                    Restore<span class="sr-only"> revision {revision.number}</span>
                  </Button>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </section>
      <Show when={editor.row().imported}>
        <ReportView teamId={editor.row().id} />
      </Show>
    </div>
  )
}
