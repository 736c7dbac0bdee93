/**
 * EDITOR: one persona's whole document as a form, with its prompt assembled beside it, its revisions, and a try of the unsaved draft.
 * It saves through the engine, and never over somebody else's revision without asking.
 */

export { EditorScreen } from './editor-screen.tsx'
