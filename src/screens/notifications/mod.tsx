/** NOTIFICATIONS: the window's notification centre. It lists, leads to the screen of each, and marks and removes; it decides nothing. */
export { NotificationsScreen } from './notifications-screen.tsx'
