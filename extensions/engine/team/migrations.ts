/** The room's tables. */
export { teamMigrations } from './desk/migrations.ts'
