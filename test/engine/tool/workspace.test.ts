import { existsSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { link, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '#contract/plain'
import { pathParts } from '../../../extensions/engine/tool/mod.ts'
import { place } from './stage.ts'

const WRITE = { files: 'write' }

describe('paths', () => {
  const OUTSIDE = [
    '../outside/secret.txt',
    'a/../../outside/secret.txt',
    './../outside/secret.txt',
    '..',
    'a/..',
    '/etc/passwd',
    '//etc/passwd',
    '~/secret.txt',
    'C:\\secret.txt',
    'C:secret.txt',
    '\\\\server\\share',
    '..\\outside\\secret.txt',
    'a\\..\\..\\secret.txt',
    'nul',
    'NUL.txt',
    'folder/con',
    'aux .log',
    'COM1',
    'lpt9.txt',
    'conin$',
    'file.txt:stream',
    'trailing.',
    'trailing ',
    'a\0b',
    'line\nbreak',
    `${'long'.repeat(80)}`,
    'x/'.repeat(3000),
  ]
  test.each(OUTSIDE)('[TL1] %j is refused for reading, writing and listing', async (path) => {
    const at = await place(WRITE)
    for (const [tool, args] of [
      ['file_read', { path }],
      ['file_write', { path, content: 'x' }],
      ['file_write', { path, content: 'x', append: true }],
      ['file_list', { path }],
    ] as const) {
      const result = await at.call(tool, args)
      expect(result.ok, `${tool} ${path.slice(0, 40)}`).toBe(false)
      expect(result.text).toContain('REFUSED')
    }
    expect(await readFile(join(at.outside, 'secret.txt'), 'utf8')).toBe('the secret')
    expect(await readdir(at.workspaceDir)).toEqual([])
  })

  test('[TL1] whatever the path, its parts are plain names', () => {
    const odd = fc.constantFrom('..', '.', '/', '\\', '\0', 'C:', '~', 'con', ' ', 'a', 'ä', '\u2025', '%2e%2e', '‥')
    fc.assert(
      fc.property(fc.array(fc.oneof(odd, fc.string()), { maxLength: 12 }), (pieces) => {
        try {
          for (const part of pathParts(pieces.join(''))) {
            expect(part).not.toMatch(/[/\\\0]/)
            expect(['', '.', '..']).not.toContain(part)
          }
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'REFUSED' })
        }
      }),
    )
  })

  test('[TL2] names that only look odd work', async () => {
    const at = await place(WRITE)
    for (const path of ['…/notes.txt', 'a..b', '.hidden', 'über uns/ändern.md', './x//y.txt', 'console.log', 'nullable']) {
      expect(await at.call('file_write', { path, content: path })).toMatchObject({ ok: true })
      expect((await at.call('file_read', { path })).text).toBe(path)
    }
  })
})

describe('links', () => {
  test('[TL3] a symbolic link is not followed: not to a file, not to a folder, not on the way, not to the workspace itself', async () => {
    const at = await place(WRITE)
    await symlink(join(at.outside, 'secret.txt'), join(at.workspaceDir, 'file-link'))
    await symlink(at.outside, join(at.workspaceDir, 'folder-link'))
    await symlink('../outside', join(at.workspaceDir, 'relative-link'))
    await symlink(join(at.outside, 'not-yet.txt'), join(at.workspaceDir, 'dangling'))
    await mkdir(join(at.workspaceDir, 'deep'))
    await symlink('..', join(at.workspaceDir, 'deep', 'up'))
    for (const path of [
      'file-link',
      'folder-link/secret.txt',
      'relative-link/secret.txt',
      'dangling',
      'deep/up/deep/up/file-link',
      'deep/up/x',
    ]) {
      for (const [tool, args] of [
        ['file_read', { path }],
        ['file_write', { path, content: 'changed' }],
        ['file_write', { path, content: 'changed', append: true }],
      ] as const) {
        expect(await at.call(tool, args), `${tool} ${path}`).toMatchObject({ ok: false, text: expect.stringContaining('link') })
      }
    }
    expect(await at.call('file_list', { path: 'folder-link' })).toMatchObject({ ok: false })
    expect((await at.call('file_list', {})).text).toContain('folder-link (symbolic link, not followed)')
    expect(await readdir(at.outside)).toEqual(['secret.txt'])
    expect(await readFile(join(at.outside, 'secret.txt'), 'utf8')).toBe('the secret')
  })

  test('[TL4] a folder that is swapped for a link again and again never lets a byte out or in', async () => {
    const at = await place(WRITE)
    const folder = join(at.workspaceDir, 'swap')
    const aside = join(at.workspaceDir, 'aside')
    await mkdir(folder)
    await writeFile(join(folder, 'secret.txt'), 'harmless')
    let swapping = true
    const swapper = (async () => {
      while (swapping) {
        try {
          if (existsSync(aside)) renameSync(aside, folder)
          renameSync(folder, aside)
          symlinkSync(at.outside, folder)
          await new Promise(setImmediate)
          rmSync(folder)
        } catch {
          // The tool made the folder anew in between: it is taken away, and the swap begins again.
          rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
        }
        await new Promise(setImmediate)
      }
    })()
    const seen = new Set<string>()
    for (let round = 0; round < 400; round++) {
      const read = await at.call('file_read', { path: 'swap/secret.txt' })
      if (read.ok) seen.add(read.text)
      await at.call('file_write', { path: 'swap/written.txt', content: 'x' })
    }
    swapping = false
    await swapper
    expect([...seen].filter((text) => text !== 'harmless')).toEqual([])
    expect(await readdir(at.outside)).toEqual(['secret.txt'])
  })

  test('[TL5] writing over a hard link leaves the other name as it was; appending to one is refused', async () => {
    const at = await place(WRITE)
    await link(join(at.outside, 'secret.txt'), join(at.workspaceDir, 'same.txt'))
    expect(await at.call('file_write', { path: 'same.txt', content: 'more', append: true })).toMatchObject({ ok: false })
    expect(await at.call('file_write', { path: 'same.txt', content: 'new' })).toMatchObject({ ok: true })
    expect(await readFile(join(at.outside, 'secret.txt'), 'utf8')).toBe('the secret')
    expect((await at.call('file_read', { path: 'same.txt' })).text).toBe('new')
  })
})

