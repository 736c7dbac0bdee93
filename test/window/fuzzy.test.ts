// @vitest-environment node
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fuzzy, rank } from '../../src/shell/fuzzy.ts'

const titles = ['Run Disk guardian', 'Edit Disk guardian', 'Settings: Data', 'Personas', 'Runs', 'Run Downloads sorter', 'Dark theme']
const found = (query: string) =>
  rank(
    query,
    titles,
    (title) => title,
    () => '',
  ).map((one) => one.item)

test('starts of words are found first', () => {
  expect(found('rdg')[0]).toBe('Run Disk guardian')
  expect(found('rds')[0]).toBe('Run Downloads sorter')
  expect(found('sd')[0]).toBe('Settings: Data')
})

test('the shorter of two that fit alike comes first', () => {
  expect(found('run')[0]).toBe('Runs')
})

test('what does not fit is not there', () => {
  expect(found('xyz')).toEqual([])
  expect(fuzzy('gr', 'rg')).toBeUndefined()
})

test('other words find it too, behind the titles', () => {
  const list = [
    { title: 'Appearance', words: 'theme dark' },
    { title: 'Dark', words: '' },
  ]
  const order = rank(
    'dark',
    list,
    (one) => one.title,
    (one) => one.words,
  ).map((one) => one.item.title)
  expect(order).toEqual(['Dark', 'Appearance'])
})

test('an empty query keeps everything in its order', () => {
  expect(found('')).toEqual(titles)
})

test('[WIN3] a match names ascending places that spell the query, and there is one whenever the letters stand in order', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 6 }), (text, query) => {
      const letters = [...query.toLowerCase()].filter((sign) => sign.trim() !== '')
      const low = text.toLowerCase()
      let at = -1
      const inOrder = letters.every((sign) => {
        at = low.indexOf(sign, at + 1)
        return at !== -1
      })
      const match = fuzzy(query, text)
      expect(match !== undefined).toBe(inOrder)
      if (!match) return
      expect(match.places.map((place) => low[place])).toEqual(letters)
      for (let i = 1; i < match.places.length; i++) expect(match.places[i]).toBeGreaterThan(match.places[i - 1]!)
    }),
  )
})
