/** INBOX: everything that waits for the person, the rules of what need not, and what was decided. It decides nothing by itself. */
export { ForRun } from './for-run.tsx'
export { InboxScreen } from './inbox-screen.tsx'
