import { describe, expect, it } from 'vitest'
import { amountOf } from '../../../extensions/engine/cli/commands/budget.ts'
import { newPlace } from './troupe.ts'

const place = newPlace()

describe('budgets, rules, the inbox and health from the command line', () => {
  it('amounts are read as people write them', () => {
    expect(['$5', '0.5 usd', '200k tokens', '50 requests', '1 call', '90s', '10m', '2h'].map(amountOf)).toEqual([
      { amount: 5, unit: 'usd' },
      { amount: 0.5, unit: 'usd' },
      { amount: 200_000, unit: 'tokens' },
      { amount: 50, unit: 'requests' },
      { amount: 1, unit: 'requests' },
      { amount: 90_000, unit: 'ms' },
      { amount: 600_000, unit: 'ms' },
      { amount: 7_200_000, unit: 'ms' },
    ])
    for (const wrong of ['5', 'much', '$', '-1 usd', '5 euros']) expect(() => amountOf(wrong)).toThrow(/is no amount/)
  })

  it('a limit and a rule are set, shown, and taken away again; what is wrong says what to do', async () => {
    const set = await place.troupe(['budget', 'set', '$5', '--per', 'day', '--json'])
    expect([set.code, JSON.parse(set.out)]).toMatchObject([0, { amount: 5, unit: 'usd', span: 'day' }])
    expect((await place.troupe(['budget'])).out).toMatch(/everything, a day.*\$0.*\$5/)
    expect((await place.troupe(['budget', 'remove', JSON.parse(set.out).id])).code).toBe(0)
    const rule = await place.troupe(['rule', 'add', 'deny', 'run_command(rm *)', '--note', 'Never.', '--json'])
    expect(rule.code).toBe(0)
    const tested = await place.troupe(['rule', 'test', 'run_command', '{"program":"rm","args":["-r","x"]}'])
    expect([tested.code, tested.out]).toEqual([4, 'deny: run_command rm -r x\nrun_command(rm *) fits.\n'])
    expect((await place.troupe(['rule'])).out).toContain('run_command(rm *)')
    expect((await place.troupe(['rule', 'revoke', JSON.parse(rule.out).id])).code).toBe(0)
    const wide = await place.troupe(['rule', 'add', 'allow', 'http_request(GET https://example.org*)'])
    expect([wide.code, wide.err]).toEqual([2, expect.stringContaining('only begin like this one')])
  })

  it('nothing waits, and all is well', async () => {
    expect(await place.troupe(['inbox'])).toMatchObject({ code: 0, out: 'Nothing waits for you.\n' })
    expect(await place.troupe(['inbox', 'approve', '1'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Nothing that waits is called "1"'),
    })
    expect(await place.troupe(['health'])).toMatchObject({ code: 0, out: expect.stringContaining('0 healed, 0 given up') })
    const refused = await place.troupe(['health', 'leave-safe-mode'])
    expect([refused.code, refused.err]).toEqual([4, expect.stringContaining('not in safe mode')])
  })
})
