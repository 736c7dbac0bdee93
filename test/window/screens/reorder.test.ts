// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PersonaCard } from '#contract'
import { type Groups, moveBy, moveTo, moveToEnd, placeOf, SAY, sameOrder } from '../../../src/parts/reorder/model.ts'
import { arrangeCalls, groupsOf, listItems, matches, tagsOf } from '../../../src/screens/personas/arrange.ts'

const groups: Groups = [
  { name: 'Disk', ids: ['a', 'b'] },
  { name: 'Mail', ids: ['c'] },
]
const card = (over: Partial<PersonaCard>): PersonaCard => ({
  id: 'p',
  revision: 1,
  name: 'Name',
  summary: '',
  icon: 'bot',
  colour: 'slate',
  group: '',
  tags: [],
  bodyKind: 'command',
  runsOn: 'node',
  inputHint: '',
  parameters: [],
  archivedAt: null,
  active: true,
  nextFireAt: null,
  order: 0,
  createdAt: 0,
  updatedAt: 0,
  ...over,
})

describe('putting in order', () => {
  it('steps within a group and into the next one', () => {
    expect(moveBy(groups, 'a', 1)[0]?.ids).toEqual(['b', 'a'])
    expect(moveBy(groups, 'b', 1)).toEqual([
      { name: 'Disk', ids: ['a'] },
      { name: 'Mail', ids: ['b', 'c'] },
    ])
    expect(moveBy(groups, 'c', -1)).toEqual([
      { name: 'Disk', ids: ['a', 'b', 'c'] },
      { name: 'Mail', ids: [] },
    ])
    expect(moveBy(groups, 'a', -1)).toBe(groups)
    expect(moveBy(groups, 'c', 1)).toBe(groups)
  })

  it('goes to both ends of its group', () => {
    expect(moveToEnd(groups, 'a', 'last')[0]?.ids).toEqual(['b', 'a'])
    expect(moveToEnd(groups, 'b', 'first')[0]?.ids).toEqual(['b', 'a'])
  })

  it('never loses or doubles anything, and step after step reaches every place', () => {
    const anyGroups = fc
      .uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 })
      .chain((ids) =>
        fc
          .array(fc.nat(2), { minLength: ids.length, maxLength: ids.length })
          .map((to) => [0, 1, 2].map((group) => ({ name: `g${group}`, ids: ids.filter((_, at) => to[at] === group) }))),
      )
    fc.assert(
      fc.property(anyGroups, fc.nat(11), fc.nat(4), fc.integer({ min: -3, max: 14 }), (before, pick, group, index) => {
        const all = before.flatMap((one) => one.ids)
        const id = all[pick % all.length] as string
        const after = moveTo(before, id, { group, index })
        expect(after.flatMap((one) => one.ids).sort()).toEqual([...all].sort())
        let walked = moveTo(before, id, { group: 0, index: 0 })
        // From the very first place, down to the end, and no further.
        for (let step = 0; step < all.length + 3; step++) walked = moveBy(walked, id, 1)
        expect(placeOf(walked, id)).toEqual({ group: 2, index: (walked[2]?.ids.length ?? 0) - 1 })
      }),
    )
  })

  it('says where a thing is', () => {
    expect(SAY.moved('Guardian', groups, 'b')).toBe('Guardian, place 2 of 2 in Disk.')
    expect(SAY.dropped('Guardian', [{ name: '', ids: ['b'] }], 'b')).toBe('Guardian dropped, place 1 of 1.')
  })
})

describe('the list of personas', () => {
  it('groups by heading, in the order of the first persona of each', () => {
    const cards = [
      card({ id: 'x', order: 3, group: 'Mail' }),
      card({ id: 'y', order: 1, group: 'Disk' }),
      card({ id: 'z', order: 2, group: 'Mail' }),
    ]
    expect(groupsOf(cards)).toEqual([
      { name: 'Disk', ids: ['y'] },
      { name: 'Mail', ids: ['z', 'x'] },
    ])
  })

  it('asks for the move into a group first, then for the whole order', () => {
    expect(arrangeCalls(groups, moveBy(groups, 'b', 1), 'b')).toEqual([{ ids: ['b'], group: 'Mail' }, { ids: ['a', 'b', 'c'] }])
    expect(arrangeCalls(groups, moveBy(groups, 'a', 1), 'a')).toEqual([{ ids: ['b', 'a', 'c'] }])
  })

  it('finds every word anywhere, and needs every tag', () => {
    const one = card({ name: 'Disk Guardian', tags: ['local', 'daily'], runsOn: 'ollama/llama' })
    expect(matches(one, { text: 'guard llama', tags: [] })).toBe(true)
    expect(matches(one, { text: 'guard gpt', tags: [] })).toBe(false)
    expect(matches(one, { text: '', tags: ['local', 'daily'] })).toBe(true)
    expect(matches(one, { text: '', tags: ['local', 'weekly'] })).toBe(false)
    expect(tagsOf([one, card({ tags: ['daily'] })])).toEqual([
      { tag: 'daily', count: 2 },
      { tag: 'local', count: 1 },
    ])
  })

  it('shows headings only where there are groups, and none of an empty one', () => {
    expect(listItems(groups, new Set(['a', 'b'])).map((item) => item.key)).toEqual(['g:Disk', 'p:a', 'p:b'])
    expect(listItems([{ name: '', ids: ['a'] }], new Set(['a'])).map((item) => item.key)).toEqual(['p:a'])
  })

  it('knows equal orders', () => {
    expect(sameOrder(groups, moveTo(groups, 'a', { group: 0, index: 0 }))).toBe(true)
    expect(sameOrder(groups, moveBy(groups, 'a', 1))).toBe(false)
  })
})
