import { afterEach, describe, expect, test } from 'vitest'
import type { RunLending, RunPorts } from '../../../extensions/engine/run/mod.ts'
import { closeBenches, openBench, until } from './bench.ts'

afterEach(closeBenches)

const lease = { lent: null, notices: [], key: async () => null, sends: async () => undefined, end: async () => undefined }

/** What lends, sealed until told otherwise. */
function lender() {
  const state = { open: false, asked: 0 }
  const lending: RunLending = {
    isOpen: () => state.open,
    async borrow() {
      state.asked++
      return state.open ? { kind: 'lent', lease } : { kind: 'sealed', message: 'It needs shop, and the vault is sealed.' }
    },
  }
  return { state, ports: (ports: RunPorts): RunPorts => ({ ...ports, lending }) }
}

const doc = { name: 'Needy', body: { kind: 'command' as const, program: process.execPath, args: ['-e', 'console.log(1)'] } }

describe('[RUN80] a run that needs a secret while the vault is sealed', () => {
  test('is parked with its reason, holds no slot, and goes on when it is unlocked', async () => {
    const { state, ports } = lender()
    const bench = await openBench({ ports, settings: { maxRuns: 1, maxQueued: 10, runThreads: 1 } })
    const persona = bench.persona(doc)
    const { id } = await bench.start(persona)
    const parked = await until(async () => {
      const { run } = await bench.runs.get(id)
      return run.state === 'parked' ? run : undefined
    })
    expect(parked).toMatchObject({
      state: 'parked',
      reason: { code: 'sealed', message: 'It needs shop, and the vault is sealed.' },
      startedAt: null,
    })
    expect(bench.runs.counts()).toMatchObject({ running: 0, queued: 0 })
    const second = await bench.start(persona)
    await until(async () => ((await bench.runs.get(second.id)).run.state === 'parked' ? true : undefined))
    const events = bench.events(id)
    state.open = true
    await bench.runs.unlocked()
    expect(await bench.ended(id)).toMatchObject({ state: 'succeeded' })
    expect(await bench.ended(second.id)).toMatchObject({ state: 'succeeded' })
    const seen = await events
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_event, index) => index + 1))
    expect(seen.flatMap((event) => (event.kind === 'state' ? [event.state] : []))).toEqual([
      'queued',
      'running',
      'parked',
      'queued',
      'running',
      'succeeded',
    ])
  })

  test('[RUN81] stays parked over a restart, with its numbers, and goes on then', async () => {
    const first = lender()
    const before = await openBench({ ports: first.ports })
    const { id } = await before.start(before.persona(doc))
    await until(async () => ((await before.runs.get(id)).run.state === 'parked' ? true : undefined))
    await before.runs.stop()
    await before.store.stop()
    const second = lender()
    const after = await openBench({ ports: second.ports, copyOf: before.folder })
    after.persona(doc)
    const { run } = await after.runs.get(id)
    expect(run).toMatchObject({ state: 'parked', reason: { code: 'sealed' }, lastSeq: 3 })
    await after.runs.unlocked()
    await until(() => (second.state.asked > 0 ? true : undefined))
    await until(async () => ((await after.runs.get(id)).run.state === 'parked' ? true : undefined))
    second.state.open = true
    await after.runs.unlocked()
    expect(await after.ended(id)).toMatchObject({ state: 'succeeded' })
    const seen = await after.events(id)
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_event, index) => index + 1))
    expect(seen.flatMap((event) => (event.kind === 'state' ? [event.state] : []))).toEqual([
      'queued',
      'running',
      'parked',
      'queued',
      'running',
      'parked',
      'queued',
      'running',
      'succeeded',
    ])
  })

  test('[RUN82] can be cancelled, also after a restart', async () => {
    const { ports } = lender()
    const before = await openBench({ ports })
    const persona = before.persona(doc)
    const ids = [(await before.start(persona)).id, (await before.start(persona)).id] as const
    for (const id of ids) await until(async () => ((await before.runs.get(id)).run.state === 'parked' ? true : undefined))
    await before.runs.cancel(ids[0])
    expect(await before.ended(ids[0])).toMatchObject({ state: 'cancelled', reason: { code: 'person' } })
    await before.runs.stop()
    await before.store.stop()
    const after = await openBench({ ports: lender().ports, copyOf: before.folder })
    await after.runs.cancel(ids[1])
    expect(await after.ended(ids[1])).toMatchObject({ state: 'cancelled', reason: { code: 'person' } })
  })
})

describe('[RUN83] a lease', () => {
  test('is ended when its run has, however that went; what cannot be lent fails the run with the reason', async () => {
    const ended: string[] = []
    const bench = await openBench({
      ports: (ports) => ({
        ...ports,
        lending: {
          isOpen: () => true,
          borrow: async ({ run, credentials }) =>
            credentials.includes('gone')
              ? { kind: 'refused', message: 'There is no credential "gone".' }
              : {
                  kind: 'lent',
                  lease: {
                    ...lease,
                    lent: { env: { SHOP_TOKEN: 'lent-value-1' }, credentials: [] },
                    end: async () => void ended.push(run.id),
                  },
                },
        },
      }),
    })
    const show = (script: string) =>
      bench.persona({ name: 'Shows', body: { kind: 'command', program: process.execPath, args: ['-e', script] } })
    const good = await bench.ended((await bench.start(show('console.log(process.env.SHOP_TOKEN)'))).id)
    expect(good).toMatchObject({ state: 'succeeded', resultPreview: 'lent-value-1\n' })
    const bad = await bench.ended((await bench.start(show('process.exit(3)'))).id)
    expect(ended).toEqual([good.id, bad.id])
    const refused = await bench.ended((await bench.start(show(''), { credentials: ['gone'] })).id)
    expect(refused).toMatchObject({ state: 'failed', reason: { code: 'credential', message: 'There is no credential "gone".' } })
  })
})
