/** SETTINGS: providers, appearance, limits, data, clients, about. It shows what the engine says, and never green for what was not checked. */
import { useParams } from '@solidjs/router'
import { For, type JSX, Match, Show, Switch } from 'solid-js'
import type { Settings } from '#contract'
import { ErrorNote, Loading, Page } from '../../parts/mod.ts'
import { SETTINGS_SECTIONS } from '../../shell/mod.ts'
import { settings } from '../../state/mod.ts'
import { Budgets } from '../budget/mod.tsx'
import { About } from './about.tsx'
import { Appearance } from './appearance.tsx'
import { Clients } from './clients.tsx'
import { Data } from './data/mod.tsx'
import { Limits } from './limits.tsx'
import { McpServers } from './mcp/mod.tsx'
import { Notifications } from './notifications.tsx'
import { Providers } from './providers.tsx'
import { Support } from './support.tsx'

export function SettingsScreen() {
  const params = useParams()
  const section = () => SETTINGS_SECTIONS.find((one) => one.id === params.section)?.id ?? 'providers'
  return (
    <Page title="Settings" fixed>
      <div class="flex h-full min-h-0 narrow:flex-col">
        <nav
          aria-label="Settings"
          class="flex w-52 shrink-0 flex-col gap-0.5 overflow-auto p-3 pl-4 narrow:w-auto narrow:flex-row narrow:border-b narrow:border-line narrow:py-2"
        >
          <For each={SETTINGS_SECTIONS}>
            {(one) => (
              <a
                href={`#/settings/${one.id}`}
                aria-current={section() === one.id ? 'page' : undefined}
                class="rounded-md px-2 py-1.5 whitespace-nowrap text-muted transition-colors hover:bg-hover hover:text-text aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-text"
              >
                {one.label}
              </a>
            )}
          </For>
        </nav>
        <div class="relative min-h-0 min-w-0 flex-1 overflow-auto px-6 pt-4 pb-12 narrow:px-4">
          <div class="max-w-3xl">
            <Switch fallback={<Providers />}>
              <Match when={section() === 'appearance'}>
                <WithSettings>{(value) => <Appearance settings={value} />}</WithSettings>
              </Match>
              <Match when={section() === 'mcp'}>
                <McpServers />
              </Match>
              <Match when={section() === 'limits'}>
                <WithSettings>{(value) => <Limits settings={value} />}</WithSettings>
              </Match>
              <Match when={section() === 'notifications'}>
                <Notifications />
              </Match>
              <Match when={section() === 'budgets'}>
                <Budgets />
              </Match>
              <Match when={section() === 'data'}>
                <WithSettings>{(value) => <Data settings={value} />}</WithSettings>
              </Match>
              <Match when={section() === 'clients'}>
                <Clients />
              </Match>
              <Match when={section() === 'support'}>
                <Support />
              </Match>
              <Match when={section() === 'about'}>
                <About />
              </Match>
            </Switch>
          </div>
        </div>
      </div>
    </Page>
  )
}

function WithSettings(props: { readonly children: (value: Settings) => JSX.Element }) {
  return (
    <>
      <Show when={settings.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The settings could not be read" onRetry={settings.again} class="mb-3" />}
      </Show>
      <Show
        when={settings.value()}
        fallback={
          <Show when={!settings.failure()}>
            <Loading what="settings" onRetry={settings.again} />
          </Show>
        }
      >
        {(value) => props.children(value())}
      </Show>
    </>
  )
}
