/** The actions that are there on every screen: places, personas, the window itself. */
import { useNavigate } from '@solidjs/router'
import Contrast from 'lucide-solid/icons/contrast'
import CornerDownRight from 'lucide-solid/icons/corner-down-right'
import Keyboard from 'lucide-solid/icons/keyboard'
import Moon from 'lucide-solid/icons/moon'
import Play from 'lucide-solid/icons/play'
import Plus from 'lucide-solid/icons/plus'
import RefreshCw from 'lucide-solid/icons/refresh-cw'
import Sun from 'lucide-solid/icons/sun'
import SunMoon from 'lucide-solid/icons/sun-moon'
import { retryLink } from '../link/mod.ts'
import { PERSONA_ICONS } from '../look/icons.ts'
import { changeSettings, personas, settings } from '../state/mod.ts'
import { type Action, useActions } from './actions.ts'
import { askImport } from './ask-import.ts'
import { askRun } from './ask-run.ts'

/** Sections of Settings, as they stand in its address. */
export const SETTINGS_SECTIONS = [
  { id: 'providers', label: 'Providers and models', keywords: 'api key ollama lm studio anthropic openai google' },
  { id: 'mcp', label: 'MCP servers', keywords: 'tools model context protocol accept pin' },
  { id: 'appearance', label: 'Appearance', keywords: 'theme dark light contrast motion' },
  { id: 'limits', label: 'Limits', keywords: 'concurrency queue threads' },
  { id: 'budgets', label: 'Budgets', keywords: 'money cost cap spend limit tokens' },
  { id: 'notifications', label: 'Notifications', keywords: 'desktop quiet hours bell' },
  { id: 'data', label: 'Data', keywords: 'folder store disk health' },
  { id: 'clients', label: 'Clients', keywords: 'tokens grant revoke windows programs' },
  { id: 'support', label: 'Health and support', keywords: 'doctor preflight machine support bundle help log' },
  { id: 'about', label: 'About', keywords: 'version licences paths' },
] as const

interface Openers {
  readonly palette: () => void
  readonly shortcuts: () => void
}

/** Called by the shell, within the router. */
export function useShellActions(open: Openers): void {
  const go = useNavigate()
  const place = (id: string, title: string, path: string, shortcut?: string, keywords?: string): Action => ({
    id: `go.${id}`,
    title,
    section: 'Go to',
    icon: CornerDownRight,
    run: () => go(path),
    ...(shortcut !== undefined && { shortcut }),
    ...(keywords !== undefined && { keywords }),
  })
  useActions(() => [
    place('personas', 'Personas', '/personas', 'g p'),
    place('teams', 'Teams', '/teams', 'g t', 'canvas workflow n8n'),
    place('inbox', 'Inbox', '/inbox', 'g i', 'approvals questions waiting approve deny'),
    place('inbox.rules', 'Inbox: rules', '/inbox/rules', undefined, 'allow ask deny policy'),
    place('runs', 'Runs', '/runs', 'g r', 'history'),
    place('triggers', 'Triggers', '/triggers', 'g e', 'schedule cron events webhook'),
    place('triggers.fires', 'Triggers: fires', '/triggers/fires', undefined, 'missed skipped history'),
    place('triggers.dead', 'Triggers: dead letters', '/triggers/dead', undefined, 'redrive failed events'),
    place('triggers.webhooks', 'Triggers: webhooks', '/triggers/webhooks', undefined, 'requests log address'),
    place('services', 'Services', '/services', 'g o', 'programs servers ollama processes logs'),
    place('health', 'Health', '/health', 'g h', 'breakers retries healed safe mode proposals'),
    place('schedule', 'Schedule', '/schedule', 'g c', 'calendar month week cron forecast missed'),
    place('events', 'Events', '/events', 'g l', 'live lanes bus particles tail replay'),
    place('vault', 'Vault', '/vault', 'g v', 'credentials keys passwords secrets unlock lock'),
    place('vault.keys', 'Vault: ways in', '/vault/keys', undefined, 'passphrase keyring recovery rotate'),
    place('vault.log', 'Vault: log', '/vault/log', undefined, 'audit'),
    place('notifications', 'Notifications', '/notifications', 'g b', 'bell unread'),
    place('settings', 'Settings', '/settings', 'g s', 'preferences'),
    ...SETTINGS_SECTIONS.map((section) =>
      place(`settings.${section.id}`, `Settings: ${section.label}`, `/settings/${section.id}`, undefined, section.keywords),
    ),
    place('stop', 'Stop Troupe …', '/settings/about?stop=ask', undefined, 'quit exit end engine'),
    place('welcome', 'First steps', '/welcome', undefined, 'welcome templates start tour first run preflight'),
    {
      id: 'persona.new',
      title: 'New persona',
      section: 'Personas',
      icon: Plus,
      shortcut: 'g n',
      keywords: 'create add',
      run: () => go('/personas/new'),
    },
    {
      id: 'team.import',
      title: 'Import an n8n workflow',
      section: 'Window',
      keywords: 'template file paste json team',
      run: () => askImport({}),
    },
    ...personaActions(go),
    ...windowActions(open),
  ])
}

function personaActions(go: (path: string) => void): Action[] {
  return (personas.value() ?? []).flatMap((card): Action[] => [
    {
      id: `persona.run.${card.id}`,
      title: `Run ${card.name}`,
      section: 'Personas',
      keywords: `${card.group} ${card.tags.join(' ')}`,
      icon: Play,
      run: () => askRun(card.id),
    },
    {
      id: `persona.open.${card.id}`,
      title: `Edit ${card.name}`,
      section: 'Personas',
      keywords: `open ${card.group} ${card.tags.join(' ')}`,
      icon: PERSONA_ICONS[card.icon],
      run: () => go(`/personas/${encodeURIComponent(card.id)}`),
    },
  ])
}

function windowActions(open: Openers): Action[] {
  const contrast = settings.value()?.contrast === 'high' ? 'normal' : 'high'
  const look = (id: string, title: string, icon: Action['icon'], patch: Parameters<typeof changeSettings>[0]): Action => ({
    id: `look.${id}`,
    title,
    section: 'Window',
    keywords: 'theme appearance',
    ...(icon && { icon }),
    run: () => changeSettings(patch),
  })
  return [
    look('light', 'Light theme', Sun, { theme: 'light' }),
    look('dark', 'Dark theme', Moon, { theme: 'dark' }),
    look('system', 'Theme of the system', SunMoon, { theme: 'system' }),
    look('contrast', contrast === 'high' ? 'High contrast' : 'Normal contrast', Contrast, { contrast }),
    { id: 'window.palette', title: 'Commands', section: 'Window', shortcut: 'mod+k', run: open.palette },
    {
      id: 'window.shortcuts',
      title: 'Shortcuts',
      section: 'Window',
      icon: Keyboard,
      shortcut: '?',
      keywords: 'keys keyboard help',
      run: open.shortcuts,
    },
    {
      id: 'window.reconnect',
      title: 'Connect to the engine again',
      section: 'Window',
      icon: RefreshCw,
      keywords: 'reconnect link',
      run: retryLink,
    },
  ]
}
