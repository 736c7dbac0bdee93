import AlignCenter from 'lucide-solid/icons/align-center-horizontal'
import Grid from 'lucide-solid/icons/grid-3x3'
import MapIcon from 'lucide-solid/icons/map'
import Maximize from 'lucide-solid/icons/maximize'
import Plus from 'lucide-solid/icons/plus'
import Redo from 'lucide-solid/icons/redo-2'
import StickyNote from 'lucide-solid/icons/sticky-note'
import Undo from 'lucide-solid/icons/undo-2'
import Wand from 'lucide-solid/icons/wand-sparkles'
import { Show } from 'solid-js'
import type { TeamNode } from '#contract'
import { counted } from '../../look/format.ts'
import { Button, IconButton, Menu } from '../../parts/mod.ts'
import { KIND_LOOKS } from './board/kinds.ts'
import type { TeamEditor } from './editor.ts'
import { aligned, distributed, type Side } from './graph/arrange.ts'
import { linked, newNode, withNode, withNote } from './graph/edit.ts'
import { NODE_WIDTH, type Point, snapped } from './graph/geometry.ts'
import { layOut } from './hands.ts'

interface ToolbarProps {
  readonly editor: TeamEditor
  readonly snap: boolean
  readonly onSnap: (snap: boolean) => void
  readonly map: boolean
  readonly onMap: (map: boolean) => void
  readonly onProblems: () => void
}

const ADDABLE = (Object.keys(KIND_LOOKS) as TeamNode['kind'][]).filter((kind) => KIND_LOOKS[kind].version !== undefined)

export function Toolbar(props: ToolbarProps) {
  const { editor } = props
  const chosen = () => [...editor.selection()].flatMap((id) => editor.boxes().get(id) ?? [])
  const align = (side: Side) => editor.edit(`Align ${chosen().length} nodes`, (doc) => aligned(doc, chosen(), side))
  const stops = () => editor.problems().filter(({ weight }) => weight === 'stops').length
  return (
    <>
      <Menu
        label="Add a node"
        text="Add a node"
        icon={Plus}
        entries={ADDABLE.map((kind, at) => ({
          label: KIND_LOOKS[kind].label,
          apart: at > 0 && KIND_LOOKS[kind].family !== KIND_LOOKS[ADDABLE[at - 1] ?? kind].family,
          onSelect: () => addNode(editor, kind),
        }))}
      />
      <IconButton
        icon={StickyNote}
        label="Add a note"
        onClick={() => editor.edit('Add a note', (doc) => withNote(doc, freePlace(editor)))}
      />
      <IconButton
        icon={Undo}
        label={`Undo${words(editor.history().done.at(-1)?.words)}`}
        disabled={editor.history().done.length === 0}
        onClick={editor.undo}
      />
      <IconButton
        icon={Redo}
        label={`Redo${words(editor.history().undone.at(-1)?.words)}`}
        disabled={editor.history().undone.length === 0}
        onClick={editor.redo}
      />
      <Menu
        label="Align and distribute"
        icon={AlignCenter}
        entries={[
          ...(['left', 'centre', 'right', 'top', 'middle', 'bottom'] as const).map((side) => ({
            label: `Align: ${side}`,
            disabled: chosen().length < 2,
            onSelect: () => align(side),
          })),
          {
            label: 'Even gaps across',
            disabled: chosen().length < 3,
            onSelect: () => editor.edit('Distribute', (doc) => distributed(doc, chosen(), 'x')),
          },
          {
            label: 'Even gaps down',
            disabled: chosen().length < 3,
            onSelect: () => editor.edit('Distribute', (doc) => distributed(doc, chosen(), 'y')),
          },
        ]}
      />
      <IconButton icon={Wand} label="Lay it out anew" onClick={() => void layOut(editor)} />
      <IconButton icon={Maximize} label="Show all of it" onClick={editor.fit} />
      <IconButton icon={Grid} label="Snap to the grid" aria-pressed={props.snap} onClick={() => props.onSnap(!props.snap)} />
      <IconButton icon={MapIcon} label="Small map" aria-pressed={props.map} onClick={() => props.onMap(!props.map)} />
      <span class="text-sm text-muted tabular-nums">{Math.round(editor.view().scale * 100)} %</span>
      <Show when={editor.problems().length > 0}>
        <Button size="sm" onClick={() => props.onProblems()}>
          {stops() > 0 ? counted(stops(), 'thing is missing', 'things are missing') : counted(editor.problems().length, 'remark')}
        </Button>
      </Show>
    </>
  )
}

const words = (done: string | undefined): string => (done === undefined ? '' : `: ${done}`)

/** Behind the one node that is selected, linked to it; else where there is room in what is seen. */
function addNode(editor: TeamEditor, kind: TeamNode['kind']): void {
  const look = KIND_LOOKS[kind]
  const after = editor.selectedNode()
  const box = after && editor.boxes().get(after.id)
  const place = box ? { x: box.x + NODE_WIDTH + 80, y: box.y } : freePlace(editor)
  const node = newNode(editor.doc(), kind, look.label, look.version ?? 1, place)
  editor.edit(`Add “${node.name}”`, (doc) => {
    const next = withNode(doc, node)
    return after && !kind.endsWith('Start') ? linked(next, { from: after.id, output: 0, to: node.id, input: 0 }) : next
  })
  editor.select([node.id])
}

function freePlace(editor: TeamEditor): Point {
  const { width, height } = editor.size()
  const { x, y, scale } = editor.view()
  const at = { x: snapped((width / 2 - x) / scale - NODE_WIDTH / 2), y: snapped((height / 2 - y) / scale - 28) }
  const taken = [...editor.boxes().values()]
  while (taken.some((box) => Math.abs(box.x - at.x) < 40 && Math.abs(box.y - at.y) < 40)) at.y += 80
  return at
}
