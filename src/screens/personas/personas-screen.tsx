import { useNavigate, useSearchParams } from '@solidjs/router'
import Archive from 'lucide-solid/icons/archive'
import FileUp from 'lucide-solid/icons/file-up'
import Plus from 'lucide-solid/icons/plus'
import SearchX from 'lucide-solid/icons/search-x'
import Users from 'lucide-solid/icons/users'
import { createEffect, createMemo, createSignal, Match, on, Show, Switch } from 'solid-js'
import type { PersonaCard } from '#contract'
import { counted } from '../../look/format.ts'
import { Button, EmptyState, ErrorNote, Loading, Page, SearchField, Segmented } from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { archivedPersonas, personas, strips } from '../../state/mod.ts'
import { RunDialog } from '../run/mod.tsx'
import { createDeeds } from './deeds.ts'
import { DeleteDialog } from './dialogs.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { PersonaHead, PersonaLine } from './persona-line.tsx'
import { createPersonaList, type PersonaList, type Shelf } from './persona-list.ts'
import { PersonaRows } from './persona-rows.tsx'
import { TagFilter } from './tag-filter.tsx'

export function PersonasScreen() {
  const [query, setQuery] = useSearchParams<{ run?: string; import?: string }>()
  const [shelf, setShelf] = createSignal<Shelf>('in use')
  const [text, setText] = createSignal('')
  const [running, setRunning] = createSignal<PersonaCard>()
  const [deleting, setDeleting] = createSignal<PersonaCard>()
  let search: HTMLInputElement | undefined
  const toImport = () => setQuery({ import: 'yes' })

  const feed = () => (shelf() === 'archived' ? archivedPersonas : personas)
  const list = createPersonaList({ all: () => feed().value() ?? [], shelf, text })
  const deeds = createDeeds({ onRun: setRunning, onDelete: setDeleting })

  // The palette runs a persona by its address: `?run=<id>`.
  createEffect(
    on(
      () => [query.run, list.byId().get(query.run ?? '')] as const,
      ([asked, card]) => {
        if (asked === undefined || card === undefined) return
        setRunning(card)
        setQuery({ run: undefined }, { replace: true })
      },
    ),
  )
  useHere({ shelf, setShelf, toSearch: () => search?.focus(), toImport })
  return (
    <Page
      fixed
      title="Personas"
      subtitle={feed().value() ? counted(list.cards().length, 'persona') : '\u00a0'}
      actions={<Ways onImport={toImport} />}
      toolbar={
        <Narrowing
          list={list}
          shelf={shelf()}
          onShelf={setShelf}
          text={text()}
          onText={setText}
          searchRef={(element) => {
            search = element
          }}
        />
      }
    >
      <div class="flex h-full min-h-0 flex-col">
        <Show when={feed().failure()}>
          {(failure) => (
            <ErrorNote title="The personas could not be read." failure={failure()} onRetry={feed().again} class="mx-6 mt-3 narrow:mx-4" />
          )}
        </Show>
        <div class="min-h-0 flex-1">
          <Found
            feed={feed()}
            list={list}
            shelf={shelf()}
            deeds={deeds}
            onRun={setRunning}
            onClear={() => {
              setText('')
              list.clearTags()
            }}
          />
        </div>
      </div>
      <p id="how-to-move" class="sr-only">
        Space grabs it, arrow keys move it, Space drops it, Escape puts it back.
      </p>
      <p class="sr-only" aria-live="assertive">
        {list.said()}
      </p>
      <RunOf card={running()} onClose={() => setRunning(undefined)} />
      <DeleteDialog card={deleting()} onClose={() => setDeleting(undefined)} onDone={() => feed().again()} />
      <ImportDialog
        open={query.import !== undefined}
        onOpenChange={(open) => setQuery({ import: open ? 'yes' : undefined }, { replace: true })}
      />
    </Page>
  )
}

interface Here {
  readonly shelf: () => Shelf
  readonly setShelf: (shelf: Shelf) => void
  readonly toSearch: () => void
  readonly toImport: () => void
}

/** What the palette offers here. */
function useHere(here: Here) {
  useActions(() => [
    { id: 'personas.search', title: 'Search personas', section: 'Here', shortcut: '/', run: here.toSearch },
    { id: 'personas.import', title: 'Import personas', section: 'Personas', icon: FileUp, run: here.toImport },
    {
      id: 'personas.archive',
      title: here.shelf() === 'archived' ? 'Show the personas in use' : 'Show the archived personas',
      section: 'Here',
      icon: Archive,
      run: () => here.setShelf(here.shelf() === 'archived' ? 'in use' : 'archived'),
    },
  ])
}

function RunOf(props: { readonly card: PersonaCard | undefined; readonly onClose: () => void }) {
  const navigate = useNavigate()
  return (
    <Show when={props.card} keyed>
      {(card) => (
        <RunDialog
          open
          onOpenChange={(open) => !open && props.onClose()}
          of={{ personaId: card.id, name: card.name, inputHint: card.inputHint, bodyKind: card.bodyKind, parameters: card.parameters }}
          onStarted={(run) => navigate(`/runs/${run.id}`)}
        />
      )}
    </Show>
  )
}

