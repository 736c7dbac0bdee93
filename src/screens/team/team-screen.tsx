import { useNavigate, useParams, useSearchParams } from '@solidjs/router'
import Play from 'lucide-solid/icons/play'
import Save from 'lucide-solid/icons/save'
import Square from 'lucide-solid/icons/square'
import { createEffect, createMemo, createResource, createSignal, on, onCleanup, onMount, Show, untrack } from 'solid-js'
import type { TeamRow } from '#contract'
import { isTerminal, type RunState } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, ErrorNote, failureOf, Loading, Page, SplitPane, StateBadge, tryOrToast } from '../../parts/mod.ts'
import { onChange, remembered } from '../../state/mod.ts'
import { createRunFollow } from '../run/follow.ts'
import { Board } from './board/board.tsx'
import { createTeamEditor, type TeamEditor } from './editor.ts'
import { useTeamActions, useTeamClipboard } from './hands.ts'
import { Minimap } from './panel/minimap.tsx'
import { SidePanel, type SideTab } from './panel/side-panel.tsx'
import { type ItemsAsked, ItemsDialog } from './run/items-dialog.tsx'
import { overlayOf, type RunOverlay } from './run/overlay.ts'
import { RunTeamDialog } from './run/run-dialog.tsx'
import { Toolbar } from './toolbar.tsx'

/** `/teams/:id` */
export function TeamScreen() {
  const params = useParams<{ id: string }>()
  return (
    <Show when={params.id} keyed>
      {(id) => <OneTeam id={id} />}
    </Show>
  )
}

function OneTeam(props: { readonly id: string }) {
  const navigate = useNavigate()
  const [row, { refetch }] = createResource(() => engine.team.get({ id: props.id }))
  return (
    <Show
      when={row.state === 'ready' && row()}
      keyed
      fallback={
        <Page title="Team">
          <Show when={row.error} fallback={<Loading what="the team" onRetry={() => void refetch()} />}>
            <ErrorNote title="This team could not be read." failure={failureOf(row.error)} onRetry={() => void refetch()} />
            <Button class="mt-3" onClick={() => navigate('/teams')}>
              All teams
            </Button>
          </Show>
        </Page>
      }
    >
      {(first) => <Drawn row={first} />}
    </Show>
  )
}

function Drawn(props: { readonly row: TeamRow }) {
  const [query, setQuery] = useSearchParams<{ run?: string }>()
  const shownRun = useRun(
    () => query.run,
    () => editor.doc(),
  )
  const editor: TeamEditor = createTeamEditor(props.row, () => shownRun.overlay())
  const [snap, setSnap] = remembered('team.snap', true)
  const [map, setMap] = remembered('team.map', true)
  const [tab, setTab] = createSignal<SideTab>('list')
  const [running, setRunning] = createSignal(false)
  const [items, setItems] = createSignal<ItemsAsked>()
  const open = (id: string) => {
    editor.select([id])
    setTab('node')
    queueMicrotask(() => document.querySelector<HTMLElement>('.team-side [data-first]')?.focus())
  }
  const save = () => editor.save('').then(() => editor.saving.failure() === undefined)
  followChoice(editor, tab, setTab)
  useTeamActions(editor, { save: () => void save(), run: () => setRunning(true), toTab: setTab })
  useTeamClipboard(editor)
  keepUp(editor)
  const showItems = (node: string, output: number) => setItems(itemsAsked(editor, query.run, node, output))
  return (
    <Page
      fixed
      title={editor.doc().name}
      subtitle={
        <>
          Revision {editor.row().revision}
          {editor.dirty() ? ' · not saved' : ''}
          {editor.row().active ? '' : ' · not active'}
        </>
      }
      actions={
        <HeadActions
          editor={editor}
          runId={query.run}
          state={shownRun.state()}
          onOff={() => setQuery({ run: undefined })}
          onSave={() => void save()}
          onRun={() => setRunning(true)}
        />
      }
      toolbar={<Toolbar editor={editor} snap={snap()} onSnap={setSnap} map={map()} onMap={setMap} onProblems={() => setTab('check')} />}
    >
      <div class="flex h-full min-h-0 flex-col">
        <Show when={editor.saving.failure()}>
          {(failure) => <ErrorNote title="It was not saved" failure={failure()} class="mx-6 mt-3" />}
        </Show>
        <div class="min-h-0 flex-1">
          <Panes
            editor={editor}
            overlay={shownRun.overlay()}
            snap={snap()}
            map={map()}
            tab={tab()}
            onTab={setTab}
            onOpen={open}
            onItems={query.run === undefined ? undefined : showItems}
            onRun={(run) => setQuery({ run })}
          />
        </div>
      </div>
      <RunTeamDialog
        open={running()}
        onOpenChange={setRunning}
        editor={editor}
        keep={query.run}
        onStarted={(run) => setQuery({ run: run.id })}
      />
      <ItemsDialog asked={items()} onClose={() => setItems(undefined)} />
    </Page>
  )
}

