// @vitest-environment node
import { expect, test } from 'vitest'
import { chordOf, makeMatcher, type Press, worksInText } from '../../src/shell/keys.ts'

const press = (key: string, mods: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...mods,
})

test('mod is Ctrl, and ⌘ on a Mac', () => {
  expect(chordOf(press('k', { ctrlKey: true }), false)).toBe('mod+k')
  expect(chordOf(press('k', { metaKey: true }), true)).toBe('mod+k')
  expect(chordOf(press('k', { ctrlKey: true }), true)).toBe('k')
})

test('a sign is itself, however it is typed; with mod, shift counts', () => {
  expect(chordOf(press('?', { shiftKey: true }), false)).toBe('?')
  expect(chordOf(press('P', { ctrlKey: true, shiftKey: true }), false)).toBe('mod+shift+p')
  expect(chordOf(press('ArrowUp', { altKey: true }), false)).toBe('alt+up')
})

const shortcuts = ['mod+k', '?', 'g p', 'g r']

test('one after the other', () => {
  const matcher = makeMatcher(false)
  expect(matcher.press(press('g'), shortcuts, 0)).toBeUndefined()
  expect(matcher.press(press('r'), shortcuts, 500)).toBe('g r')
  expect(matcher.press(press('r'), shortcuts, 600)).toBeUndefined()
})

test('too late, or something else between, is no sequence', () => {
  const matcher = makeMatcher(false)
  matcher.press(press('g'), shortcuts, 0)
  expect(matcher.press(press('r'), shortcuts, 5000)).toBeUndefined()
  matcher.press(press('g'), shortcuts, 6000)
  matcher.press(press('x'), shortcuts, 6100)
  expect(matcher.press(press('r'), shortcuts, 6200)).toBeUndefined()
})

test('a modifier by itself neither matches nor ends a sequence', () => {
  const matcher = makeMatcher(false)
  matcher.press(press('g'), shortcuts, 0)
  expect(matcher.press(press('Shift', { shiftKey: true }), shortcuts, 50)).toBeUndefined()
  expect(matcher.press(press('p'), shortcuts, 100)).toBe('g p')
})

test('while a text is edited only chords with a modifier work', () => {
  expect(shortcuts.filter(worksInText)).toEqual(['mod+k'])
})