function Ways(props: { readonly onImport: () => void }) {
  const navigate = useNavigate()
  return (
    <>
      <Button icon={FileUp} onClick={() => props.onImport()}>
        Import
      </Button>
      <Button variant="primary" icon={Plus} onClick={() => navigate('/personas/new')}>
        New persona
      </Button>
    </>
  )
}

interface FoundProps {
  readonly feed: typeof personas
  readonly list: PersonaList
  readonly shelf: Shelf
  readonly deeds: ReturnType<typeof createDeeds>
  readonly onRun: (card: PersonaCard) => void
  readonly onClear: () => void
}

/** What came of reading and narrowing: nothing yet, none at all, none that fits, or the rows. */
function Found(props: FoundProps) {
  return (
    <Switch>
      <Match when={props.feed.value() === undefined && !props.feed.failure()}>
        <Loading what="personas" onRetry={props.feed.again} />
      </Match>
      <Match when={props.feed.value() !== undefined && props.list.cards().length === 0}>
        <Empty shelf={props.shelf} />
      </Match>
      <Match when={props.list.cards().length > 0 && props.list.items().length === 0}>
        <NoneFits onClear={props.onClear} />
      </Match>
      <Match when={props.list.items().length > 0}>
        <Rows list={props.list} deeds={props.deeds} movable={!props.list.narrowed() && props.shelf === 'in use'} onRun={props.onRun} />
      </Match>
    </Switch>
  )
}

interface NarrowingProps {
  readonly list: PersonaList
  readonly shelf: Shelf
  readonly onShelf: (shelf: Shelf) => void
  readonly text: string
  readonly onText: (text: string) => void
  readonly searchRef: (element: HTMLInputElement) => void
}

function Narrowing(props: NarrowingProps) {
  return (
    <>
      <SearchField class="w-64" label="Search personas" value={props.text} onValue={props.onText} ref={props.searchRef} />
      <Segmented
        label="Which personas"
        value={props.shelf}
        options={[
          { value: 'in use', label: 'In use' },
          { value: 'archived', label: 'Archived' },
        ]}
        onValue={props.onShelf}
      />
      <TagFilter tags={props.list.tags()} chosen={props.list.chosen()} onToggle={props.list.toggleTag} onClear={props.list.clearTags} />
    </>
  )
}

function NoneFits(props: { readonly onClear: () => void }) {
  return (
    <EmptyState icon={SearchX} title="No persona fits" actions={<Button onClick={() => props.onClear()}>Show all of them</Button>}>
      <p>Nothing has these words and tags together.</p>
    </EmptyState>
  )
}

function Empty(props: { readonly shelf: Shelf }) {
  const navigate = useNavigate()
  return (
    <Show
      when={props.shelf === 'in use'}
      fallback={
        <EmptyState icon={Archive} title="Nothing is archived">
          <p>An archived persona keeps its revisions and runs, and starts no new ones. Archive one from its menu.</p>
        </EmptyState>
      }
    >
      <EmptyState
        icon={Users}
        title="No personas yet"
        actions={
          <>
            <Button variant="primary" icon={Plus} onClick={() => navigate('/personas/new')}>
              New persona
            </Button>
            <Button onClick={() => navigate('/welcome')}>Show me around</Button>
          </>
        }
      >
        <p>
          A persona is one agent: what it is told, what it may use, and what it may spend. Begin with a template; some need no model at all.
        </p>
      </EmptyState>
    </Show>
  )
}

interface RowsProps {
  readonly list: PersonaList
  readonly deeds: ReturnType<typeof createDeeds>
  readonly movable: boolean
  readonly onRun: (card: PersonaCard) => void
}

function Rows(props: RowsProps) {
  const stripOf = createMemo(() => new Map((strips.value() ?? []).map((strip) => [strip.personaId, strip])))
  const reorder = props.list.reorder
  return (
    <div class="flex h-full min-h-0 flex-col">
      <PersonaHead />
      <PersonaRows
        items={props.list.items()}
        held={reorder.grabbed()}
        ref={props.list.setScroller}
        heading={(group, count) => <Heading group={group} count={count} />}
        row={(id) => (
          <Show when={props.list.byId().get(id)}>
            {(card) => (
              <PersonaLine
                card={card()}
                strip={stripOf().get(id)}
                grip={props.movable ? reorder.grip(id) : undefined}
                held={reorder.grabbed() === id}
                entries={props.deeds.entries(card())}
                onRun={() => props.onRun(card())}
                onWake={() => props.deeds.wake(card())}
                onTag={props.list.toggleTag}
              />
            )}
          </Show>
        )}
      />
    </div>
  )
}

function Heading(props: { readonly group: string; readonly count: number }) {
  return (
    <h2 class="flex h-full items-end gap-2 border-b border-line px-6 pb-1.5 text-sm font-medium text-muted narrow:px-4">
      {props.group || 'No group'}
      <span class="font-normal tabular-nums">{props.count}</span>
    </h2>
  )
}
