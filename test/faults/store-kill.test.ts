/** A writing process is killed without warning, again and again. SLOW=1 kills it 200 times. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { openStore } from '../../extensions/engine/store/mod.ts'
import { seeded } from './store-disk.ts'
import { items } from './store-history.ts'

const kills = process.env.SLOW ? 200 : 8
const silent = makeLogger('store', () => undefined)

/** Lets a child write, kills it at a random moment, and answers every number that it had acknowledged by then. */
function writeAndKill(
  folder: string,
  start: number,
  delayMs: number,
): Promise<{ readonly acknowledged: readonly number[]; readonly errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'store-writer.ts'), folder, String(start)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    child.stdout.on('data', (chunk: Buffer) => {
      if (output === '') setTimeout(() => child.kill('SIGKILL'), delayMs)
      output += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', () => {
      const lines = output.split('\n').slice(0, -1)
      if (lines[0] !== 'open') reject(new Error(`the writer did not open its store: ${errors}`))
      else resolve({ acknowledged: lines.slice(1).map(Number), errors })
    })
  })
}

test(`[SD12] ${kills} times kill -9 under load lose nothing that was acknowledged`, { timeout: 1_200_000 }, async () => {
  const root = await mkdtemp(join(tmpdir(), 'troupe-kill-'))
  const folder = join(root, 'data')
  const random = seeded(Number(process.env.SEED ?? 1))
  try {
    const acknowledged: number[] = []
    for (let kill = 0; kill < kills; kill++) {
      const round = await writeAndKill(folder, 1 + kill * 1_000_000, random(250))
      expect(round.errors).toBe('')
      acknowledged.push(...round.acknowledged)
      // Every tenth time another process looks in between; the other times the writer itself recovers.
      if (kill % 10 !== 9 && kill !== kills - 1) continue
      const store = await openStore({ folder, migrations: [items], clock: systemClock, log: silent })
      const rows = await store.read<{ id: number; ok: number }>('SELECT id, text GLOB ? || id || ? AS ok FROM item', ['text ', ' *'], {
        maxRows: 10_000_000,
      })
      expect(await store.read('SELECT * FROM pragma_integrity_check')).toEqual([{ integrity_check: 'ok' }])
      const found = new Set(rows.map((row) => row.id))
      expect(acknowledged.filter((id) => !found.has(id))).toEqual([])
      expect(rows.every((row) => row.ok === 1)).toBe(true)
      await store.stop()
    }
    expect(acknowledged.length).toBeGreaterThan(kills)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})
