import { appendFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plant, rooms, run } from './child.ts'

const everything = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()

describe('downloads sorter', () => {
  it('[PRG20] without "apply" it shows the plan and moves nothing', async () => {
    const { root, work } = rooms()
    plant(root, { 'Brief an Jürgen.pdf': 'x', 'photo.JPG': 'xx', unknown: 'y' })
    const before = everything(root)
    const { code, out } = await run('downloads-sorter', [`--path=${root}`], { cwd: work })
    expect(code).toBe(0)
    expect(everything(root)).toEqual(before)
    expect(readdirSync(work)).toEqual([])
    expect(out).toContain('Documents  (1 file')
    expect(out).toContain('Brief an Jürgen.pdf')
    expect(out).toContain('This is a plan: nothing was moved.')
  })

  it('[PRG21] moves what is loose, and leaves hidden, unfinished, young, linked and foldered things alone', async () => {
    const { root, work } = rooms()
    plant(root, { 'a.pdf': 'a', 'b.tar.gz': 'b', '.secret': 's', 'film.mkv': 'f', 'film.mkv.part': 'p', 'folder/inner.pdf': 'i' })
    writeFileSync(join(root, 'young.txt'), 'now')
    symlinkSync('a.pdf', join(root, 'link.pdf'))
    const { code, out } = await run('downloads-sorter', [`--path=${root}`, '--apply=true'], { cwd: work })
    expect(code).toBe(0)
    expect(everything(root)).toEqual([
      '.secret',
      'Archives',
      'Archives/b.tar.gz',
      'Documents',
      'Documents/a.pdf',
      'film.mkv',
      'film.mkv.part',
      'folder',
      'folder/inner.pdf',
      'link.pdf',
      'young.txt',
    ])
    expect(out).toContain('Left alone  2 folders or links, 1 hidden, 2 still downloading, 1 changed just now')
  })

  it('[PRG22] never replaces a file: a taken name gets a number', async () => {
    const { root, work } = rooms()
    plant(root, { 'a.pdf': 'new', 'Documents/a.pdf': 'old', 'Documents/a (2).pdf': 'older', 'b.tar.gz': 'new', 'Archives/b.tar.gz': 'old' })
    const { code } = await run('downloads-sorter', [`--path=${root}`, '--apply=true'], { cwd: work })
    expect(code).toBe(0)
    expect(readFileSync(join(root, 'Documents/a.pdf'), 'utf8')).toBe('old')
    expect(readFileSync(join(root, 'Documents/a (2).pdf'), 'utf8')).toBe('older')
    expect(readFileSync(join(root, 'Documents/a (3).pdf'), 'utf8')).toBe('new')
    expect(readFileSync(join(root, 'Archives/b (2).tar.gz'), 'utf8')).toBe('new')
  })

  it('[PRG23] takes everything back, with times and without the folders it made', async () => {
    const { root, work } = rooms()
    plant(root, { 'a.pdf': 'a', 'c d.png': 'c', 'z.zip': 'z', 'Images/mine.png': 'mine' })
    const before = everything(root).map((name) => [name, statSync(join(root, name)).mtimeMs, statSync(join(root, name)).isFile()])
    await run('downloads-sorter', [`--path=${root}`, '--apply=true', '--by=kind-and-month'], { cwd: work })
    expect(existsSync(join(root, 'a.pdf'))).toBe(false)
    const { code, out } = await run('downloads-sorter', ['--undo=last'], { cwd: work })
    expect(code).toBe(0)
    expect(out).toContain('Taken back: 3 files.')
    const after = everything(root).map((name) => [name, statSync(join(root, name)).mtimeMs, statSync(join(root, name)).isFile()])
    expect(after.map(([name]) => name)).toEqual(before.map(([name]) => name))
    expect(after.filter(([, , file]) => file)).toEqual(before.filter(([, , file]) => file))
    const again = await run('downloads-sorter', ['--undo=last'], { cwd: work })
    expect(again.code).toBe(3)
    expect(again.err).toContain('There is no undo log')
  })

  it('[PRG24] does not take back a file that changed since, and keeps the log for it', async () => {
    const { root, work } = rooms()
    plant(root, { 'a.pdf': 'a', 'b.pdf': 'b' })
    await run('downloads-sorter', [`--path=${root}`, '--apply=true'], { cwd: work })
    appendFileSync(join(root, 'Documents/a.pdf'), ' edited')
    const { code, out, err } = await run('downloads-sorter', ['--undo=last'], { cwd: work })
    expect(code).toBe(1)
    expect(err).toContain('has changed since')
    expect(out).toContain('the undo log is kept')
    expect(everything(root)).toEqual(['Documents', 'Documents/a.pdf', 'b.pdf'])
    expect(readdirSync(work)).toHaveLength(1)
  })

  it('[PRG25] mends a move that was cut off between its two steps', async () => {
    const { root, work } = rooms()
    plant(root, { 'a.pdf': 'a', 'b.pdf': 'b' })
    mkdirSync(join(root, 'Documents'))
    const [a, b] = ['a.pdf', 'b.pdf'].map((name) => ({
      from: join(root, name),
      to: join(root, 'Documents', name),
      bytes: 1,
      at: statSync(join(root, name)).mtimeMs,
    }))
    // Killed after the new name of a was given and before the old one went; b was only logged.
    linkSync(join(root, 'a.pdf'), join(root, 'Documents/a.pdf'))
    writeFileSync(join(work, 'undo-2026.jsonl'), `${JSON.stringify(a)}\n${JSON.stringify(b)}\n`)
    const { code } = await run('downloads-sorter', ['--undo=last'], { cwd: work })
    expect(code).toBe(0)
    expect(everything(root)).toEqual(['Documents', 'a.pdf', 'b.pdf'])
  })

  it('[PRG26] finds the downloads folder that the desktop names, and plans over the home folder when there is none', async () => {
    const { root, work } = rooms()
    const home = { HOME: root, USERPROFILE: root, XDG_CONFIG_HOME: join(root, '.config') }
    plant(root, { '.config/user-dirs.dirs': 'XDG_DOWNLOAD_DIR="$HOME/Téléchargements"\n', 'Téléchargements/a.pdf': 'x' })
    const named = await run('downloads-sorter', [], { cwd: work, env: home })
    expect(named.out).toContain('Téléchargements')
    const { root: bare } = rooms()
    const none = { HOME: bare, USERPROFILE: bare, XDG_CONFIG_HOME: join(bare, '.config') }
    expect((await run('downloads-sorter', [], { cwd: work, env: none })).out).toContain('There is no downloads folder here')
    const refused = await run('downloads-sorter', ['--apply=true'], { cwd: work, env: none })
    expect(refused.code).toBe(3)
  })
})
