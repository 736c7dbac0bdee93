import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeFileAtomic } from '#core/node'

describe('writeFileAtomic', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'troupe-files-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('replaces the file, for its owner only, and leaves nothing beside it', async () => {
    const path = join(folder, 'kept')
    await writeFile(path, 'old')
    await writeFileAtomic(path, 'new')
    expect(await readFile(path, 'utf8')).toBe('new')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['kept'])
  })

  it('keeps the old file when the folder is gone', async () => {
    await expect(writeFileAtomic(join(folder, 'missing', 'kept'), 'new')).rejects.toThrow(/ENOENT/)
  })
})
