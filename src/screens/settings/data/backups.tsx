import { createSignal, For, Show } from 'solid-js'
import type { Settings, StoreFile } from '#contract'
import { engine } from '../../../link/mod.ts'
import { bytes } from '../../../look/format.ts'
import { Badge, Button, ConfirmDialog, ErrorNote, Menu, TimeAgo, toast, tryOrToast } from '../../../parts/mod.ts'
import { storeFiles } from '../../../state/mod.ts'
import { Section } from '../row.tsx'
import { RestoreDialog } from './restore-dialog.tsx'
import { Schedule } from './schedule.tsx'
import { working } from './work.tsx'

const REASONS: Readonly<Record<NonNullable<StoreFile['reason']>, string>> = {
  schedule: 'on schedule',
  person: 'on request',
  restore: 'before a restore',
  migration: 'before an update',
}

const backUp = () =>
  void tryOrToast('No backup was made', async () => {
    await engine.store.backup({})
    toast.ok('A backup was made, opened and found whole')
  })
const verify = (name: string) =>
  void tryOrToast('The file was not looked through', async () => {
    const { ok, problems } = await engine.store.verify({ name })
    if (ok) toast.ok(`${name} is whole`)
    else toast.error(`${name} is not whole: ${problems[0]}`)
  })

export function Backups(props: { readonly settings: Settings }) {
  const [restoring, setRestoring] = createSignal<StoreFile>()
  const [removing, setRemoving] = createSignal<StoreFile>()
  const remove = async () => {
    const file = removing()
    if (!file) return
    await engine.store.removeBackup({ name: file.name })
    storeFiles.again()
  }
  return (
    <Section
      title="Backups"
      about="Whole copies of the database in the data folder, each opened and looked through before it counts. Copy one elsewhere to be safe from a broken disk."
      actions={
        <Button size="sm" variant="primary" disabled={working()} onClick={backUp}>
          Back up now
        </Button>
      }
    >
      <Schedule settings={props.settings} />
      <Show when={storeFiles.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The backups could not be listed" onRetry={storeFiles.again} class="my-3" />}
      </Show>
      <ul aria-label="Snapshots and backups" class="mt-3 max-h-96 overflow-auto rounded-md border border-line">
        <For each={storeFiles.value()} fallback={<li class="px-3 py-3 text-muted">There is none yet. Back up now makes the first.</li>}>
          {(file) => <Entry file={file} onRestore={() => setRestoring(file)} onRemove={() => setRemoving(file)} />}
        </For>
      </ul>
      <RestoreDialog file={restoring()} onClose={() => setRestoring(undefined)} />
      <ConfirmDialog
        open={removing() !== undefined}
        onOpenChange={(open) => !open && setRemoving(undefined)}
        title="Remove this backup?"
        confirm="Remove"
        danger
        onConfirm={remove}
      >
        <p class="break-all">{removing()?.name}. The database itself stays as it is.</p>
      </ConfirmDialog>
    </Section>
  )
}

function Entry(props: { readonly file: StoreFile; readonly onRestore: () => void; readonly onRemove: () => void }) {
  const what = () => (props.file.kind === 'snapshot' ? 'Snapshot' : `Backup ${REASONS[props.file.reason ?? 'person']}`)
  return (
    <li class="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-2 last:border-0">
      <div class="min-w-0 flex-1">
        <p class="flex flex-wrap items-center gap-2">
          <span class="font-medium">{what()}</span>
          <Show when={props.file.check} fallback={<Badge>Not checked</Badge>}>
            {(check) => <Badge tone={check().ok ? 'ok' : 'bad'}>{check().ok ? 'Whole' : 'Damaged'}</Badge>}
          </Show>
        </p>
        <p class="text-sm break-words text-muted">
          <Show when={props.file.madeAt} fallback="made at an unknown time">
            {(at) => <TimeAgo at={at()} />}
          </Show>{' '}
          · {bytes(props.file.bytes)} · <span class="font-mono">{props.file.name}</span>
        </p>
        <Show when={props.file.check?.problems[0]}>{(line) => <p class="text-sm text-bad-ink">{line()}</p>}</Show>
      </div>
      <Button size="sm" disabled={working()} onClick={() => props.onRestore()}>
        Restore …
      </Button>
      <Menu
        label={`More for ${props.file.name}`}
        entries={[
          { label: 'Look through it', onSelect: () => verify(props.file.name) },
          ...(props.file.kind === 'backup' ? [{ label: 'Remove …', danger: true, onSelect: () => props.onRemove() }] : []),
        ]}
      />
    </li>
  )
}
