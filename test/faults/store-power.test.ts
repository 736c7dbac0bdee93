/**
 * Power cuts on a simulated disk. SLOW=1 runs 60 histories of 300 crashes; otherwise a few short ones, with other seeds than before
 * only when SEED is given. The last tests take a sync out and must then find a loss: a harness that cannot fail proves nothing.
 */
import { describe, expect, test } from 'vitest'
import { runHistory } from './store-history.ts'

const [trials, crashes] = process.env.SLOW ? [60, 300] : [6, 60]
const first = Number(process.env.SEED ?? 1)

describe('power cuts', () => {
  test(`[SD1] ${trials} histories of ${crashes} crashes lose nothing that was acknowledged and tear nothing`, {
    timeout: 3_600_000,
  }, async () => {
    for (let seed = first; seed < first + trials; seed++) expect(await runHistory({ seed, crashes })).toBeNull()
  })

  test('[SD1] the same histories find the loss when files are not synced', async () => {
    const findings = []
    for (let seed = 1; seed <= 5; seed++) {
      findings.push(await runHistory({ seed, crashes: 60, prepare: (disk) => Object.assign(disk, { syncDoesNothing: true }) }))
    }
    expect(findings.filter((finding) => finding !== null).length).toBe(5)
  })

  test('[SD1] the same histories find the loss when the folder is not synced', async () => {
    const findings = []
    for (let seed = 1; seed <= 5; seed++) {
      findings.push(await runHistory({ seed, crashes: 60, prepare: (disk) => Object.assign(disk, { folderSyncDoesNothing: true }) }))
    }
    expect(findings.filter((finding) => finding !== null).length).toBe(5)
  })
})
