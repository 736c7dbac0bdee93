/** SCHEDULE: what ran, what did not and why, and what comes, by month and by week. */
export { ScheduleScreen } from './schedule-screen.tsx'
