/** The canvas's document: differences, history, edits, what is missing. Rules WIN63 and CV. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TeamDocument, teamDocument } from '#contract'
import { aligned, distributed, laidOut } from '../../../src/screens/team/graph/arrange.ts'
import { problemsOf } from '../../../src/screens/team/graph/check.ts'
import { asText, cutOf, ourCut, pasted } from '../../../src/screens/team/graph/clipboard.ts'
import { changed, linked, newNode, pinnedWith, unlinked, withNode, withNote, without } from '../../../src/screens/team/graph/edit.ts'
import { placeAll } from '../../../src/screens/team/graph/geometry.ts'
import { begin, edited, redone, undone } from '../../../src/screens/team/graph/history.ts'
import { linkKey, patchBetween } from '../../../src/screens/team/graph/patch.ts'

const BLANK = teamDocument.parse({ name: 'T' })
const three = (): TeamDocument => {
  let doc = BLANK
  for (const [at, name] of ['A', 'B', 'C'].entries())
    doc = withNode(doc, newNode(doc, 'noOp', name, 1, { x: at * 300 + at * at * 10, y: at * 40 }))
  const [a, b] = doc.nodes
  return linked(doc, { from: a?.id ?? '', output: 0, to: b?.id ?? '', input: 0 })
}
const id = (doc: TeamDocument, name: string) => doc.nodes.find((node) => node.name === name)?.id ?? ''

/** Edits by number; each takes whatever is there. */
const EDITS: readonly ((doc: TeamDocument, n: number) => TeamDocument)[] = [
  (doc, n) => withNode(doc, newNode(doc, 'set', `N${n % 7}`, 3.4, { x: n, y: n })),
  (doc, n) => (doc.nodes.length === 0 ? doc : without(doc, new Set([doc.nodes[n % doc.nodes.length]?.id ?? '']))),
  (doc, n) => (doc.nodes.length === 0 ? doc : changed(doc, doc.nodes[n % doc.nodes.length]?.id ?? '', { notes: `note ${n}` })),
  (doc, n) =>
    doc.nodes.length < 2 ? doc : linked(doc, { from: doc.nodes[0]?.id ?? '', output: n % 3, to: doc.nodes[1]?.id ?? '', input: 0 }),
  (doc, n) => (doc.links.length === 0 ? doc : unlinked(doc, linkKey(doc.links[n % doc.links.length] as TeamDocument['links'][number]))),
  (doc, n) => withNote(doc, { x: n, y: n }),
  (doc, n) => (doc.nodes.length === 0 ? doc : pinnedWith(doc, doc.nodes[0]?.id ?? '', n % 2 === 0 ? [{ json: { n } }] : undefined)),
  (doc, n) => ({ ...doc, name: `T ${n % 3}` }),
  (doc) => ({ ...doc, nodes: [...doc.nodes].reverse() }),
]

describe('history', () => {
  it('[WIN63] whatever was edited: undoing all of it gives the first document, redoing all of it the last', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(EDITS.length - 1), fc.nat(50)), { maxLength: 40 }), (edits) => {
        const first = three()
        let history = begin(first)
        for (const [which, n] of edits) history = edited(history, EDITS[which]?.(history.doc, n) ?? history.doc, 'edit')
        const last = history.doc
        const steps = history.done.length
        for (let n = 0; n < steps; n++) history = undone(history)
        expect(history.doc).toEqual(first)
        for (let n = 0; n < steps; n++) history = redone(history)
        expect(history.doc).toEqual(last)
      }),
    )
  })

  it('[WIN63] one series is one step, and what changes nothing is none', () => {
    const doc = three()
    let history = begin(doc)
    for (const text of ['n', 'no', 'not'])
      history = edited(history, changed(history.doc, id(doc, 'A'), { notes: text }), 'Notes', 'notes A')
    expect([history.done.length, undone(history).doc]).toEqual([1, doc])
    expect(edited(history, { ...history.doc }, 'nothing')).toBe(history)
    expect(patchBetween(doc, JSON.parse(JSON.stringify(doc)) as TeamDocument)).toBeUndefined()
  })
})

describe('edits', () => {
  it('a new name is followed by the expressions that name it', () => {
    const doc = changed(three(), id(three(), ''), {})
    const named = changed(doc, id(doc, 'B'), { parameters: { text: '={{ $(\'A\').item.json.x + $node["A"].json.y }}', other: 'A' } })
    const renamed = changed(named, id(named, 'A'), { name: 'First' })
    expect(renamed.nodes.find(({ name }) => name === 'B')?.parameters).toEqual({
      text: '={{ $(\'First\').item.json.x + $node["First"].json.y }}',
      other: 'A',
    })
  })

  it('what is copied comes back with ids and names of its own, and its links among itself', () => {
    const doc = three()
    const cut = ourCut(asText(cutOf(doc, new Set([id(doc, 'A'), id(doc, 'B')]))))
    if (!cut) throw new Error('the text is none of ours')
    const { doc: next, ids } = pasted(doc, cut, { x: 0, y: 0 })
    expect([next.nodes.map(({ name }) => name), next.links.length, ids.size]).toEqual([['A', 'B', 'C', 'A 2', 'B 2'], 2, 2])
    expect(ourCut('{"nodes": []}')).toBeUndefined()
  })

  it('things are put in line, at even gaps, and laid out along their links', async () => {
    const doc = three()
    const boxes = placeAll(doc, new Map())
    expect(new Set(aligned(doc, [...boxes.values()], 'top').nodes.map(({ position }) => position.y)).size).toBe(1)
    const xs = distributed(doc, [...boxes.values()], 'x').nodes.map(({ position }) => position.x)
    expect((xs[1] ?? 0) - (xs[0] ?? 0)).toBeCloseTo((xs[2] ?? 0) - (xs[1] ?? 0))
    const laid = await laidOut(doc, boxes)
    const at = (name: string) => laid.nodes.find((node) => node.name === name)?.position.x ?? 0
    expect(at('A')).toBeLessThan(at('B'))
  })
})

describe('what is missing', () => {
  const world = { personas: new Map(), teams: new Set<string>(), credentials: new Set<string>() }
  it('is told with the node to jump to; a cycle is one unless a loop or a feedback link bounds it', () => {
    const doc = three()
    const words = problemsOf(doc, world).map(({ message }) => message)
    expect(words).toContain('The team has no start.')
    const [a, b] = [id(doc, 'A'), id(doc, 'B')]
    const cyclic = linked(doc, { from: b, output: 0, to: a, input: 0 })
    const cycles = (one: TeamDocument) => problemsOf(one, world).filter(({ message }) => message.includes('cycle'))
    expect(cycles(cyclic)).toHaveLength(1)
    expect(
      cycles({ ...cyclic, links: cyclic.links.map((link, at) => (at === 1 ? { ...link, role: 'feedback' as const } : link)) }),
    ).toEqual([])
    expect(cycles(changed(cyclic, a, { kind: 'loop' }))).toEqual([])
  })
})
