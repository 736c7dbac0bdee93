// @vitest-environment node
import { expect, test } from 'vitest'
import { bytes, counted, duration, money, spent, timeAgo, tokens } from '../../src/look/format.ts'

test('[WIN1] an unknown cost is "unknown", never zero', () => {
  expect(money(null)).toBe('unknown')
  expect(money(0.5, false)).toBe('unknown')
  expect(money(null, true)).toBe('unknown')
  expect(money(0)).toBe('$0')
})

test.each([
  [0.00004, '<$0.0001'],
  [0.0042, '$0.0042'],
  [0.25, '$0.250'],
  [1.5, '$1.50'],
  [1234.5, '$1,234.50'],
])('money of %d is %s', (usd, text) => expect(money(usd)).toBe(text))

test('[WIN1] a sum says how many costs are not in it', () => {
  expect(spent(1.2, 0)).toBe('$1.20')
  expect(spent(1.2, 3)).toBe('$1.20 + 3 unknown')
  expect(spent(0, 3)).toBe('3 unknown')
})

test.each([
  [null, 'unknown'],
  [0, '0'],
  [9999, '9,999'],
  [18_200, '18.2k'],
  [99_960, '100k'],
  [999_499, '999k'],
  [999_500, '1M'],
  [1_240_000, '1.24M'],
])('%s tokens are %s', (n, text) => expect(tokens(n)).toBe(text))

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1024, '1 kB'],
  [4300, '4.2 kB'],
  [1_048_575, '1 MB'],
  [19_000_000, '18 MB'],
])('%d bytes are %s', (n, text) => expect(bytes(n)).toBe(text))

test.each([
  [-5, '0 ms'],
  [320, '320 ms'],
  [999.6, '1 s'],
  [4200, '4.2 s'],
  [59_949, '60 s'],
  [59_950, '1 m 00 s'],
  [65_000, '1 m 05 s'],
  [7_380_000, '2 h 03 m'],
  [273_600_000, '3 d 4 h'],
])('%d ms last %s', (ms, text) => expect(duration(ms)).toBe(text))

test('time ago grows from words to the day itself', () => {
  const now = Date.UTC(2026, 10, 21, 12)
  expect(timeAgo(now - 2000, now)).toBe('just now')
  expect(timeAgo(now - 42_000, now)).toBe('42 s ago')
  expect(timeAgo(now - 3_540_000, now)).toBe('59 min ago')
  expect(timeAgo(now - 86_400_000, now)).toBe('1 d ago')
  expect(timeAgo(now - 9 * 86_400_000, now)).toBe('12 Nov 2026')
})

test('one and many', () => {
  expect(counted(1, 'run')).toBe('1 run')
  expect(counted(2000, 'run')).toBe('2,000 runs')
})
