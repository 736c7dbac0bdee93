import { useNavigate, useSearchParams } from '@solidjs/router'
import Play from 'lucide-solid/icons/play'
import { type Accessor, createEffect, createMemo, createSignal, type JSX, Match, on, Show, Switch } from 'solid-js'
import { createStore } from 'solid-js/store'
import type { PersonaDoc, PersonaRow } from '#contract'
import { Badge, Button, ErrorNote, Page, PersonaMark, SplitPane, Tabs, TimeAgo } from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { remembered } from '../../state/mod.ts'
import { createWide, RunDialog, type RunGiven, startParams } from '../run/mod.tsx'
import { TriggerList } from '../triggers/mod.tsx'
import { DiffDialog } from './changes.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import { createDraft, type Draft } from './draft.ts'
import { FormPane } from './form-pane.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { createPreview, PreviewPane } from './preview-pane.tsx'
import { partOf } from './refusals.ts'
import { RevisionsPane } from './revisions-pane.tsx'
import { lead, SaveBar } from './save-bar.tsx'
import { TryPane } from './try-pane.tsx'

interface EditorProps {
  readonly start: PersonaDoc
  readonly row: PersonaRow | null
  /** The stored persona as it is now; followed while nothing is unsaved here. */
  readonly latest?: Accessor<PersonaRow | undefined> | undefined
  /** It was removed while it stood here. */
  readonly gone?: boolean | undefined
  readonly firstRun?: RunGiven | undefined
  readonly onCreated: (row: PersonaRow) => void
}

type Side = 'form' | 'preview' | 'try' | 'triggers' | 'revisions'

export function Editor(props: EditorProps) {
  const navigate = useNavigate()
  const draft = createDraft({ start: props.start, row: props.row, onCreated: props.onCreated })
  createEffect(
    on(
      () => props.latest?.(),
      (row) => row && draft.follow(row),
      { defer: true },
    ),
  )
  const sides = createSides()
  const [running, setRunning] = createSignal(false)
  const panes = createPanes(draft, props.firstRun)
  const save = async () => {
    if (await draft.save()) return
    const [wrong] = Object.keys(draft.problems())
    if (wrong === undefined) return
    if (!sides.wide()) sides.show('form')
    requestAnimationFrame(() => lead(partOf(wrong)))
  }
  useEditorActions({ draft, save, show: sides.show, run: () => setRunning(true) })
  return (
    <Page
      fixed
      title={draft.form.name || 'New persona'}
      heading={<Heading draft={draft} />}
      subtitle={<Subtitle draft={draft} />}
      actions={<RunButton draft={draft} onRun={() => setRunning(true)} />}
    >
      <div class="flex h-full min-h-0 flex-col">
        <Show when={props.gone}>
          <ErrorNote
            class="mx-6 mt-3"
            title="It was deleted while it stood here."
            failure={{ code: 'NOT_FOUND', message: 'What you see is only in this window now.', hint: undefined, canRetry: false }}
          />
        </Show>
        <div class="min-h-0 flex-1">
          <Halves draft={draft} sides={sides} panes={panes.show} />
        </div>
        <SaveBar draft={draft} onSave={() => void save()} onDiscard={draft.discard} />
      </div>
      <p class="sr-only" aria-live="polite">
        {draft.said()}
      </p>
      <ConflictDialog draft={draft} />
      <LeaveGuard draft={draft} />
      <Show when={draft.base()}>
        {(stored) => (
          <>
            <DiffDialog personaId={stored().id} between={panes.between()} onClose={() => panes.compare(undefined)} />
            <RunDialog
              open={running()}
              onOpenChange={setRunning}
              of={{
                personaId: stored().id,
                name: stored().doc.name,
                inputHint: stored().doc.inputHint,
                bodyKind: stored().doc.body.kind,
                parameters: stored().doc.parameters,
              }}
              onStarted={(run) => navigate(`/runs/${run.id}`)}
            />
          </>
        )}
      </Show>
    </Page>
  )
}

interface Sides {
  readonly wide: Accessor<boolean>
  readonly side: Accessor<Side>
  readonly show: (side: Side) => void
}

/** What stands beside the form, or, where there is no room for two, in its place. */
function createSides(): Sides {
  const wide = createWide(1060)
  const [kept, setKept] = remembered<Side>('editor.side', 'preview')
  const [formShown, setFormShown] = createSignal(true)
  return {
    wide,
    side: () => (wide() ? (kept() === 'form' ? 'preview' : kept()) : formShown() ? 'form' : kept()),
    show: (next) => {
      setFormShown(next === 'form')
      if (next !== 'form') setKept(next)
    },
  }
}

