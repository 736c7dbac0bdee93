/**
 * SETTINGS: what the person set, and what the window remembers (since its own storage is lost with each new port).
 * It refuses unknown settings, values out of bounds, and more memory than LIMITS allow. It keeps no secret.
 */

export { settingsMigrations } from './migrations.ts'
export type { SettingsPorts } from './ports.ts'
export { openSettings, type SettingsRoom } from './settings.ts'
