import { createHash } from 'node:crypto'
import { closeSync, cpSync, ftruncateSync, mkdirSync, openSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { begin, plant, rooms, run } from './child.ts'

const OLD = Date.now() - 30 * 86_400_000

/** A source of some old files, and a whole copy of it. */
function copied(): { readonly root: string; readonly work: string; readonly source: string; readonly backup: string } {
  const { root, work } = rooms()
  const source = join(root, 'source')
  const backup = join(root, 'the backup')
  plant(source, { 'a.txt': 'aaaa', 'sub/b.txt': 'bbbb', 'sub/ç.txt': 'cccc' }, OLD)
  cpSync(source, backup, { recursive: true, preserveTimestamps: true })
  return { root, work, source, backup }
}

describe('backup verifier', () => {
  it('[PRG40] finds nothing wrong with a whole copy', async () => {
    const { work, source, backup } = copied()
    const { code, out } = await run('backup-verifier', [`--source=${source}`, `--backup=${backup}`, '--depth=full'], { cwd: work })
    expect(out).toContain('Fine: what was checked is as it should be.')
    expect(out).toContain('every file was read')
    expect(code).toBe(0)
  })

  it('[PRG41] tells missing, cut short, changed and out-of-date files apart', async () => {
    const { work, source, backup } = copied()
    plant(source, { 'cut.bin': 'x'.repeat(1000), 'rotten.bin': 'good content', 'edited.txt': 'new words' }, OLD)
    cpSync(source, backup, { recursive: true, preserveTimestamps: true })
    rmSync(join(backup, 'a.txt'))
    truncateSync(join(backup, 'cut.bin'), 10)
    utimesSync(join(backup, 'cut.bin'), OLD / 1000, OLD / 1000)
    plant(backup, { 'rotten.bin': 'bad  content' }, OLD)
    plant(backup, { 'edited.txt': 'old' }, OLD - 86_400_000)
    const { code, out } = await run('backup-verifier', [`--source=${source}`, `--backup=${backup}`, '--depth=full'], { cwd: work })
    expect(code).toBe(1)
    expect(out).toMatch(/Missing from the backup \(1\)\n +4 B +a\.txt/)
    expect(out).toMatch(/Cut short: smaller than the source \(1\)\n.*cut\.bin/)
    expect(out).toMatch(/Different, and not because the source is newer \(1\)\n.*rotten\.bin/)
    expect(out).toMatch(/Out of date: the source is newer \(1\)\n.*edited\.txt/)
    expect(out).toContain('Needs you: 4 files are not as they should be.')
  })

  it('[PRG42] does not ask for files that are newer than the last backup can be', async () => {
    const { work, source, backup } = copied()
    plant(source, { 'today.txt': 'fresh' }, Date.now())
    const fresh = await run('backup-verifier', [`--source=${source}`, `--backup=${backup}`], { cwd: work })
    expect(fresh.code).toBe(0)
    expect(fresh.out).toMatch(/Too new to be in the backup yet \(1\)\n.*today\.txt/)
    const strict = await run('backup-verifier', [`--source=${source}`, `--backup=${backup}`, '--fresh-hours=0'], { cwd: work })
    expect(strict.code).toBe(1)
  })

  it('[PRG43] checks against a checksum file, of either form', async () => {
    const { root, work, source } = copied()
    const hex = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex')
    const sums = join(root, 'SUMS')
    writeFileSync(
      sums,
      `# made by hand\n${hex('sha256', 'aaaa')}  a.txt\n${hex('md5', 'bbbb')} *sub/b.txt\nSHA512 (sub/ç.txt) = ${hex('sha512', 'cccc')}\n`,
    )
    const good = await run('backup-verifier', [`--source=${source}`, `--backup=${sums}`, '--depth=full'], { cwd: work })
    expect(good.out).toContain('Checked  3 files')
    expect(good.code).toBe(0)
    writeFileSync(join(source, 'a.txt'), 'aaab')
    rmSync(join(source, 'sub/b.txt'))
    const bad = await run('backup-verifier', [`--source=${source}`, `--backup=${sums}`, '--depth=full'], { cwd: work })
    expect(bad.code).toBe(1)
    expect(bad.out).toMatch(/Missing[^\n]*\(1\)\n.*sub\/b\.txt/)
    expect(bad.out).toMatch(/Different[^\n]*\(1\)\n.*checksum +a\.txt/)
    writeFileSync(sums, 'this is no list of checksums\n')
    expect((await run('backup-verifier', [`--source=${source}`, `--backup=${sums}`], { cwd: work })).code).toBe(3)
  })

  it('[PRG44] without a backup it records, and then finds a file that changed though nobody wrote to it', async () => {
    const { work, source } = copied()
    const look = () => run('backup-verifier', [`--source=${source}`, '--depth=full'], { cwd: work })
    const first = await look()
    expect(first.code).toBe(0)
    expect(first.out).toContain('Recorded. The next run checks these files against the record.')
    expect((await look()).out).toContain('Fine: what was checked')
    plant(source, { 'a.txt': 'aXaa' }, OLD)
    plant(source, { 'sub/b.txt': 'edited in order' }, Date.now())
    const { code, out } = await look()
    expect(code).toBe(1)
    expect(out).toMatch(/Different[^\n]*\(1\)\n.*a\.txt/)
    expect(out).toMatch(/Changed on purpose[^\n]*\(1\)\n.*sub\/b\.txt/)
    // It is told again until somebody deals with it; the edited file has a new record.
    const again = await look()
    expect(again.code).toBe(1)
    expect(again.out).not.toContain('Changed on purpose')
  })

  it('[PRG45] a quick look reads no file', async () => {
    const { work, source, backup } = copied()
    plant(backup, { 'a.txt': 'aXaa' }, OLD)
    const quick = await run('backup-verifier', [`--source=${source}`, `--backup=${backup}`, '--depth=quick'], { cwd: work })
    expect(quick.code).toBe(0)
    expect(quick.out).toContain('sizes and times only')
    expect(quick.out).toContain('0 readings')
  })

  it('[PRG46] a backup inside its source is not asked for in itself', async () => {
    const { work, source } = copied()
    const backup = join(source, 'backup')
    mkdirSync(backup)
    for (const name of ['a.txt', 'sub']) cpSync(join(source, name), join(backup, name), { recursive: true, preserveTimestamps: true })
    const { code } = await run('backup-verifier', [`--source=${source}`, `--backup=${backup}`], { cwd: work })
    expect(code).toBe(0)
  })

  it('[PRG47] refuses a backup that is not there, or is the source itself', async () => {
    const { work, source } = copied()
    const gone = await run('backup-verifier', [`--source=${source}`, '--backup=/media/nobody/disk'], { cwd: work })
    expect(gone.code).toBe(3)
    expect(gone.err).toContain('Is its disk connected?')
    expect((await run('backup-verifier', [`--source=${source}`, `--backup=${source}`], { cwd: work })).code).toBe(3)
  })

  it('[PRG48] stops on SIGTERM in the middle of a huge file', async () => {
    const { root, work } = rooms()
    const file = openSync(join(root, 'huge.bin'), 'w')
    ftruncateSync(file, 200_000_000_000)
    closeSync(file)
    expect(statSync(join(root, 'huge.bin')).size).toBe(200_000_000_000)
    const child = begin('backup-verifier', [`--source=${root}`, '--depth=full'], { cwd: work, stdin: '' })
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    child.kill('SIGTERM')
    const { code, err } = await child.ended
    expect(code).toBe(143)
    expect(err).toContain('Stopped before the end')
  })
})
