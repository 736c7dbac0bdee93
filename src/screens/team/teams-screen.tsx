import { useNavigate } from '@solidjs/router'
import Archive from 'lucide-solid/icons/archive'
import Copy from 'lucide-solid/icons/copy'
import FileUp from 'lucide-solid/icons/file-up'
import Plus from 'lucide-solid/icons/plus'
import Trash from 'lucide-solid/icons/trash'
import Workflow from 'lucide-solid/icons/workflow'
import { createMemo, createSignal, Show } from 'solid-js'
import type { TeamCard, TeamRadius } from '#contract'
import { engine } from '../../link/mod.ts'
import { counted } from '../../look/format.ts'
import {
  Badge,
  Button,
  ConfirmDialog,
  EmptyState,
  ErrorNote,
  Menu,
  Page,
  SearchField,
  Segmented,
  TimeAgo,
  tryOrToast,
  VirtualList,
} from '../../parts/mod.ts'
import { askImport, useActions } from '../../shell/mod.ts'
import { archivedTeams, teams } from '../../state/mod.ts'
import { newTeam } from './new-team.ts'

export function TeamsScreen() {
  const navigate = useNavigate()
  const [shelf, setShelf] = createSignal<'in use' | 'archived'>('in use')
  const [text, setText] = createSignal('')
  const [removing, setRemoving] = createSignal<Removing>()
  const feed = () => (shelf() === 'archived' ? archivedTeams : teams)
  const shown = createMemo(() => {
    const wanted = text().trim().toLowerCase()
    return (feed().value() ?? []).filter(
      (card) => wanted === '' || `${card.name} ${card.summary} ${card.tags.join(' ')}`.toLowerCase().includes(wanted),
    )
  })
  const create = () =>
    tryOrToast('The team could not be made', async () => {
      const row = await engine.team.create({ doc: newTeam(teams.value() ?? []), message: '' })
      navigate(`/teams/${row.id}`)
    })
  const askRemove = (card: TeamCard) =>
    tryOrToast('It could not be looked at', async () => void setRemoving({ card, radius: await engine.team.blastRadius({ id: card.id }) }))
  useActions(() => [
    { id: 'teams.new', title: 'New team', section: 'Here', icon: Plus, run: create },
    { id: 'teams.import', title: 'Import an n8n workflow', section: 'Here', icon: FileUp, run: () => askImport({}) },
  ])
  return (
    <Page
      fixed
      title="Teams"
      subtitle={feed().value() ? counted(shown().length, 'team') : '\u00a0'}
      actions={
        <>
          <Button icon={FileUp} onClick={() => askImport({})}>
            Import
          </Button>
          <Button variant="primary" icon={Plus} onClick={() => void create()}>
            New team
          </Button>
        </>
      }
      toolbar={
        <>
          <SearchField label="Search teams" value={text()} onValue={setText} />
          <Segmented
            label="Which teams"
            value={shelf()}
            options={[
              { value: 'in use', label: 'In use' },
              { value: 'archived', label: 'Archive' },
            ]}
            onValue={setShelf}
          />
        </>
      }
    >
      <Show when={feed().failure()}>
        {(failure) => (
          <ErrorNote title="The teams could not be read." failure={failure()} onRetry={feed().again} class="mx-6 mt-3 narrow:mx-4" />
        )}
      </Show>
      <Show
        when={feed().value() === undefined || shown().length > 0}
        fallback={<None searched={text() !== ''} archived={shelf() === 'archived'} onCreate={() => void create()} />}
      >
        <VirtualList label="Teams" count={shown().length} rowHeight={64} class="h-full">
          {(index) => <Show when={shown()[index]}>{(card) => <Line card={card()} onRemove={() => void askRemove(card())} />}</Show>}
        </VirtualList>
      </Show>
      <RemoveDialog removing={removing()} onClose={() => setRemoving(undefined)} />
    </Page>
  )
}

interface Removing {
  readonly card: TeamCard
  readonly radius: TeamRadius
}

function RemoveDialog(props: { readonly removing: Removing | undefined; readonly onClose: () => void }) {
  const radius = () => props.removing?.radius
  return (
    <ConfirmDialog
      open={props.removing !== undefined}
      onOpenChange={(open) => !open && props.onClose()}
      title={`Remove ${props.removing?.card.name}?`}
      confirm="Remove"
      danger
      onConfirm={() => engine.team.remove({ id: props.removing?.card.id ?? '' })}
    >
      <p>
        {counted(radius()?.revisions ?? 0, 'revision')} {radius()?.revisions === 1 ? 'goes' : 'go'} with it. Its{' '}
        {counted(radius()?.runs ?? 0, 'run')} stay.
      </p>
      <Show when={(radius()?.usedBy.length ?? 0) > 0}>
        <p class="mt-1">
          Used by{' '}
          {radius()
            ?.usedBy.map(({ name }) => name)
            .join(', ')}
          , where it will be missing.
        </p>
      </Show>
    </ConfirmDialog>
  )
}

function None(props: { readonly searched: boolean; readonly archived: boolean; readonly onCreate: () => void }) {
  return (
    <Show
      when={!props.searched && !props.archived}
      fallback={<p class="p-6 text-muted">{props.searched ? 'No team fits.' : 'Nothing is in the archive.'}</p>}
    >
      <EmptyState
        icon={Workflow}
        title="No teams yet"
        actions={
          <>
            <Button icon={FileUp} onClick={() => askImport({})}>
              Import an n8n workflow
            </Button>
            <Button variant="primary" icon={Plus} onClick={() => props.onCreate()}>
              New team
            </Button>
          </>
        }
      >
        A team is a graph of personas and of steps that need no model. Draw one, or drop an n8n workflow anywhere on this window.
      </EmptyState>
    </Show>
  )
}

function Line(props: { readonly card: TeamCard; readonly onRemove: () => void }) {
  const navigate = useNavigate()
  const card = () => props.card
  return (
    <div class="flex h-full items-center gap-3 border-b border-line px-6 hover:bg-hover narrow:px-4">
      <a href={`#/teams/${card().id}`} class="min-w-0 flex-1">
        <span class="block truncate font-medium">{card().name}</span>
        <span class="block truncate text-muted">
          {counted(card().nodes, 'node')}
          {card().personas > 0 ? ` · ${counted(card().personas, 'persona')}` : ''}
          {card().summary === '' ? '' : ` · ${card().summary}`}
        </span>
      </a>
      <Show when={card().placeholders > 0}>
        <Badge tone="warn">{counted(card().placeholders, 'placeholder')}</Badge>
      </Show>
      <Show when={!card().active}>
        <Badge>not active</Badge>
      </Show>
      <span class="text-muted narrow:hidden">
        <TimeAgo at={card().updatedAt} />
      </span>
      <Menu
        label={`More about ${card().name}`}
        entries={[
          {
            label: 'Duplicate',
            icon: Copy,
            onSelect: () =>
              void tryOrToast('It could not be copied', async () =>
                navigate(`/teams/${(await engine.team.duplicate({ id: card().id })).id}`),
              ),
          },
          {
            label: card().archivedAt === null ? 'Archive' : 'Bring back',
            icon: Archive,
            onSelect: () =>
              void tryOrToast('It could not be moved', () => engine.team.archive({ id: card().id, archived: card().archivedAt === null })),
          },
          { label: 'Remove …', icon: Trash, danger: true, onSelect: () => props.onRemove() },
        ]}
      />
    </div>
  )
}
