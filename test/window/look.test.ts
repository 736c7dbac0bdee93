// @vitest-environment node
/** Measures the tokens as they are written, so that a colour that cannot be read does not come in. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { COLOURS } from '../../extensions/engine/contract/plain.ts'

const css = readFileSync(new URL('../../src/look/tokens.css', import.meta.url), 'utf8')

type Theme = 0 | 1
function tokensIn(block: string): Map<string, readonly [string, string]> {
  return new Map([...block.matchAll(/(--[\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map((m) => [m[1]!, [m[2]!, m[3]!] as const]))
}
const normal = tokensIn(css.slice(0, css.indexOf("[data-contrast='high']")))
const high = new Map([...normal, ...tokensIn(css.slice(css.indexOf("[data-contrast='high']")))])

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}
function pair(tokens: typeof normal, ink: string, ground: string, theme: Theme): number {
  return contrast(tokens.get(ink)![theme], tokens.get(ground)![theme])
}

const GROUNDS = ['--ground', '--sunken', '--surface', '--raised', '--hover', '--pressed']
const TONES = ['accent', 'ok', 'warn', 'bad']

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('[WIN2] %s', (_name, theme) => {
  test.each(['--text', '--muted'].flatMap((ink) => GROUNDS.map((ground) => [ink, ground] as const)))(
    '%s on %s is readable (4.5)',
    (ink, ground) => {
      expect(pair(normal, ink, ground, theme)).toBeGreaterThanOrEqual(4.5)
    },
  )
  test.each(TONES)('%s: its ink is readable on its soft ground and on the surfaces', (tone) => {
    for (const ground of [`--${tone}-soft`, '--ground', '--sunken', '--surface', '--raised']) {
      expect(pair(normal, `--${tone}-ink`, ground, theme)).toBeGreaterThanOrEqual(4.5)
    }
    expect(pair(normal, '--text', `--${tone}-soft`, theme)).toBeGreaterThanOrEqual(4.5)
  })
  test.each([...COLOURS])('persona colour %s is readable on its own ground and on the surface', (colour) => {
    expect(pair(normal, `--p-${colour}-ink`, `--p-${colour}-soft`, theme)).toBeGreaterThanOrEqual(4.5)
    expect(pair(normal, `--p-${colour}-ink`, '--surface', theme)).toBeGreaterThanOrEqual(4.5)
  })
  test('the main button is readable, and the edge of a control and the focus can be seen (3)', () => {
    expect(pair(normal, '--on-ink', '--ink', theme)).toBeGreaterThanOrEqual(4.5)
    expect(pair(normal, '--on-ink', '--ink-hover', theme)).toBeGreaterThanOrEqual(4.5)
    for (const ground of ['--ground', '--surface', '--raised']) {
      expect(pair(normal, '--control-line', ground, theme)).toBeGreaterThanOrEqual(3)
      expect(pair(normal, '--accent', ground, theme)).toBeGreaterThanOrEqual(3)
    }
  })
  test('high contrast: text has 7 at least on every ground', () => {
    for (const ground of ['--ground', '--sunken', '--surface', '--raised'])
      for (const ink of ['--text', '--muted', '--ok-ink', '--warn-ink', '--bad-ink', '--accent-ink'])
        expect(pair(high, ink, ground, theme)).toBeGreaterThanOrEqual(7)
  })
})
