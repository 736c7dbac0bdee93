/** WINDOW: the composition root. It connects, applies the theme, and puts the screens into the shell, each loaded when it is shown. */
import { HashRouter, Navigate, Route } from '@solidjs/router'
import { type JSX, lazy, onMount, Show, Suspense } from 'solid-js'
import { render } from 'solid-js/web'
import './look/main.css'
import { startLink } from './link/mod.ts'
import { Loading } from './parts/mod.ts'
import { importAsked, runAsked, Shell } from './shell/mod.ts'
import { applyTheme, settings } from './state/mod.ts'

const PersonasScreen = lazy(async () => ({ default: (await import('./screens/personas/mod.tsx')).PersonasScreen }))
const EditorScreen = lazy(async () => ({ default: (await import('./screens/editor/mod.tsx')).EditorScreen }))
const RunsScreen = lazy(async () => ({ default: (await import('./screens/runs/mod.tsx')).RunsScreen }))
const RunScreen = lazy(async () => ({ default: (await import('./screens/run/mod.tsx')).RunScreen }))
const CompareScreen = lazy(async () => ({ default: (await import('./screens/run/mod.tsx')).CompareScreen }))
const TriggersScreen = lazy(async () => ({ default: (await import('./screens/triggers/mod.tsx')).TriggersScreen }))
const ScheduleScreen = lazy(async () => ({ default: (await import('./screens/schedule/mod.tsx')).ScheduleScreen }))
const EventsScreen = lazy(async () => ({ default: (await import('./screens/events/mod.tsx')).EventsScreen }))
const VaultScreen = lazy(async () => ({ default: (await import('./screens/vault/mod.tsx')).VaultScreen }))
const NotificationsScreen = lazy(async () => ({ default: (await import('./screens/notifications/mod.tsx')).NotificationsScreen }))
const SettingsScreen = lazy(async () => ({ default: (await import('./screens/settings/mod.tsx')).SettingsScreen }))
const TeamsScreen = lazy(async () => ({ default: (await import('./screens/team/mod.tsx')).TeamsScreen }))
const TeamScreen = lazy(async () => ({ default: (await import('./screens/team/mod.tsx')).TeamScreen }))
const ImportWorkflow = lazy(async () => ({ default: (await import('./screens/team/mod.tsx')).ImportWorkflow }))
const InboxScreen = lazy(async () => ({ default: (await import('./screens/inbox/mod.tsx')).InboxScreen }))
const HealthScreen = lazy(async () => ({ default: (await import('./screens/health/mod.tsx')).HealthScreen }))
const ServicesScreen = lazy(async () => ({ default: (await import('./screens/services/mod.tsx')).ServicesScreen }))
const FirstRunScreen = lazy(async () => ({ default: (await import('./screens/first-run/mod.tsx')).FirstRunScreen }))
const AskRun = lazy(async () => ({ default: (await import('./screens/ask-run.tsx')).AskRun }))

/** Loaded when the window has nothing else to do, so that every screen can still be reached while the engine is away. */
const PRELOAD_AFTER_MS = 2000
const SCREENS = [
  PersonasScreen,
  RunsScreen,
  RunScreen,
  EditorScreen,
  TeamsScreen,
  VaultScreen,
  NotificationsScreen,
  InboxScreen,
  HealthScreen,
  ServicesScreen,
  SettingsScreen,
  FirstRunScreen,
  AskRun,
]

function preloadScreens(): void {
  for (const screen of SCREENS) void screen.preload().catch(() => undefined)
}

/** The first start goes to the first steps, every later one to the personas. */
function Start() {
  return (
    <Show when={settings.value() ?? settings.failure()} fallback={<Loading what="settings" onRetry={settings.again} />}>
      <Navigate href={settings.value()?.firstRun === 'new' ? '/welcome' : '/personas'} />
    </Show>
  )
}

function Lost() {
  return <Navigate href="/personas" />
}

function Root(props: { readonly children?: JSX.Element }) {
  const asked = (
    <>
      <Show when={runAsked()}>
        <Suspense>
          <AskRun />
        </Suspense>
      </Show>
      <Show when={importAsked()}>
        <Suspense>
          <ImportWorkflow />
        </Suspense>
      </Show>
    </>
  )
  onMount(() => setTimeout(preloadScreens, PRELOAD_AFTER_MS))
  return <Shell overlay={asked}>{props.children}</Shell>
}

// Before anything else: it takes the one-time token out of the address.
startLink()
applyTheme()
const root = document.getElementById('window')
if (!root) throw new Error('index.html has no element #window')
render(
  () => (
    <HashRouter root={Root}>
      <Route path="/" component={Start} />
      <Route path="/welcome" component={FirstRunScreen} />
      <Route path="/personas" component={PersonasScreen} />
      <Route path="/personas/:id" component={EditorScreen} />
      <Route path="/teams" component={TeamsScreen} />
      <Route path="/teams/:id" component={TeamScreen} />
      <Route path="/runs" component={RunsScreen} />
      <Route path="/runs/compare/:a/:b" component={CompareScreen} />
      <Route path="/runs/:id" component={RunScreen} />
      <Route path="/triggers/:tab?" component={TriggersScreen} />
      <Route path="/schedule" component={ScheduleScreen} />
      <Route path="/events" component={EventsScreen} />
      <Route path="/vault/:tab?/:id?" component={VaultScreen} />
      <Route path="/services/:id?" component={ServicesScreen} />
      <Route path="/notifications" component={NotificationsScreen} />
      <Route path="/inbox/:tab?" component={InboxScreen} />
      <Route path="/health" component={HealthScreen} />
      <Route path="/settings/:section?" component={SettingsScreen} />
      <Route path="*" component={Lost} />
    </HashRouter>
  ),
  root,
)
