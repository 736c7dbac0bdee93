/** RUNS: every run there is, in one list that stays fast however long it is. It reads pages and opens runs; it changes nothing. */

export { RunsScreen } from './runs-screen.tsx'
