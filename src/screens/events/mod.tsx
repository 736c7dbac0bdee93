/** EVENTS: what travels over the bus, as lanes and as a table. */
export { EventsScreen } from './events-screen.tsx'
