import { describe, expect, it } from 'vitest'
import type { PersonaCard } from '#contract'
import { readModel } from '../../../extensions/engine/cli/commands/persona-change.ts'
import { readSince } from '../../../extensions/engine/cli/commands/runs.ts'
import { failureOf } from '../../../extensions/engine/cli/failure.ts'
import { choosePersona, distance } from '../../../extensions/engine/cli/find.ts'
import { table } from '../../../extensions/engine/cli/show/table.ts'
import { cost, duration, nextStart, tokens, usd } from '../../../extensions/engine/cli/show/words.ts'
import { wrap } from '../../../extensions/engine/cli/show/wrap.ts'

const plain = (text: string) => text
const card = (id: string, name: string) => ({ id, name }) as PersonaCard

describe('words and tables', () => {
  it('[CLI80] a table fits the terminal by its one giving column, and knows wide signs', async () => {
    const columns = [{ title: 'Name' }, { title: 'What', gives: true }, { title: 'N', align: 'right' as const }]
    const rows = [
      ['日本語', 'a text that is far too long for this terminal', '5'],
      ['abc', 'short', '1000'],
    ]
    expect(await table(columns, rows, { width: 34, dim: plain })).toBe(
      'Name    What                     N\n日本語  a text that is far …     5\nabc     short                 1000\n',
    )
    expect(await table(columns, rows, { width: undefined, dim: plain })).toContain('a text that is far too long for this terminal')
    expect(await table(columns, rows, { width: 20, dim: plain })).toBe('Name       N\n日本語     5\nabc     1000\n')
    const many = Array.from({ length: 200_000 }, (_, row) => [String(row), '', ''])
    expect((await table(columns, many, { width: 80, dim: plain })).split('\n')).toHaveLength(200_002)
    expect(await table(columns, [], { width: 80, dim: plain })).toBe('')
  })

  it('[CLI81] signs that steer a terminal do not reach it', async () => {
    expect(await table([{ title: 'Name' }], [['a\u001b[31mb\nc\u202ed']], { width: 80, dim: plain })).toBe('Name\na\ufffd[31mb c\ufffdd\n')
  })

  it('[CLI82] an exact id or name comes before a beginning', () => {
    const cards = [card('per_1', 'Disk'), card('per_2', 'Disk guardian'), card('Disk guardian', 'Other')]
    expect(choosePersona(cards, 'disk').id).toBe('per_1')
    expect(choosePersona(cards, 'Disk guardian').id).toBe('Disk guardian')
    expect(choosePersona(cards, 'disk_g').id).toBe('per_2')
    expect(() => choosePersona(cards, '')).toThrow('There is no persona ""')
    expect(distance('kitten', 'sitting')).toBe(3)
  })

  it('[CLI83] since understands spans, today and dates of here', () => {
    const now = new Date(2026, 10, 21, 12, 30).getTime()
    expect(now - readSince('90m', now)).toBe(90 * 60_000)
    expect(readSince('today', now)).toBe(new Date(2026, 10, 21).getTime())
    expect(readSince('2026-11-20', now)).toBe(new Date(2026, 10, 20).getTime())
    expect(readSince('2026-11-20T10:00Z', now)).toBe(Date.UTC(2026, 10, 20, 10))
    expect(() => readSince('9999', now)).not.toThrow()
    expect(() => readSince('soon', now)).toThrow('--since expects')
  })

  it('[CLI30] the next start is a moment of here, or by hand', () => {
    expect(nextStart(new Date(2026, 10, 25, 16, 5).getTime())).toBe('2026-11-25 16:05:00')
    expect(nextStart(0)).not.toBe('By hand')
    expect(nextStart(null)).toBe('By hand')
  })

  it('[CLI84] unknown costs are never shown as nothing', () => {
    expect(cost({ bodyKind: 'model', costUsd: null, costKnown: false })).toBe('unknown')
    expect(cost({ bodyKind: 'command', costUsd: 0, costKnown: true })).toBe('')
    expect([usd(0), usd(0.00123), usd(1.5)]).toEqual(['$0', '$0.0012', '$1.50'])
    expect([duration(412), duration(59_600), duration(200_000), duration(7_500_000)]).toEqual(['0.4 s', '1 min', '3 min 20 s', '2 h 5 min'])
  })

  it('[CLI84] tokens that were not reported are left out', () => {
    expect(tokens(null)).toBe('')
    expect(tokens({ input: 22_200, output: 480, cachedInput: 0, reasoning: null })).toBe('22,200 tokens in, 480 out')
    expect(tokens({ input: null, output: 5, cachedInput: null, reasoning: 2 })).toBe('5 tokens out, 2 reasoning')
  })

  it('[CLI85] a model is provider/model, and the model may have slashes of its own', () => {
    expect(readModel('lmstudio/org/model-7b')).toEqual({ provider: 'lmstudio', model: 'org/model-7b' })
    for (const wrong of ['', '/', 'a/', '/b', 'alone']) expect(() => readModel(wrong)).toThrow('provider/model')
  })

  it('[CLI86] text is broken between words, and what comes after hangs under it', () => {
    expect(wrap('- one two three four five', 20)).toBe('- one two three four\n  five')
    expect(wrap('aaaa bbbb cccc dddd eeee ffff', 30, 8)).toBe('aaaa bbbb cccc dddd\n        eeee ffff')
    expect(wrap('x'.repeat(50), 20)).toBe('x'.repeat(50))
    expect(wrap('a b', undefined)).toBe('a b')
  })

  it.each([
    ['NOT_FOUND', 2],
    ['INVALID', 2],
    ['TOO_LARGE', 2],
    ['CONFLICT', 4],
    ['WRONG_STATE', 4],
    ['FULL', 4],
    ['REFUSED', 4],
    ['FORBIDDEN', 4],
    ['UNAUTHORISED', 4],
    ['SEALED', 4],
    ['REAUTHENTICATE', 4],
    ['STOPPING', 3],
    ['CANCELLED', 130],
    ['UNREACHABLE', 1],
    ['DISK', 1],
    ['INTERNAL', 1],
    ['SOMETHING_NEW', 1],
  ])('[CLI87] the engine’s %s ends with %i', (code, exit) => {
    expect(failureOf({ code, message: 'm', data: { hint: 'h' } }).exit).toBe(exit)
  })
})
