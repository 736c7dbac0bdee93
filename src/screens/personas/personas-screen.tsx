import { useNavigate, useSearchParams } from '@solidjs/router'
import Archive from 'lucide-solid/icons/archive'
import FileUp from 'lucide-solid/icons/file-up'
import Plus from 'lucide-solid/icons/plus'
import SearchX from 'lucide-solid/icons/search-x'
import Users from 'lucide-solid/icons/users'
import { createEffect, createMemo, createSignal, For, Match, on, Show, Switch } from 'solid-js'
import type { PersonaCard } from '#contract'
import { counted } from '../../look/format.ts'
import { Button, EmptyState, ErrorNote, Loading, Page, SearchField, Segmented } from '../../parts/mod.ts'
import { createReorder } from '../../parts/reorder/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { archivedPersonas, personas, remembered, strips } from '../../state/mod.ts'
import { RunDialog } from '../run/mod.tsx'
import { listItems, matches, tagsOf } from './arrange.ts'
import { createDeeds } from './deeds.ts'
import { DeleteDialog } from './dialogs.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { createOrder } from './order.ts'
import { PersonaHead, PersonaLine } from './persona-line.tsx'
import { PersonaRows } from './persona-rows.tsx'

type Shelf = 'in use' | 'archived'

export function PersonasScreen() {
  const navigate = useNavigate()
  const [query, setQuery] = useSearchParams<{ run?: string; import?: string }>()
  const [shelf, setShelf] = createSignal<Shelf>('in use')
  const [text, setText] = createSignal('')
  const [tags, setTags] = remembered<readonly string[]>('personas.tags', [])
  const [running, setRunning] = createSignal<PersonaCard>()
  const [deleting, setDeleting] = createSignal<PersonaCard>()
  const [said, setSaid] = createSignal('')
  let search: HTMLInputElement | undefined
  let scroller: HTMLElement | undefined

  const feed = () => (shelf() === 'archived' ? archivedPersonas : personas)
  const cards = createMemo(() => (feed().value() ?? []).filter((card) => (card.archivedAt !== null) === (shelf() === 'archived')))
  const byId = createMemo(() => new Map(cards().map((card) => [card.id, card])))
  const stripOf = createMemo(() => new Map((strips.value() ?? []).map((strip) => [strip.personaId, strip])))
  const known = createMemo(() => tagsOf(cards()))
  const chosen = createMemo(() => tags().filter((tag) => known().some((one) => one.tag === tag)))
  const fitting = createMemo(() => cards().filter((card) => matches(card, { text: text(), tags: chosen() })))
  const narrowed = () => text().trim() !== '' || chosen().length > 0

  const order = createOrder(cards)
  const reorder = createReorder({
    groups: order.groups,
    label: (id) => byId().get(id)?.name ?? 'Persona',
    onDrop: order.drop,
    say: setSaid,
    root: () => scroller,
    scroller: () => scroller,
  })
  const items = createMemo(() => listItems(reorder.groups(), new Set(fitting().map((card) => card.id))))
  const deeds = createDeeds({ onRun: setRunning, onDelete: setDeleting })
  const toggleTag = (tag: string) => setTags(chosen().includes(tag) ? chosen().filter((one) => one !== tag) : [...chosen(), tag])

  // The palette runs a persona by its address: `?run=<id>`.
  createEffect(
    on(
      () => [query.run, byId().get(query.run ?? '')] as const,
      ([asked, card]) => {
        if (asked === undefined || card === undefined) return
        setRunning(card)
        setQuery({ run: undefined }, { replace: true })
      },
    ),
  )
  useActions(() => [
    { id: 'personas.search', title: 'Search personas', section: 'Here', shortcut: '/', run: () => search?.focus() },
    { id: 'personas.import', title: 'Import personas', section: 'Personas', icon: FileUp, run: () => setQuery({ import: 'yes' }) },
    {
      id: 'personas.archive',
      title: shelf() === 'archived' ? 'Show the personas in use' : 'Show the archived personas',
      section: 'Here',
      icon: Archive,
      run: () => setShelf(shelf() === 'archived' ? 'in use' : 'archived'),
    },
  ])
  return (
    <Page
      fixed
      title="Personas"
      subtitle={feed().value() ? counted(cards().length, 'persona') : '\u00a0'}
      actions={
        <>
          <Button icon={FileUp} onClick={() => setQuery({ import: 'yes' })}>
            Import
          </Button>
          <Button variant="primary" icon={Plus} onClick={() => navigate('/personas/new')}>
            New persona
          </Button>
        </>
      }
      toolbar={
        <>
          <SearchField
            class="w-64"
            label="Search personas"
            value={text()}
            onValue={setText}
            ref={(element) => {
              search = element
            }}
          />
          <Segmented
            label="Which personas"
            value={shelf()}
            options={[
              { value: 'in use', label: 'In use' },
              { value: 'archived', label: 'Archived' },
            ]}
            onValue={setShelf}
          />
          <TagFilter tags={known()} chosen={chosen()} onToggle={toggleTag} onClear={() => setTags([])} />
        </>
      }
    >
      <div class="flex h-full min-h-0 flex-col">
        <Show when={feed().failure()}>
          {(failure) => (
            <ErrorNote title="The personas could not be read." failure={failure()} onRetry={feed().again} class="mx-6 mt-3 narrow:mx-4" />
          )}
        </Show>
        <div class="min-h-0 flex-1">
          <Switch>
            <Match when={feed().value() === undefined && !feed().failure()}>
              <Loading what="personas" onRetry={feed().again} />
            </Match>
            <Match when={feed().value() !== undefined && cards().length === 0}>
              <Empty shelf={shelf()} />
            </Match>
            <Match when={cards().length > 0 && items().length === 0}>
              <EmptyState
                icon={SearchX}
                title="No persona fits"
                actions={
                  <Button
                    onClick={() => {
                      setText('')
                      setTags([])
                    }}
                  >
                    Show all of them
                  </Button>
                }
              >
                <p>Nothing has these words and tags together.</p>
              </EmptyState>
            </Match>
            <Match when={items().length > 0}>
              <div class="flex h-full min-h-0 flex-col">
                <PersonaHead />
                <PersonaRows
                  items={items()}
                  held={reorder.grabbed()}
                  ref={(element) => {
                    scroller = element
                  }}
                  heading={(group, count) => <Heading group={group} count={count} />}
                  row={(id) => (
                    <Show when={byId().get(id)}>
                      {(card) => (
                        <PersonaLine
                          card={card()}
                          strip={stripOf().get(id)}
                          grip={narrowed() || shelf() === 'archived' ? undefined : reorder.grip(id)}
                          held={reorder.grabbed() === id}
                          entries={deeds.entries(card())}
                          onRun={() => setRunning(card())}
                          onWake={() => deeds.wake(card())}
                          onTag={toggleTag}
                        />
                      )}
                    </Show>
                  )}
                />
              </div>
            </Match>
          </Switch>
        </div>
      </div>
      <p id="how-to-move" class="sr-only">
        Space grabs it, arrow keys move it, Space drops it, Escape puts it back.
      </p>
      <p class="sr-only" aria-live="assertive">
        {said()}
      </p>
      <Show when={running()} keyed>
        {(card) => (
          <RunDialog
            open
            onOpenChange={(open) => !open && setRunning(undefined)}
            of={{ personaId: card.id, name: card.name, inputHint: card.inputHint, bodyKind: card.bodyKind, parameters: card.parameters }}
            onStarted={(run) => navigate(`/runs/${run.id}`)}
          />
        )}
      </Show>
      <DeleteDialog card={deleting()} onClose={() => setDeleting(undefined)} onDone={() => feed().again()} />
      <ImportDialog
        open={query.import !== undefined}
        onOpenChange={(open) => setQuery({ import: open ? 'yes' : undefined }, { replace: true })}
      />
    </Page>
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

interface TagFilterProps {
  readonly tags: readonly { readonly tag: string; readonly count: number }[]
  readonly chosen: readonly string[]
  readonly onToggle: (tag: string) => void
  readonly onClear: () => void
}

function TagFilter(props: TagFilterProps) {
  return (
    <Show when={props.tags.length > 0}>
      <fieldset class="flex min-w-0 flex-wrap items-center gap-1">
        <legend class="sr-only">Only personas with these tags</legend>
        <For each={props.tags.slice(0, 12)}>
          {({ tag }) => (
            <button
              type="button"
              aria-pressed={props.chosen.includes(tag)}
              class="h-6 rounded-full px-2 text-sm text-muted hover:bg-hover hover:text-text aria-pressed:bg-accent-soft aria-pressed:text-accent-ink"
              onClick={() => props.onToggle(tag)}
            >
              #{tag}
            </button>
          )}
        </For>
        <Show when={props.chosen.length > 0}>
          <Button variant="quiet" size="sm" onClick={() => props.onClear()}>
            Clear
          </Button>
        </Show>
      </fieldset>
    </Show>
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