/** The panes, and what they share: what a run would be given, the run that was tried, the revisions that are compared. */
function createPanes(draft: Draft, firstRun: RunGiven | undefined) {
  const [query, setQuery] = useSearchParams<{ revisions?: string }>()
  const [tried, setTried] = createSignal<string>()
  const [given, setGiven] = createStore<{ input: string; params: Record<string, string> }>({
    input: firstRun?.input ?? '',
    params: { ...firstRun?.params },
  })
  const givenNow = createMemo(() => ({ input: given.input, params: startParams(draft.doc().parameters, given.params) }))
  const preview = createPreview(draft.doc, givenNow)
  const between = createMemo(() => {
    const [from = 0, to = 0] = (query.revisions ?? '').split('..').map(Number)
    return from > 0 && to > 0 ? { from, to } : undefined
  })
  const compare = (pair: readonly [from: number, to: number] | undefined) => setQuery({ revisions: pair?.join('..') })
  const show = (of: Side) => (
    <Switch>
      <Match when={of === 'preview'}>
        <PreviewPane preview={preview} doc={draft.doc()} />
      </Match>
      <Match when={of === 'try'}>
        <TryPane
          draft={draft}
          given={givenNow()}
          onInput={(input) => setGiven('input', input)}
          onParam={(name, value) => setGiven('params', name, value)}
          run={tried}
          onRun={setTried}
        />
      </Match>
      <Match when={of === 'triggers'}>
        <div class="px-5 py-4">
          <Show when={draft.base()} fallback={<p class="text-muted">Save the persona first; then give it triggers.</p>}>
            {(stored) => <TriggerList personaId={stored().id} />}
          </Show>
        </div>
      </Match>
      <Match when={of === 'revisions'}>
        <RevisionsPane draft={draft} onCompare={(from, to) => compare([from, to])} />
      </Match>
      <Match when={of === 'form'}>
        <FormPane draft={draft} />
      </Match>
    </Switch>
  )
  return { between, compare, show }
}

function Halves(props: { readonly draft: Draft; readonly sides: Sides; readonly panes: (of: Side) => JSX.Element }) {
  return (
    <Show
      when={props.sides.wide()}
      fallback={
        <Tabs
          label="Parts of the editor"
          class="h-full"
          tabs={[{ id: 'form', label: 'Edit' }, ...SIDES]}
          value={props.sides.side()}
          onValue={props.sides.show}
          children={props.panes}
        />
      }
    >
      <SplitPane
        name="editor"
        label="Width of the form"
        initial={58}
        min={40}
        max={75}
        first={<FormPane draft={props.draft} />}
        second={
          <div class="h-full bg-surface">
            <Tabs
              label="Beside the form"
              class="h-full"
              tabs={SIDES}
              value={props.sides.side()}
              onValue={props.sides.show}
              children={props.panes}
            />
          </div>
        }
      />
    </Show>
  )
}

const SIDES = [
  { id: 'preview' as Side, label: 'Preview' },
  { id: 'try' as Side, label: 'Try it' },
  { id: 'triggers' as Side, label: 'Triggers' },
  { id: 'revisions' as Side, label: 'Revisions' },
]

function Heading(props: { readonly draft: Draft }) {
  const { form } = props.draft
  return (
    <span class="flex min-w-0 items-center gap-2.5">
      <PersonaMark icon={form.icon} colour={form.colour} />
      <span class="truncate">{form.name || <span class="text-muted">New persona</span>}</span>
      <Show when={props.draft.base() && !props.draft.base()?.active}>
        <Badge>Asleep</Badge>
      </Show>
      <Show when={props.draft.base()?.archivedAt}>
        <Badge>Archived</Badge>
      </Show>
    </span>
  )
}

function Subtitle(props: { readonly draft: Draft }) {
  return (
    <Show when={props.draft.base()} fallback="Not saved yet">
      {(stored) => (
        <>
          Revision {stored().revision}, saved <TimeAgo at={stored().updatedAt} />
        </>
      )}
    </Show>
  )
}

function RunButton(props: { readonly draft: Draft; readonly onRun: () => void }) {
  return (
    <Show when={props.draft.base()}>
      {(stored) => (
        <Button
          icon={Play}
          disabled={!stored().active || stored().archivedAt !== null}
          title={stored().active ? 'Runs the saved revision' : 'Wake it first, in the list of personas'}
          onClick={() => props.onRun()}
        >
          Run
        </Button>
      )}
    </Show>
  )
}

interface EditorDeeds {
  readonly draft: Draft
  readonly save: () => Promise<void>
  readonly show: (side: Side) => void
  readonly run: () => void
}

function useEditorActions({ draft, save, show, run }: EditorDeeds): void {
  useActions(() => [
    { id: 'editor.save', title: 'Save', section: 'Here', shortcut: 'mod+s', run: save },
    { id: 'editor.preview', title: 'Show the assembled prompt', section: 'Here', run: () => show('preview') },
    { id: 'editor.try', title: 'Try the draft', section: 'Here', run: () => show('try') },
    { id: 'editor.triggers', title: 'Show the triggers', section: 'Here', run: () => show('triggers') },
    { id: 'editor.revisions', title: 'Show the revisions', section: 'Here', run: () => show('revisions') },
    ...(draft.base()?.active ? [{ id: 'editor.run', title: 'Run it', section: 'Here' as const, icon: Play, run }] : []),
    ...(draft.dirty() && draft.base()
      ? [{ id: 'editor.discard', title: 'Discard the changes', section: 'Here' as const, run: draft.discard }]
      : []),
  ])
}
