/**
 * CLI: the command line `troupe` (main.ts is its program), and how a window is shown (open/). It knows the contract and the engine's
 * places; it holds no rule of the engine, and refuses to invent an answer when no engine answers.
 */
export { makeWindowOpener, type Opened, type OpenerOptions, openedLine, type WindowOpener } from './open/mod.ts'
