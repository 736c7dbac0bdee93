/** One team under the pen: its document with history, what is selected, what is seen, what is wrong with it, and what a run shows on it. */
import { createMemo, createSignal } from 'solid-js'
import type { TeamDocument, TeamRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { createAttempt } from '../../parts/mod.ts'
import { credentials, personas, teams } from '../../state/mod.ts'
import type { Face } from './board/face.ts'
import { KIND_LOOKS } from './board/kinds.ts'
import { type Problem, problemsOf } from './graph/check.ts'
import { type Placed, placeAll } from './graph/geometry.ts'
import { begin, edited, type History, redone, undone } from './graph/history.ts'
import { patchBetween } from './graph/patch.ts'
import { createLooking } from './looking.ts'
import type { RunOverlay } from './run/overlay.ts'

export type TeamEditor = ReturnType<typeof createTeamEditor>

export function createTeamEditor(first: TeamRow, overlay: () => RunOverlay | undefined) {
  const [row, setRow] = createSignal(first)
  const [history, setHistory] = createSignal<History>(begin(first.doc))
  const doc = () => history().doc
  const edit = (words: string, change: (doc: TeamDocument) => TeamDocument, series?: string) =>
    setHistory((now) => edited(now, change(now.doc), words, series))
  const [selection, setSelection] = createSignal<ReadonlySet<string>>(new Set<string>())
  const [selectedLink, setSelectedLink] = createSignal<string>()

  const boxes = createMemo<ReadonlyMap<string, Placed>>((before) => placeAll(doc(), before), new Map())
  const problems = createMemo(() => problemsOf(doc(), knownWorld()))
  const worst = createMemo(() => worstByNode(problems()))
  const dirty = createMemo(() => patchBetween(row().doc, doc()) !== undefined)
  const saving = createAttempt()

  const select = (ids: Iterable<string>) => {
    setSelection(new Set(ids))
    setSelectedLink(undefined)
  }
  const looking = createLooking(doc, boxes, select)
  return {
    row,
    doc,
    history,
    edit,
    undo: () => setHistory(undone),
    redo: () => setHistory(redone),
    boxes,
    problems,
    dirty,
    saving,
    selection,
    select,
    selectedLink,
    selectLink: (key: string | undefined) => {
      setSelection(new Set<string>())
      setSelectedLink(key)
    },
    /** The one node that is selected, if it is exactly one. */
    selectedNode: () => {
      const [id, ...more] = selection()
      return id === undefined || more.length > 0 ? undefined : doc().nodes.find((node) => node.id === id)
    },
    ...looking,
    faceOf: (id: string): Face =>
      faceOf(boxes().get(id), {
        selected: selection().has(id),
        problem: worst().get(id),
        live: overlay()?.nodes.get(id),
        pinned: doc().pinned[id] !== undefined,
      }),
    save: (message: string) =>
      saving.run(async () => {
        const answer = await engine.team.save({ id: row().id, doc: doc(), baseRevision: row().revision, message })
        setRow({ ...answer.team, doc: answer.saved ? doc() : answer.team.doc })
      }),
    /** Takes another document in the place of this one, as an edit that can be undone. */
    take: (next: TeamRow) => {
      setRow(next)
      setHistory((now) => edited(now, next.doc, `Revision ${next.revision}`))
    },
    setRow,
  }
}

function knownWorld() {
  return {
    personas: new Map((personas.value() ?? []).map(({ id, name, active }) => [id, { name, active }])),
    teams: new Set((teams.value() ?? []).map(({ id }) => id)),
    credentials: new Set((credentials.value() ?? []).map(({ name }) => name)),
  }
}

function worstByNode(problems: readonly Problem[]): ReadonlyMap<string, Problem['weight']> {
  const worst = new Map<string, Problem['weight']>()
  for (const { node, weight } of problems) if (node !== undefined && worst.get(node) !== 'stops') worst.set(node, weight)
  return worst
}

const NOWHERE: Face = {
  title: '',
  kind: 'noOp',
  sign: '',
  family: 'other',
  subtitle: '',
  disabled: false,
  pinned: false,
  problem: undefined,
  selected: false,
  inputs: 0,
  outputs: [],
  live: undefined,
}

function faceOf(box: Placed | undefined, more: Pick<Face, 'selected' | 'problem' | 'live' | 'pinned'>): Face {
  if (box === undefined) return NOWHERE
  const { node, inputs, outputs } = box
  const look = KIND_LOOKS[node.kind]
  const role = node.role === undefined ? '' : ` · ${node.role}`
  return {
    title: node.name,
    kind: node.kind,
    sign: look.sign,
    family: look.family,
    subtitle: node.disabled
      ? 'off'
      : `${node.kind === 'placeholder' ? (node.origin?.type.split('.').at(-1) ?? look.label) : look.label}${role}`,
    disabled: node.disabled,
    inputs,
    outputs,
    ...more,
  }
}
