import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plant, rooms, run } from './child.ts'

describe('folder changes', () => {
  it('[PRG60] the first look keeps a list, the second finds nothing', async () => {
    const { root, work } = rooms()
    plant(root, { a: '1', 'b/c': '2' })
    const first = await run('folder-changes', [`--path=${root}`], { cwd: work })
    expect([first.code, first.out.includes('This was the first look')]).toEqual([0, true])
    const second = await run('folder-changes', [`--path=${root}`], { cwd: work })
    expect([second.code, second.out.includes('Nothing changed.')]).toEqual([0, true])
  })

  it('[PRG61] tells new, changed, moved and gone apart', async () => {
    const { root, work } = rooms()
    plant(root, { 'kept ü': 'same', edited: 'before', 'old place/moved.bin': 'movable', 'gone.txt': 'bye', 'gone too/x': 'bye bye' })
    await run('folder-changes', [`--path=${root}`], { cwd: work })
    plant(root, { edited: 'after it', 'new one.txt': 'hello' }, Date.now() - 60_000)
    renameSync(join(root, 'old place'), join(root, 'zz new place'))
    rmSync(join(root, 'gone.txt'))
    rmSync(join(root, 'gone too'), { recursive: true })
    const { code, out } = await run('folder-changes', [`--path=${root}`], { cwd: work })
    expect(code).toBe(1)
    expect(out).toMatch(/New \(1\)\n.*new one\.txt/)
    expect(out).toMatch(/Changed \(1\)\n +\+2 B .*edited/)
    expect(out).toMatch(/Moved \(1\)\n.*old place\/moved\.bin → zz new place\/moved\.bin/)
    expect(out).toMatch(/Gone \(2\)\n.*(\n.*)?gone\.txt/)
    expect(out).toContain('5 changes: 1 new, 1 changed, 1 moved, 2 gone')
    expect(out).not.toContain('kept')
  })

  it('[PRG62] compares in the order of the walk: names that sort around a folder are not mistaken', async () => {
    const { root, work } = rooms()
    plant(root, { 'a-b': '1', 'a/x': '2', 'a.txt': '3', 'a b/y': '4', ä: '5', Z: '6', 'a/é': '7', 'a/z/z': '8' })
    await run('folder-changes', [`--path=${root}`], { cwd: work })
    expect((await run('folder-changes', [`--path=${root}`], { cwd: work })).out).toContain('Nothing changed.')
    rmSync(join(root, 'a/x'))
    const { out } = await run('folder-changes', [`--path=${root}`], { cwd: work })
    expect(out).toContain('1 change: 0 new, 0 changed, 0 moved, 1 gone')
  })

  it('[PRG63] with "remember" off it compares with the same state again', async () => {
    const { root, work } = rooms()
    plant(root, { a: '1' })
    await run('folder-changes', [`--path=${root}`], { cwd: work })
    plant(root, { b: '2' })
    for (let look = 0; look < 2; look += 1)
      expect((await run('folder-changes', [`--path=${root}`, '--remember=false'], { cwd: work })).code).toBe(1)
    expect(readdirSync(work)).toHaveLength(1)
    await run('folder-changes', [`--path=${root}`], { cwd: work })
    expect((await run('folder-changes', [`--path=${root}`], { cwd: work })).code).toBe(0)
  })

  it('[PRG64] leaves out what is ignored, and refuses a damaged list instead of trusting it', async () => {
    const { root, work } = rooms()
    plant(root, { a: '1' })
    const look = () => run('folder-changes', [`--path=${root}`, '--ignore=*.tmp, cache'], { cwd: work })
    await look()
    plant(root, { 'x.TMP': '1', 'cache/y': '2', 'node_modules/z': '3' })
    expect((await look()).out).toContain('Nothing changed.')
    const [list = ''] = readdirSync(work)
    writeFileSync(join(work, list), `{"version":1,"root":${JSON.stringify(root)},"at":1}\nnonsense\n`)
    const { code, err } = await look()
    expect(code).toBe(3)
    expect(err).toContain('is damaged. Remove it to start anew.')
  })
})
