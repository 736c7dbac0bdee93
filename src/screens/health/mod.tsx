/** HEALTH: breakers, retries that wait, what was healed and how, what was given up, proposals, safe mode. It heals nothing itself. */
export { HealthScreen } from './health-screen.tsx'
