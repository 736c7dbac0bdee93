/** TRIGGERS: what starts personas by itself, what it fired, what could not be delivered, and webhooks. */
import { useNavigate, useParams } from '@solidjs/router'
import { Match, Show, Switch } from 'solid-js'
import { engine } from '../../link/mod.ts'
import { clockTime } from '../../look/format.ts'
import { Button, Page, Tabs, tryOrToast } from '../../parts/mod.ts'
import { DeadLetters } from './dead-letters.tsx'
import { FireList } from './fire-list.tsx'
import { createRead } from './reading.ts'
import { TriggerList } from './trigger-list.tsx'
import { Webhooks } from './webhooks.tsx'

export { TriggerList } from './trigger-list.tsx'

const TABS = [
  { id: 'list', label: 'Triggers' },
  { id: 'fires', label: 'Fires' },
  { id: 'dead', label: 'Dead letters' },
  { id: 'webhooks', label: 'Webhooks' },
] as const
type TabId = (typeof TABS)[number]['id']

export function TriggersScreen() {
  const params = useParams<{ tab?: string }>()
  const navigate = useNavigate()
  const tab = (): TabId => TABS.find(({ id }) => id === params.tab)?.id ?? 'list'
  const status = createRead(['trigger'], () => engine.schedule.status())
  const paused = () => status.value()?.pausedUntil ?? null
  const turn = () =>
    tryOrToast('Schedules could not be changed', () => (paused() === null ? engine.schedule.pause({}) : engine.schedule.resume()))
  return (
    <Page
      fixed
      title="Triggers"
      subtitle={
        <Show when={status.value()}>
          {(now) =>
            paused() === null
              ? now().nextAt === null
                ? 'Nothing is due'
                : `Next at ${clockTime(now().nextAt ?? 0)}`
              : paused() === 0
                ? 'All schedules are paused'
                : `All schedules are paused until ${clockTime(paused() ?? 0)}`
          }
        </Show>
      }
      actions={
        <Button disabled={!status.value()} onClick={() => void turn()}>
          {paused() === null ? 'Pause all schedules' : 'Resume schedules'}
        </Button>
      }
    >
      <Tabs label="Triggers" class="h-full" tabs={[...TABS]} value={tab()} onValue={(id) => navigate(`/triggers/${id}`)}>
        {(id) => (
          <div class="h-full overflow-auto">
            <div class="max-w-4xl px-6 py-5 narrow:px-4">
              <Switch>
                <Match when={id === 'list'}>
                  <TriggerList />
                </Match>
                <Match when={id === 'fires'}>
                  <FireList />
                </Match>
                <Match when={id === 'dead'}>
                  <DeadLetters />
                </Match>
                <Match when={id === 'webhooks'}>
                  <Webhooks />
                </Match>
              </Switch>
            </div>
          </div>
        )}
      </Tabs>
    </Page>
  )
}
