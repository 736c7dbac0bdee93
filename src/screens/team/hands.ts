/** What keys, palette and clipboard do on a team's screen. */
import { onCleanup, onMount } from 'solid-js'
import { engine } from '../../link/mod.ts'
import { toast, tryOrToast } from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import type { TeamEditor } from './editor.ts'
import { laidOut } from './graph/arrange.ts'
import { asText, cutOf, ourCut, pasted } from './graph/clipboard.ts'
import { changed, without } from './graph/edit.ts'

interface Doing {
  readonly save: () => void
  readonly run: () => void
  readonly toTab: (tab: 'node' | 'list' | 'check' | 'history') => void
}

export function useTeamActions(editor: TeamEditor, { save, run, toTab }: Doing): void {
  const act = (id: string, title: string, shortcut: string | undefined, does: () => unknown) => ({
    id: `team.${id}`,
    title,
    section: 'Here' as const,
    run: does,
    ...(shortcut === undefined ? {} : { shortcut }),
  })
  useActions(() => [
    act('save', 'Save the team', 'mod+s', save),
    act('run', 'Run the team', 'mod+enter', run),
    act('undo', `Undo${editor.history().done.at(-1) ? `: ${editor.history().done.at(-1)?.words}` : ''}`, 'mod+z', editor.undo),
    act('redo', `Redo${editor.history().undone.at(-1) ? `: ${editor.history().undone.at(-1)?.words}` : ''}`, 'mod+shift+z', editor.redo),
    act('all', 'Select everything', 'mod+a', () => editor.select([...editor.doc().nodes, ...editor.doc().notes].map(({ id }) => id))),
    act('none', 'Select nothing', 'escape', () => editor.select([])),
    act('remove', 'Remove what is selected', 'delete', () => removeSelected(editor)),
    act('off', 'Switch what is selected on or off', 'd', () => switchSelected(editor)),
    act('fit', 'Show all of it', 'f', editor.fit),
    act('in', 'Zoom in', '+', () => editor.zoom(1.25)),
    act('out', 'Zoom out', '-', () => editor.zoom(0.8)),
    act('layout', 'Lay it out anew', 'l', () => layOut(editor)),
    act('list', 'Show the list of nodes', 'n', () => toTab('list')),
    act('check', 'Show what is missing', 'p', () => toTab('check')),
    act('history', 'Show the history', 'h', () => toTab('history')),
  ])
}

export const layOut = (editor: TeamEditor): Promise<unknown> =>
  tryOrToast('It could not be laid out', async () => {
    const next = await laidOut(editor.doc(), editor.boxes())
    editor.edit('Lay it out anew', () => next)
    editor.fit()
  })

export function removeSelected(editor: TeamEditor): void {
  const ids = editor.selection()
  if (ids.size === 0) return
  editor.edit(ids.size === 1 ? 'Remove a node' : `Remove ${ids.size} things`, (doc) => without(doc, ids))
  editor.select([])
}

function switchSelected(editor: TeamEditor): void {
  const nodes = editor.doc().nodes.filter(({ id }) => editor.selection().has(id))
  const off = nodes.some((node) => !node.disabled)
  editor.edit(off ? 'Switch off' : 'Switch on', (doc) => nodes.reduce((next, { id }) => changed(next, id, { disabled: off }), doc))
}

const inText = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, [contenteditable], [role="dialog"]') !== null

/** The page's own clipboard events: they need no permission, and work with every other program. */
export function useTeamClipboard(editor: TeamEditor): void {
  const take = (event: ClipboardEvent): boolean => {
    const ids = editor.selection()
    if (inText(event.target) || inText(document.activeElement) || ids.size === 0 || !getSelection()?.isCollapsed) return false
    event.clipboardData?.setData('text/plain', asText(cutOf(editor.doc(), ids)))
    event.preventDefault()
    return true
  }
  const cut = (event: ClipboardEvent) => void (take(event) && removeSelected(editor))
  const paste = (event: ClipboardEvent) => {
    if (inText(event.target) || inText(document.activeElement)) return
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (text.trim() === '') return
    event.preventDefault()
    event.stopImmediatePropagation()
    void tryOrToast('This could not be pasted', () => pasteText(editor, text))
  }
  onMount(() => {
    addEventListener('copy', take)
    addEventListener('cut', cut)
    addEventListener('paste', paste, { capture: true })
  })
  onCleanup(() => {
    removeEventListener('copy', take)
    removeEventListener('cut', cut)
    removeEventListener('paste', paste, { capture: true })
  })
}

/** Our own nodes, or n8n's, which the engine reads; into the middle of what is seen. */
export async function pasteText(editor: TeamEditor, text: string): Promise<void> {
  let cut = ourCut(text)
  if (cut === undefined) {
    const reading = await engine.import.plan({ text })
    if (!reading.ok) throw new Error(`${reading.message} ${reading.hint}`)
    const [workflow] = reading.workflows
    if (workflow === undefined) return
    cut = workflow.team
    const asking = workflow.nodes.filter(({ words }) => words !== '').length
    if (asking > 0) toast.info(`${asking} of the pasted nodes ask something of you; the list of what is missing names them.`)
  }
  const { width, height } = editor.size()
  const { x, y, scale } = editor.view()
  const { doc, ids } = pasted(editor.doc(), cut, { x: (width / 2 - x) / scale, y: (height / 2 - y) / scale })
  editor.edit(`Paste ${ids.size} things`, () => doc)
  editor.select(ids)
}
