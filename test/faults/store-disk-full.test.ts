/** The real thing: the kernel refuses a write (a limit on the size of files, which it tells as it tells a full disk), and later lets it. Linux only. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { openStore } from '../../extensions/engine/store/mod.ts'
import { items } from './store-history.ts'

// Other systems have no way to lift the limit of a process that runs.
test.runIf(process.platform === 'linux')(
  '[SD8, SD9] a write that the kernel refuses is refused, and work resumes when it is let',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'troupe-full-'))
    const folder = join(root, 'data')
    try {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'store-full-child.ts'), folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const limit = (bytes: number | 'unlimited') => execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`])
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const next = async () => JSON.parse((await lines.next()).value ?? '{}')
      expect(await next()).toEqual({ ready: true })
      // No journal can be written on, and none begun.
      limit(4096)
      const full = await next()
      expect(full).toMatchObject({ refused: { code: 'DISK', message: expect.stringContaining('EFBIG') }, state: 'refusing' })
      expect(full.rows.n).toBeGreaterThan(9)
      limit('unlimited')
      const after = await next()
      expect(after).toMatchObject({ resumed: 'ok', rows: { n: full.rows.n + 1 } })
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
      const store = await openStore({ folder, migrations: [items], clock: systemClock, log: makeLogger('store', () => undefined) })
      expect(await store.read('SELECT count(*) AS n, max(id) AS last FROM item')).toEqual([after.rows])
      await store.stop()
    } finally {
      await rm(root, { recursive: true, force: true })
    }
  },
)
