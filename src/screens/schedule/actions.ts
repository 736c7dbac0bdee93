/** What a person does to one schedule from the calendar. */
import type { TriggerRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { clockTime } from '../../look/format.ts'
import { toast, tryOrToast } from '../../parts/mod.ts'

export const runTrigger = (id: string, name: string, afterMinutes = 0) =>
  tryOrToast(`${name} could not be run`, async () => {
    const made = await engine.trigger.fire({ id, afterMs: afterMinutes * 60_000 })
    if (afterMinutes > 0) toast.ok(`${name} runs at ${clockTime(made.due)}`)
    else toast.ok(made.runId === null && made.whyText ? `${name}: ${made.whyText}` : `${name} was started`)
  })

export const skipNext = (id: string, name: string) =>
  tryOrToast('It could not be skipped', async () => {
    const row = await engine.trigger.skipNext({ id })
    toast.info(`${name} leaves out ${row.skipUntil === null ? 'its next time' : clockTime(row.skipUntil)}`)
  })

export const turn = (row: TriggerRow, enabled: boolean) =>
  tryOrToast(`${row.doc.name} could not be ${enabled ? 'resumed' : 'paused'}`, () => engine.trigger.enable({ id: row.id, enabled }))
