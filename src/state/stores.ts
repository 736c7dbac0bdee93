/** What several screens look at: read once, kept fresh by the engine's changes. */
import type { PersonaCard, Settings, SettingsPatch } from '#contract'
import { engine } from '../link/mod.ts'
import { makeFeed } from './feed.ts'

/** Personas in their order, without the archived ones. */
export const personas = makeFeed({ topics: ['persona'], read: () => engine.persona.list({ archived: false }) })

/** Archived and not archived ones; read by who shows the archive. */
export const archivedPersonas = makeFeed({ topics: ['persona'], read: () => engine.persona.list({ archived: true }) })

/** Teams, the newest change first, without the archived ones. */
export const teams = makeFeed({ topics: ['team'], read: () => engine.team.list({ archived: false }) })

/** Archived and not archived ones; read by who shows the archive. */
export const archivedTeams = makeFeed({ topics: ['team'], read: () => engine.team.list({ archived: true }) })

/** Newest runs and spend of each persona. Runs change often: read at most twice a second. */
export const strips = makeFeed({ topics: ['run'], read: () => engine.run.strips({}), key: 'personaId', pauseMs: 500 })

export const providers = makeFeed({ topics: ['provider'], read: () => engine.provider.list({}), key: 'createdAt' })

/** MCP servers, each with its tools and the end of its standard error. At most fifty. */
export const mcpServers = makeFeed({
  topics: ['mcp', 'persona'],
  read: async () => Promise.all((await engine.mcp.list({})).map(async ({ doc: { id } }) => ({ id, ...(await engine.mcp.get({ id })) }))),
  pauseMs: 500,
})

/** Services and how they are; while one runs, what it takes comes every few seconds. */
export const services = makeFeed({
  topics: ['service'],
  read: async () => (await engine.service.list({})).map((row) => ({ id: row.doc.id, ...row })),
  pauseMs: 300,
})

export const vault = makeFeed({ topics: ['vault'], read: () => engine.vault.status({}) })

/** Names, ages and health; never a value. Readable while the vault is sealed. */
export const credentials = makeFeed({ topics: ['credential', 'vault'], read: () => engine.credential.list({}) })

export const connectors = makeFeed({ topics: [], read: () => engine.connector.list({}) })

export const settings = makeFeed({ topics: ['settings'], read: () => engine.settings.get({}) })

/** The database's health, and what is done to it just now. */
export const store = makeFeed({ topics: ['store'], read: () => engine.store.status({}), pauseMs: 200 })

/** Snapshots and backups. */
export const storeFiles = makeFeed({ topics: ['store'], read: () => engine.store.files({}), key: 'name', pauseMs: 500 })

export const storeEvents = makeFeed({ topics: ['store'], read: () => engine.store.events({}), key: 'at', pauseMs: 500 })

/** All that are kept: they are at most LIMITS.notifications.rows. */
export const notifications = makeFeed({ topics: ['notification'], read: () => engine.notification.list({ limit: 500 }), pauseMs: 300 })

export const notificationPreferences = makeFeed({
  topics: ['notification'],
  read: () => engine.notification.preferences({}),
  key: 'personaId',
  pauseMs: 300,
})

/** Whether the desktop shows notifications. */
export const desktopNotifying = makeFeed({ topics: ['notification'], read: () => engine.notification.desktop({}), pauseMs: 1000 })

export const templates = makeFeed({ topics: [], read: () => engine.persona.templates({}) })

/** Engine's status; counts of runs and clients move with the runs. */
export const status = makeFeed({ topics: ['run', 'persona'], read: () => engine.engine.status({}), pauseMs: 1000 })

/** What waits for the person; runs that park and go on change it, too. */
export const inbox = makeFeed({ topics: ['inbox', 'run'], read: () => engine.inbox.list({}), pauseMs: 300 })

export const decided = makeFeed({ topics: ['inbox'], read: () => engine.inbox.history({}), pauseMs: 300 })

/** Those that hold, and the newest that ended. */
export const rules = makeFeed({ topics: ['rule'], read: () => engine.rule.list({ ended: true }), pauseMs: 500 })

/** Limits and what was spent; calls that are settled change it. */
export const budgets = makeFeed({ topics: ['budget'], read: () => engine.budget.status({}), pauseMs: 500 })

/** Breakers, retries, what was healed, proposals, safe mode. */
export const health = makeFeed({ topics: ['health'], read: () => engine.health.status({}), pauseMs: 300 })

export function personaById(id: string | null): PersonaCard | undefined {
  return personas.value()?.find((card) => card.id === id)
}

/** Changes settings; the feed follows at once. Rejects with the engine's refusal. */
export async function changeSettings(patch: SettingsPatch): Promise<Settings> {
  const changed = await engine.settings.set(patch)
  settings.again()
  return changed
}
