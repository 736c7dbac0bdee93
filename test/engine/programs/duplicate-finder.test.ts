import { existsSync, linkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plant, rooms, run } from './child.ts'

const big = (text: string) => text.repeat(Math.ceil(300_000 / text.length))

describe('duplicate finder', () => {
  it('[PRG50] finds equal files, the most wasteful first, and deletes nothing', async () => {
    const { root, work } = rooms()
    plant(root, {
      'a/one copy.bin': big('same'),
      'b/ü.bin': big('same'),
      'c.bin': big('same'),
      'x.txt': big('other').slice(0, 150_000),
      'y.txt': big('other').slice(0, 150_000),
      single: big('alone'),
    })
    const { code, out } = await run('duplicate-finder', [`--path=${root}`], { cwd: work })
    expect(code).toBe(1)
    expect(out).toMatch(/600 kB to gain: 3 times 300 kB\n(.*\n){3}\n150 kB to gain: 2 times 150 kB/)
    expect(out).toContain('2 groups of equal files; keeping one of each would free 750 kB. Nothing was deleted.')
    expect(existsSync(join(root, 'c.bin'))).toBe(true)
  })

  it('[PRG51] is not deceived by equal sizes, equal beginnings, two names of one file, or links', async () => {
    const { root, work } = rooms()
    plant(root, { a: `${big('same')}1`, b: `${big('same')}2`, c: `X${big('same')}` })
    linkSync(join(root, 'a'), join(root, 'a again'))
    symlinkSync('a', join(root, 'a link'))
    const { code, out } = await run('duplicate-finder', [`--path=${root}`], { cwd: work })
    expect(out).toContain('No duplicates.')
    expect(code).toBe(0)
  })

  it('[PRG52] leaves small files and tool folders out, unless they are asked for', async () => {
    const { root, work } = rooms()
    plant(root, { 'node_modules/a': big('m'), 'node_modules/b': big('m'), s1: 'small', s2: 'small' })
    expect((await run('duplicate-finder', [`--path=${root}`], { cwd: work })).code).toBe(0)
    const all = await run('duplicate-finder', [`--path=${root}`, '--min-kb=0', '--tool-folders=true'], { cwd: work })
    expect(all.out).toContain('2 groups of equal files')
  })
})
