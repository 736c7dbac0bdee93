/**
 * STATE: what the window knows of the engine, kept fresh by one stream of changes, and what the window remembers for itself.
 * It keeps no rule of the engine and changes nothing behind its back.
 */

export { followChanges, onChange } from './changes.ts'
export { type Feed, makeFeed } from './feed.ts'
export { flushMemory, plugMemory, remembered } from './remember.ts'
export {
  archivedPersonas,
  archivedTeams,
  budgets,
  changeSettings,
  connectors,
  credentials,
  decided,
  desktopNotifying,
  health,
  inbox,
  mcpServers,
  notificationPreferences,
  notifications,
  personaById,
  personas,
  providers,
  rules,
  services,
  settings,
  status,
  store,
  storeEvents,
  storeFiles,
  strips,
  teams,
  templates,
  vault,
} from './stores.ts'
export { applyTheme, shownTheme } from './theme.ts'
