import { useHref, useLocation } from '@solidjs/router'
import AlarmClock from 'lucide-solid/icons/alarm-clock'
import Bell from 'lucide-solid/icons/bell'
import CalendarDays from 'lucide-solid/icons/calendar-days'
import Command from 'lucide-solid/icons/command'
import Compass from 'lucide-solid/icons/compass'
import HeartPulse from 'lucide-solid/icons/heart-pulse'
import Inbox from 'lucide-solid/icons/inbox'
import KeyRound from 'lucide-solid/icons/key-round'
import ListClock from 'lucide-solid/icons/list-clock'
import Lock from 'lucide-solid/icons/lock'
import Radio from 'lucide-solid/icons/radio'
import Server from 'lucide-solid/icons/server'
import Settings from 'lucide-solid/icons/settings-2'
import ShieldAlert from 'lucide-solid/icons/shield-alert'
import Users from 'lucide-solid/icons/users'
import Workflow from 'lucide-solid/icons/workflow'
import { type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { counted } from '../look/format.ts'
import type { IconPart } from '../look/icons.ts'
import { Kbd } from '../parts/mod.ts'
import { health, inbox, notifications, settings, status, vault } from '../state/mod.ts'

/** Where to go. On a narrow window the words go and the icons stay, with the words as their names. */
export function Nav(props: { readonly onPalette: () => void }) {
  const running = () => status.value()?.runs.running ?? 0
  return (
    <nav aria-label="Troupe" class="flex h-full w-52 shrink-0 flex-col gap-0.5 bg-ground px-2.5 pt-3 pb-2.5 narrow:w-14">
      <div class="mb-3 flex h-8 items-center gap-2 px-2">
        <Mark />
        <span class="text-md font-semibold tracking-tight narrow:sr-only">Troupe</span>
      </div>
      <Place href="/personas" icon={Users} label="Personas" />
      <Place href="/teams" icon={Workflow} label="Teams" />
      <Place
        href="/inbox"
        icon={Inbox}
        label="Inbox"
        end={
          <Count
            n={inbox.value()?.length ?? 0}
            tone="bg-warn-soft text-warn-ink"
            word="waiting"
            title={(n) => counted(n, 'thing waits for you', 'things wait for you')}
          />
        }
      />
      <Place
        href="/runs"
        icon={ListClock}
        label="Runs"
        end={<Count n={running()} word="under way" title={(n) => counted(n, 'run is under way', 'runs are under way')} />}
      />
      <Place href="/triggers" icon={AlarmClock} label="Triggers" />
      <Place href="/schedule" icon={CalendarDays} label="Schedule" />
      <Place href="/events" icon={Radio} label="Events" />
      <Place
        href="/vault"
        icon={KeyRound}
        label="Vault"
        end={
          <Show when={vault.value()?.state === 'sealed'}>
            <span class="text-warn-ink narrow:absolute narrow:top-0.5 narrow:right-0.5" title="The vault is locked">
              <Lock size={12} aria-hidden="true" />
              <span class="sr-only"> locked</span>
            </span>
          </Show>
        }
      />
      <Place
        href="/notifications"
        icon={Bell}
        label="Notifications"
        end={
          <Count
            n={notifications.value()?.unread ?? 0}
            word="unread"
            title={(n) => counted(n, 'notification is unread', 'notifications are unread')}
          />
        }
      />
      <Place
        href="/health"
        icon={HeartPulse}
        label="Health"
        end={
          <Show when={health.value()?.safeMode.on}>
            <span class="text-warn-ink narrow:absolute narrow:top-0.5 narrow:right-0.5" title="Safe mode: nothing runs">
              <ShieldAlert size={12} aria-hidden="true" />
              <span class="sr-only"> safe mode</span>
            </span>
          </Show>
        }
      />
      <Place href="/services" icon={Server} label="Services" />
      <Place href="/settings" icon={Settings} label="Settings" />
      <Show when={settings.value() && settings.value()?.firstRun !== 'done'}>
        <Place href="/welcome" icon={Compass} label="First steps" />
      </Show>
      <Commands onPalette={props.onPalette} />
    </nav>
  )
}

function Commands(props: { readonly onPalette: () => void }) {
  return (
    <button
      type="button"
      class="mt-auto flex h-8 items-center gap-2.5 rounded-md px-2 text-muted transition-colors hover:bg-hover hover:text-text"
      title="Do something, or go somewhere"
      onClick={() => props.onPalette()}
    >
      <Command size={16} class="shrink-0" aria-hidden="true" />
      <span class="flex-1 text-left narrow:sr-only">Commands</span>
      <span class="narrow:hidden">
        <Kbd keys="mod+k" />
      </span>
    </button>
  )
}

/** A number at the end of a place; nothing for none. */
function Count(props: { readonly n: number; readonly word: string; readonly title: (n: number) => string; readonly tone?: string }) {
  return (
    <Show when={props.n > 0}>
      <span
        class={`rounded-full px-1.5 text-sm font-medium tabular-nums narrow:absolute narrow:-top-1 narrow:-right-1 ${props.tone ?? 'bg-accent-soft text-accent-ink'}`}
        title={props.title(props.n)}
      >
        {props.n > 99 ? '99+' : props.n}
        <span class="sr-only"> {props.word}</span>
      </span>
    </Show>
  )
}

function Place(props: { readonly href: string; readonly icon: IconPart; readonly label: string; readonly end?: JSX.Element }) {
  const place = useLocation()
  const href = useHref(() => props.href)
  const here = () => place.pathname === props.href || place.pathname.startsWith(`${props.href}/`)
  return (
    <a
      href={href()}
      title={props.label}
      aria-current={here() ? 'page' : undefined}
      class="relative flex h-8 items-center gap-2.5 rounded-md px-2 text-muted transition-colors hover:bg-hover hover:text-text aria-[current=page]:bg-pressed aria-[current=page]:font-medium aria-[current=page]:text-text"
    >
      <Dynamic component={props.icon} size={16} class="shrink-0" aria-hidden="true" />
      <span class="flex-1 narrow:sr-only">{props.label}</span>
      {props.end}
    </a>
  )
}

function Mark() {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" class="shrink-0" aria-hidden="true">
      <circle cx="6" cy="15" r="4" fill="var(--line-strong)" />
      <circle cx="18" cy="15" r="4" fill="var(--line-strong)" />
      <circle cx="12" cy="10" r="5.5" fill="var(--accent)" stroke="var(--ground)" stroke-width="1.5" />
    </svg>
  )
}
