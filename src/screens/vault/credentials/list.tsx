import Download from 'lucide-solid/icons/download'
import FileUp from 'lucide-solid/icons/file-up'
import KeyRound from 'lucide-solid/icons/key-round'
import Plus from 'lucide-solid/icons/plus'
import { createMemo, createSignal, Show } from 'solid-js'
import type { CredentialRow } from '#contract'
import { Button, EmptyState, ErrorNote, Loading, Menu, SearchField, VirtualList } from '../../../parts/mod.ts'
import { useActions } from '../../../shell/mod.ts'
import { credentials } from '../../../state/mod.ts'
import { arranged } from './arrange.ts'
import { CredentialLine, ROW_PX } from './line.tsx'
import { CATEGORY_WORDS } from './words.ts'

interface CredentialListProps {
  readonly open: boolean
  readonly onOpen: (row: CredentialRow) => void
  readonly onAdd: () => void
  readonly onImport: () => void
  readonly onExport: () => void
}

/** By category, with how well each is known to work. */
export function CredentialList(props: CredentialListProps) {
  const [search, setSearch] = createSignal('')
  const items = createMemo(() => arranged(credentials.value() ?? [], search()))
  useActions(() =>
    props.open
      ? [
          { id: 'credential.add', title: 'Add a credential', section: 'Here', icon: Plus, run: props.onAdd },
          { id: 'credential.import', title: 'Import credentials', section: 'Here', icon: FileUp, run: props.onImport },
        ]
      : [],
  )
  const some = () => (credentials.value()?.length ?? 0) > 0
  return (
    <div class="flex h-full min-h-0 flex-col">
      <Show when={credentials.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The credentials could not be read" onRetry={credentials.again} class="m-4" />}
      </Show>
      <Show
        when={credentials.value()}
        fallback={
          <Show when={!credentials.failure()}>
            <Loading what="credentials" onRetry={credentials.again} />
          </Show>
        }
      >
        <Show when={some()} fallback={<Nothing {...props} />}>
          <div class="flex flex-wrap items-center gap-2 border-b border-line px-6 py-2 narrow:px-4">
            <SearchField label="Search credentials" value={search()} onValue={setSearch} class="w-72 narrow:w-56" />
            <div class="flex flex-1 justify-end gap-2">
              <Menu
                label="More about credentials"
                entries={[
                  { label: 'Import …', icon: FileUp, disabled: !props.open, onSelect: props.onImport },
                  { label: 'Export …', icon: Download, disabled: !props.open, onSelect: props.onExport },
                ]}
              />
              <Button variant="primary" icon={Plus} disabled={!props.open} onClick={() => props.onAdd()}>
                Add
              </Button>
            </div>
          </div>
          <Show
            when={items().length > 0}
            fallback={
              <EmptyState icon={KeyRound} title="Nothing fits" actions={<Button onClick={() => setSearch('')}>Show all</Button>}>
                No credential has “{search()}” in its name, its service or its category.
              </EmptyState>
            }
          >
            <VirtualList label="Credentials" class="flex-1" count={items().length} rowHeight={ROW_PX}>
              {(index) => (
                <Show when={items()[index]}>
                  {(item) => (
                    <Show when={item().row} fallback={<Heading words={CATEGORY_WORDS[item().category]} />}>
                      {(row) => <CredentialLine row={row()} onOpen={() => props.onOpen(row())} />}
                    </Show>
                  )}
                </Show>
              )}
            </VirtualList>
          </Show>
        </Show>
      </Show>
    </div>
  )
}

function Heading(props: { readonly words: string }) {
  return <h2 class="flex h-full items-end px-6 pb-1.5 text-sm font-semibold text-muted narrow:px-4">{props.words}</h2>
}

function Nothing(props: CredentialListProps) {
  return (
    <EmptyState
      icon={KeyRound}
      title="No credential yet"
      actions={
        <Show when={props.open}>
          <Button icon={FileUp} onClick={() => props.onImport()}>
            Import …
          </Button>
          <Button variant="primary" icon={Plus} onClick={() => props.onAdd()}>
            Add a credential
          </Button>
        </Show>
      }
    >
      <Show when={props.open} fallback="Unlock the vault to add the first one.">
        Add a key or a password by hand, or import them from a password manager, an .env file or the environment of Troupe.
      </Show>
    </EmptyState>
  )
}
