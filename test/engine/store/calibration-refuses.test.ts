/** A file of its own, so a process of its own: sql.js is loaded once for each process. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeLogger } from '#core'
import { openStoreHere } from '../../../extensions/engine/store/mod.ts'
import { SimulatedDisk, seeded } from '../../faults/store-disk.ts'
import { items } from '../../faults/store-history.ts'

test('[ST14] a build whose seek and write are not what they were is calibrated anew, and refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-wasm-'))
  try {
    // Another build, as if minified otherwise: the names of two imports with the same parameters (read and write) are swapped.
    const wasm = await readFile('node_modules/sql.js/dist/sql-wasm.wasm')
    const place = (name: string): number => wasm.indexOf(Buffer.from([1, 0x61, 1, name.charCodeAt(0), 0]))
    const [read, write] = [place('t'), place('q')]
    expect(Math.min(read, write)).toBeGreaterThan(0)
    wasm[read + 3] = 'q'.charCodeAt(0)
    wasm[write + 3] = 't'.charCodeAt(0)
    await writeFile(join(folder, 'other.wasm'), wasm)
    const clock = { now: () => 1, after: () => () => undefined }
    const log = makeLogger('store', () => undefined)
    const opening = openStoreHere({
      disk: new SimulatedDisk(seeded(1)),
      path: 'x',
      migrations: [items],
      clock,
      log,
      wasmPath: join(folder, 'other.wasm'),
    })
    await expect(opening).rejects.toMatchObject({ code: 'INTERNAL' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
