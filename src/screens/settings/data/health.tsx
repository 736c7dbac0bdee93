import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { For, Show } from 'solid-js'
import type { StoreStatus } from '#contract'
import { engine } from '../../../link/mod.ts'
import { bytes } from '../../../look/format.ts'
import { Badge, Button, ErrorNote, Loading, TimeAgo, toast, tryOrToast } from '../../../parts/mod.ts'
import { store } from '../../../state/mod.ts'
import { Row, Section } from '../row.tsx'
import { Sealing } from './sealing.tsx'
import { working } from './work.tsx'

const verify = () =>
  void tryOrToast('The database was not looked through', async () => {
    const { ok, problems } = await engine.store.verify({})
    if (ok) toast.ok('The database was looked through and found whole')
    else toast.error(`The database is not whole: ${problems[0]}`)
  })
const compact = () =>
  void tryOrToast('No snapshot was made', async () => {
    await engine.store.compact({})
    store.again()
    toast.ok('A snapshot holds everything')
  })
const exportIt = () =>
  void tryOrToast('The database was not exported', async () => {
    const { path } = await engine.store.export({})
    toast.ok(`The database was exported to ${path}`)
  })

export function Health() {
  return (
    <Section
      title="Database"
      about="All of it is kept in memory; every change is on the disk before it counts."
      actions={
        <div class="flex flex-wrap gap-2">
          <Button size="sm" disabled={working()} onClick={compact}>
            Make a snapshot
          </Button>
          <Button size="sm" disabled={working()} onClick={exportIt}>
            Export
          </Button>
          <Button size="sm" disabled={working()} onClick={verify}>
            Look through it
          </Button>
        </div>
      }
    >
      <Show when={store.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The database's health could not be read" onRetry={store.again} class="mb-3" />}
      </Show>
      <Show
        when={store.value()}
        fallback={
          <Show when={!store.failure()}>
            <Loading what="its health" onRetry={store.again} />
          </Show>
        }
      >
        {(now) => <Facts now={now()} />}
      </Show>
    </Section>
  )
}

function Facts(props: { readonly now: StoreStatus }) {
  return (
    <>
      <For each={props.now.warnings}>
        {(line) => (
          <p class="mb-2 flex gap-2 rounded-md bg-warn-soft px-3 py-2 text-warn-ink">
            <TriangleAlert size={16} class="mt-0.5 shrink-0" aria-hidden="true" />
            <span class="min-w-0 break-words">{line}</span>
          </p>
        )}
      </For>
      <Row label="State" hint={props.now.reason ?? undefined}>
        <Show when={props.now.state === 'ok'} fallback={<Badge tone="bad">Refuses to write</Badge>}>
          <Badge tone="ok">Takes writes</Badge>
        </Show>
      </Row>
      <Row label="Size" hint={`From ${bytes(props.now.warnBytes)} on it counts as large.`}>
        {bytes(props.now.databaseBytes)}
      </Row>
      <Row label="Journal" hint="Written since the last snapshot.">
        {bytes(props.now.journalBytes)}
      </Row>
      <Sealing sealed={props.now.sealed} />
      <Row label="Last snapshot">
        <Show when={props.now.lastSnapshotAt} fallback="none yet">
          {(at) => <TimeAgo at={at()} />}
        </Show>
      </Row>
      <Row label="Last looked through" hint={props.now.lastCheck?.problems[0]}>
        <Show when={props.now.lastCheck} fallback={<Badge>Not checked</Badge>}>
          {(check) => (
            <span class="flex items-center gap-2">
              <TimeAgo at={check().at} />
              <Badge tone={check().ok ? 'ok' : 'bad'}>{check().ok ? 'Whole' : 'Not whole'}</Badge>
            </span>
          )}
        </Show>
      </Row>
    </>
  )
}
