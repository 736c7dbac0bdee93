import { useNavigate, useParams } from '@solidjs/router'
import { Match, Switch } from 'solid-js'
import { Page, type Tab, Tabs } from '../../parts/mod.ts'
import { inbox } from '../../state/mod.ts'
import { Decided } from './decided.tsx'
import { Rules } from './rules.tsx'
import { Waiting } from './waiting.tsx'

const IDS = ['waiting', 'rules', 'decided'] as const
type TabId = (typeof IDS)[number]

/** `/inbox/:tab?` */
export function InboxScreen() {
  const params = useParams()
  const go = useNavigate()
  const tab = (): TabId => IDS.find((id) => id === params.tab) ?? 'waiting'
  const tabs = (): readonly Tab<TabId>[] => [
    { id: 'waiting', label: 'Waiting', count: inbox.value()?.length || undefined },
    { id: 'rules', label: 'Rules' },
    { id: 'decided', label: 'Decided' },
  ]
  return (
    <Page title="Inbox" fixed>
      <Tabs label="Inbox" tabs={tabs()} value={tab()} onValue={(id) => go(`/inbox/${id}`)} class="h-full pt-1">
        {(id) => (
          <Switch>
            <Match when={id === 'waiting'}>
              <Waiting />
            </Match>
            <Match when={id === 'rules'}>
              <Rules />
            </Match>
            <Match when={id === 'decided'}>
              <Decided />
            </Match>
          </Switch>
        )}
      </Tabs>
    </Page>
  )
}
