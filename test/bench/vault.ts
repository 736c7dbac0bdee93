/** The vault: a passphrase worked on in its thread beside Node's own PBKDF2, how long the main thread stood still meanwhile, and values sealed and opened. */
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { systemChance } from '#core/node'
import { keyThread } from '../../extensions/engine/vault/seal/derive-key.ts'
import { openField, sealField } from '../../extensions/engine/vault/seal/field.ts'
import { keySet } from '../../extensions/engine/vault/seal/keys.ts'
import { type Figure, median } from './figures.ts'

const ROUNDS = 600_000
const TIMES = 5
const FIELDS = 10_000

const LOOK_MS = 2

/** How late the main thread came to a timer of 2 ms, at worst, while `act` runs. A loop that looks without a pause would take a core for itself, and measure that. */
async function longestStallMs(act: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last - LOOK_MS)
    last = now
  }, LOOK_MS)
  await act()
  clearInterval(timer)
  return longest
}

export async function vaultFigures(threadUrl = new URL('../../dist/engine/vault.key-thread.js', import.meta.url)): Promise<Figure[]> {
  const derive = keyThread(threadUrl)
  const salt = randomBytes(32)
  const ours: number[] = []
  const node: number[] = []
  const stalls: number[] = []
  const idle: number[] = []
  for (let n = 0; n < TIMES; n += 1) {
    const direct = performance.now()
    pbkdf2Sync('a passphrase of the bench', salt, ROUNDS, 32, 'sha256')
    node.push(performance.now() - direct)
    const begun = performance.now()
    const passphrase = new TextEncoder().encode('a passphrase of the bench')
    stalls.push(await longestStallMs(() => derive({ passphrase, salt, rounds: ROUNDS }, () => undefined)))
    const took = performance.now() - begun
    ours.push(took)
    // What this machine does to a process that only waits, for just as long.
    idle.push(await longestStallMs(() => new Promise((resolve) => setTimeout(resolve, took))))
  }
  const keys = keySet(randomBytes(32), 'vault_bench')
  const plain = randomBytes(64)
  const both: number[] = []
  for (let n = 0; n < TIMES; n += 1) {
    const begun = performance.now()
    for (let field = 0; field < FIELDS; field += 1) {
      const place = { credentialId: 'cred_bench', field: String(field) }
      openField([keys], place, sealField(systemChance, keys, place, plain))
    }
    both.push(performance.now() - begun)
  }
  return [
    { name: 'unlock by passphrase, in its thread', value: median(ours), unit: 'ms', peer: { name: 'node:crypto', value: median(node) } },
    { name: 'main thread’s longest stall meanwhile', value: median(stalls), unit: 'ms', peer: { name: 'idle', value: median(idle) } },
    { name: 'of that stall, more than the idle process had', value: Math.max(0, median(stalls) - median(idle)), unit: 'ms' },
    { name: 'seal and open 10,000 values', value: median(both), unit: 'ms' },
  ]
}