describe('files', () => {
  test('[TL6] writes, appends, reads and lists', async () => {
    const at = await place(WRITE)
    await at.call('file_write', { path: 'a/b/c.txt', content: 'one\n' })
    await at.call('file_write', { path: 'a/b/c.txt', content: 'two\n', append: true })
    await at.call('file_write', { path: 'top.txt', content: 'äö' })
    expect((await at.call('file_read', { path: 'a/b/c.txt' })).text).toBe('one\ntwo\n')
    expect((await at.call('file_list', {})).text).toBe('a/\na/b/\na/b/c.txt 8\ntop.txt 4')
    expect((await at.call('file_list', { recursive: false })).text).toBe('a/\ntop.txt 4')
    expect((await at.call('file_list', { path: 'a/b' })).text).toBe('c.txt 8')
    // No trace of the file that stood in between.
    expect(await readdir(join(at.workspaceDir, 'a', 'b'))).toEqual(['c.txt'])
  })

  test('[TL7] what is missing, a folder, or not text is said', async () => {
    const at = await place(WRITE)
    await mkdir(join(at.workspaceDir, 'folder'))
    await writeFile(join(at.workspaceDir, 'picture.png'), Buffer.from([1, 0, 2, 0]))
    expect(await at.call('file_read', { path: 'none.txt' })).toMatchObject({ ok: false, text: expect.stringContaining('NOT_FOUND') })
    expect(await at.call('file_read', { path: 'folder' })).toMatchObject({ ok: false })
    expect(await at.call('file_write', { path: 'folder', content: '' })).toMatchObject({ ok: false })
    expect(await at.call('file_write', { path: 'picture.png/x', content: '' })).toMatchObject({ ok: false })
    expect(await at.call('file_read', { path: 'picture.png' })).toMatchObject({ ok: false, text: expect.stringContaining('not text') })
    expect(await at.call('file_read', { path: '' })).toMatchObject({ ok: false })
    expect(await at.call('file_read', { nonsense: 1 })).toMatchObject({ ok: false, text: expect.stringContaining('path') })
  })

  test('[TL8] a large file is read part by part, and no sign is torn', async () => {
    const at = await place(WRITE)
    const whole = 'äöü€😀'.repeat(50_000)
    await writeFile(join(at.workspaceDir, 'big.txt'), whole)
    let text = ''
    let offset = 0
    for (let parts = 0; parts < 20; parts++) {
      const { text: part, droppedBytes } = await at.call('file_read', { path: 'big.txt', offset })
      expect(Buffer.byteLength(part)).toBeLessThanOrEqual(LIMITS.toolResultBytes)
      const note = /\n\[bytes \d+ to (\d+) of \d+; read on with offset \d+\]$/.exec(part)
      text += note ? part.slice(0, note.index) : part
      if (!note) break
      expect(droppedBytes).toBeGreaterThan(0)
      offset = Number(note[1])
    }
    expect(text).toBe(whole)
  })

  test('[TL9] content above the limit is refused whole', async () => {
    const at = await place(WRITE)
    expect(await at.call('file_write', { path: 'big.txt', content: 'x'.repeat(2 * 1024 * 1024 + 1) })).toMatchObject({
      ok: false,
      text: expect.stringContaining('TOO_LARGE'),
    })
    expect(await readdir(at.workspaceDir)).toEqual([])
  })

  test('[TL10] only what was granted is there', async () => {
    const none = await place({})
    await expect(async () => none.call('file_list', {})).rejects.toThrow('not granted')
    const read = await place({ files: 'read' })
    await expect(async () => read.call('file_write', {})).rejects.toThrow('granted: file_list, file_read')
  })
})
