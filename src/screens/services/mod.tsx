/** SERVICES: long-lived programs that personas need: how each is, what it takes and says; start, stop, restart, edit. The engine keeps them. */
export { ServicesScreen } from './services-screen.tsx'
