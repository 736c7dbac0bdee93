/** The room's door for calls. */
export { teamRoutes } from './desk/routes.ts'
