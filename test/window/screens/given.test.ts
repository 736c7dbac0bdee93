// @vitest-environment node
import { expect, it } from 'vitest'
import { LIMITS, type ProviderRow, personaDoc } from '#contract'
import { withModel } from '../../../src/screens/first-run/with-model.ts'
import { type Given, withGiven } from '../../../src/screens/run/last-given.ts'

const given = (input: string) => ({ input, params: {} })

it('what personas were given is kept for the last fifty of them', () => {
  let all: Given = []
  for (let n = 0; n < 60; n++) all = withGiven(all, `p${n}`, given(String(n)))
  all = withGiven(all, 'p10', given('again'))
  expect(all.length).toBe(50)
  expect(all.at(0)?.[0]).toBe('p11')
  expect(all.at(-1)).toEqual(['p10', given('again')])
})

it('what personas were given fits into one remembered value, and a long input is not kept', () => {
  let all: Given = withGiven([], 'first', given('kept'))
  for (let n = 0; n < 9; n++) all = withGiven(all, `p${n}`, given('"'.repeat(9000)))
  expect(JSON.stringify(all).length).toBeLessThanOrEqual(LIMITS.memoryValueChars)
  expect(all.length).toBe(3)
  expect(withGiven(all, 'long', given('x'.repeat(20_001)))).toBe(all)
})

it('a template gets the model of the first provider that can call tools, else the first that was found', () => {
  const doc = personaDoc.parse({ name: 'A', body: { kind: 'model' } })
  const row = (id: string, calls: 'yes' | 'no' | 'unknown', triedModel: string | null, models: string[] = []) =>
    ({
      doc: { id },
      probe: { triedModel, models: models.map((one) => ({ id: one })), callsTools: { outcome: calls } },
    }) as unknown as ProviderRow
  const models = (...rows: ProviderRow[]) => (withModel(doc, rows).body as { models: unknown }).models
  expect(models(row('a', 'no', 'small'), row('b', 'yes', 'large'))).toEqual([{ provider: 'b', model: 'large' }])
  expect(models(row('a', 'unknown', null, ['listed']), row('b', 'no', 'small'))).toEqual([{ provider: 'a', model: 'listed' }])
  expect(models(row('a', 'yes', null))).toEqual([])
  const command = personaDoc.parse({ name: 'A', body: { kind: 'command', program: 'df' } })
  expect(withModel(command, [row('a', 'yes', 'm')])).toBe(command)
})
