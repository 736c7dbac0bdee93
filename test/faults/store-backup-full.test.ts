/** A disk that is really full while a backup is written: a small tmpfs, in a mount namespace of the child's own. Linux only. */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const MOUNTED = 'mount -t tmpfs -o size=16m troupe "$1" && exec "$2" "$3" "$1"'

/** Some systems let nobody but root make a namespace, and some containers not even root. */
function mayMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs troupe /mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test.runIf(process.platform === 'linux' && mayMount())(
  '[SK4] a disk that becomes full during a backup: DISK, nothing of it stays, reads and writes go on, and with room it is made',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'troupe-small-'))
    try {
      const child = join(import.meta.dirname, 'store-backup-full-child.ts')
      const { stdout } = await promisify(execFile)('unshare', ['-rm', 'sh', '-c', MOUNTED, 'sh', folder, process.execPath, child])
      const [full, after] = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(full).toEqual({
        refused: 'DISK',
        message: expect.stringContaining('ENOSPC'),
        state: 'ok',
        rows: 301,
        kept: [],
        drafts: [],
      })
      expect(after).toEqual({ name: expect.stringMatching(/^backup-\d+-person$/), kept: [after.name], rows: 301, whole: [] })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)