interface PanesProps {
  readonly editor: TeamEditor
  readonly overlay: RunOverlay | undefined
  readonly snap: boolean
  readonly map: boolean
  readonly tab: SideTab
  readonly onTab: (tab: SideTab) => void
  readonly onOpen: (id: string) => void
  readonly onItems: ((node: string, output: number) => void) | undefined
  readonly onRun: (id: string) => void
}

/** The canvas, and beside it what is known of it. */
function Panes(props: PanesProps) {
  return (
    <SplitPane
      name="team.side"
      label="Width of the side"
      initial={72}
      min={40}
      max={85}
      first={
        <div class="relative h-full">
          <Board editor={props.editor} overlay={props.overlay} snap={props.snap} onOpen={props.onOpen} />
          <Show when={props.map && props.editor.doc().nodes.length > 0}>
            <Minimap editor={props.editor} />
          </Show>
        </div>
      }
      second={
        <SidePanel
          editor={props.editor}
          tab={props.tab}
          onTab={props.onTab}
          overlay={props.overlay}
          onOpen={props.onOpen}
          onItems={props.onItems}
          onRun={props.onRun}
        />
      }
    />
  )
}

interface HeadActionsProps {
  readonly editor: TeamEditor
  readonly runId: string | undefined
  readonly state: RunState | undefined
  readonly onOff: () => void
  readonly onSave: () => void
  readonly onRun: () => void
}

function HeadActions(props: HeadActionsProps) {
  const { editor } = props
  const lives = () => props.state !== undefined && !isTerminal(props.state)
  const during = (what: string, work: () => Promise<unknown>) => void tryOrToast(what, work)
  return (
    <>
      <Show when={props.state}>{(state) => <StateBadge state={state()} />}</Show>
      <Show when={props.state === 'parked'}>
        <Button onClick={() => during('It does not go on', () => engine.team.goOn({ runId: props.runId ?? '' }))}>Go on</Button>
      </Show>
      <Show when={lives()}>
        <Button icon={Square} onClick={() => during('It could not be cancelled', () => engine.run.cancel({ id: props.runId ?? '' }))}>
          Cancel the run
        </Button>
      </Show>
      <Show when={props.runId !== undefined}>
        <Button onClick={() => props.onOff()}>Take the run off</Button>
      </Show>
      <Button icon={Save} disabled={!editor.dirty()} busy={editor.saving.busy()} onClick={() => props.onSave()}>
        Save
      </Button>
      <Button variant="primary" icon={Play} onClick={() => props.onRun()}>
        Run
      </Button>
    </>
  )
}

function itemsAsked(editor: TeamEditor, runId: string | undefined, node: string, output: number): ItemsAsked | undefined {
  const name = editor.doc().nodes.find(({ id }) => id === node)?.name
  return runId === undefined || name === undefined ? undefined : { runId, node: name, output }
}

/** What is shown of a node or a link is the newest thing that was chosen; who reads the list stays there. */
function followChoice(editor: TeamEditor, tab: () => SideTab, setTab: (tab: SideTab) => void): void {
  const chosen = () => [editor.selectedNode()?.id, editor.selectedLink()] as const
  createEffect(
    on(chosen, ([node, link]) => (link !== undefined || (node !== undefined && tab() !== 'list')) && setTab('node'), { defer: true }),
  )
}

/** The run that is laid over the canvas, live or past. */
function useRun(id: () => string | undefined, doc: () => Parameters<typeof overlayOf>[3]) {
  const follow = createMemo(() => {
    const runId = id()
    // Untracked: what the follower reads of its own view must not begin it anew.
    return runId === undefined ? undefined : untrack(() => ({ runId, ...createRunFollow(runId) }))
  })
  const overlay = createMemo(() => {
    const shown = follow()
    if (shown === undefined) return undefined
    // Looked at whole, so that a new step is seen; applied at most once a frame by the follower.
    void shown.view.seq
    return overlayOf(
      shown.runId,
      shown.view.state,
      shown.view.steps.flatMap(({ record }) => record ?? []),
      doc(),
    )
  })
  const state = () => follow()?.view.state ?? undefined
  return { overlay, state }
}

/** A revision that somebody else saved is taken when nothing here is unsaved. */
function keepUp(editor: TeamEditor): void {
  const read = async () => {
    const row = await engine.team.get({ id: editor.row().id }).catch(() => undefined)
    if (row === undefined) return
    if (row.revision > editor.row().revision && !editor.dirty() && !editor.saving.busy()) editor.take(row)
    else if (row.revision === editor.row().revision) editor.setRow({ ...row, doc: editor.row().doc })
  }
  onCleanup(onChange('team', (change) => void (change.id === editor.row().id && !editor.saving.busy() && read())))
  const leave = (event: BeforeUnloadEvent) => editor.dirty() && event.preventDefault()
  onMount(() => addEventListener('beforeunload', leave))
  onCleanup(() => removeEventListener('beforeunload', leave))
}
