import { useParams } from '@solidjs/router'
import Plus from 'lucide-solid/icons/plus'
import Server from 'lucide-solid/icons/server'
import { createMemo, createSignal, Match, Show, Switch } from 'solid-js'
import { counted } from '../../look/format.ts'
import { Button, EmptyState, ErrorNote, Loading, Page, SplitPane, VirtualList } from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { services } from '../../state/mod.ts'
import { ServiceDialog } from './service-dialog.tsx'
import { ServiceLine } from './service-line.tsx'
import { ServicePane } from './service-pane.tsx'

const ROW_HEIGHT = 56

export function ServicesScreen() {
  const params = useParams<{ id?: string }>()
  const [adding, setAdding] = createSignal(false)
  const rows = () => services.value() ?? []
  const chosen = createMemo(() => rows().find(({ id }) => id === params.id) ?? (params.id === undefined ? rows()[0] : undefined))
  const failed = () => rows().filter(({ standing }) => standing.state === 'failed').length
  const ready = () => rows().filter(({ standing }) => standing.state === 'ready').length
  useActions(() => [{ id: 'services.new', title: 'Add a service', section: 'Here', icon: Plus, run: () => setAdding(true) }])
  const subtitle = () => {
    if (rows().length === 0) return 'Programs that personas need, kept running'
    const bad = failed() > 0 ? `${counted(failed(), 'has failed', 'have failed')}, ` : ''
    return `${bad}${ready()} of ${rows().length} ready`
  }
  return (
    <Page
      fixed
      title="Services"
      subtitle={subtitle()}
      actions={
        <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
          Add a service
        </Button>
      }
    >
      <Show when={services.failure()}>
        {(failure) => (
          <ErrorNote title="The services could not be read." failure={failure()} onRetry={services.again} class="mx-6 mt-3 narrow:mx-4" />
        )}
      </Show>
      <Switch>
        <Match when={services.value() === undefined && !services.failure()}>
          <Loading what="services" onRetry={services.again} />
        </Match>
        <Match when={services.value()?.length === 0}>
          <EmptyState
            icon={Server}
            title="No services yet"
            actions={
              <Button icon={Plus} onClick={() => setAdding(true)}>
                Add a service
              </Button>
            }
          >
            <p>
              A local model server, a database, a tunnel, a script: what your personas need is started, watched, started again when it ends,
              and stopped with Troupe.
            </p>
          </EmptyState>
        </Match>
        <Match when={rows().length > 0}>
          <SplitPane
            name="services"
            label="Width of the list"
            initial={36}
            min={25}
            max={60}
            first={
              <VirtualList label="Services" class="h-full" count={rows().length} rowHeight={ROW_HEIGHT}>
                {(index) => <Show when={rows()[index]}>{(row) => <ServiceLine row={row()} current={chosen()?.id === row().id} />}</Show>}
              </VirtualList>
            }
            second={
              <Show when={chosen()} fallback={<p class="p-6 text-muted">There is no such service any more.</p>}>
                {(row) => <ServicePane row={row()} all={rows()} />}
              </Show>
            }
          />
        </Match>
      </Switch>
      <ServiceDialog open={adding()} onOpenChange={setAdding} />
    </Page>
  )
}
