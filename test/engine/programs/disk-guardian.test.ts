import { linkSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { begin, plant, rooms, run, tooDeep } from './child.ts'

const MB = (count: number) => Buffer.alloc(count * 1_000_000, 1)

describe('disk guardian', () => {
  it('[PRG1] lists the largest folders and files, with names that have spaces and other alphabets', async () => {
    const { root, work } = rooms()
    plant(root, { 'Bilder für Oma/großes Bild.raw': MB(5), 'small.txt': 'x', '映画/film.mkv': MB(3) })
    const { code, out, err } = await run('disk-guardian', [`--path=${root}`, '--min-free-percent=0'], { cwd: work })
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toMatch(/5\.0 MB +6\d % +█+░* +Bilder für Oma\n/)
    expect(out).toMatch(/5\.0 MB +\d{4}-\d\d-\d\d +Bilder für Oma\/großes Bild\.raw\n +3\.0 MB +\d{4}-\d\d-\d\d +映画\/film\.mkv\n/)
    expect(out).toContain('in 3 files and 3 folders')
    expect(out).toMatch(/Fine: [\d.]+ % of the disk is free\.\n$/)
  })

  it('[PRG2] follows no link, so a loop of links ends, and counts a file with two names once', async () => {
    const { root, work } = rooms()
    plant(root, { 'a/one.bin': MB(4) })
    linkSync(join(root, 'a/one.bin'), join(root, 'a/two.bin'))
    symlinkSync(root, join(root, 'a/loop'))
    const { code, out } = await run('disk-guardian', [`--path=${root}`, '--min-free-percent=0'], { cwd: work })
    expect(code).toBe(0)
    expect(out).toMatch(/Here +4\.0 MB in 1 file and 2 folders/)
  })

  it('[PRG3] ends with 1, and says why, when the folder holds more than it may', async () => {
    const { root, work } = rooms()
    plant(root, { big: MB(4) })
    const { code, out } = await run('disk-guardian', [`--path=${root}`, '--max-gb=0.003', '--min-free-percent=0'], { cwd: work })
    expect(code).toBe(1)
    expect(out).toContain('Needs you: the folder holds 4.0 MB, and you want at most 0.003 GB.')
    const never = await run('disk-guardian', [`--path=${root}`, '--min-free-percent=100'], { cwd: work })
    expect(never.code).toBe(1)
    expect(never.out).toMatch(/only [\d.]+ % of the disk is free/)
  })

  it('[PRG4] tells what grew since the last look', async () => {
    const { root, work } = rooms()
    plant(root, { 'steady/a': MB(3), 'growing/a': MB(2) })
    await run('disk-guardian', [`--path=${root}`, '--min-free-percent=0'], { cwd: work })
    plant(root, { 'growing/b': MB(4) })
    const { out } = await run('disk-guardian', [`--path=${root}`, '--min-free-percent=0'], { cwd: work })
    expect(out).toMatch(/Grown most since [\d-]+\n +\+4\.0 MB +growing\n|Grown most since [\d-]+\n +\+4\.0 MB .*\n +\+4\.0 MB +growing\n/)
    expect(out).not.toMatch(/\+.* steady/)
  })

  it('[PRG5] reports a place that cannot be opened, and goes on', async () => {
    const { root, work } = rooms()
    plant(root, { 'z.bin': MB(2) })
    tooDeep(root)
    const { code, out, err } = await run('disk-guardian', [`--path=${root}`, '--min-free-percent=0'], { cwd: work })
    expect(code).toBe(0)
    expect(err).toContain('its path is too long for this system')
    expect(out).toContain('Not looked at: 1 place')
    expect(out).toContain('z.bin')
  })

  it('[PRG6] keeps signs that steer a terminal out of its report', async () => {
    const { root, work } = rooms()
    plant(root, { 'evil\u001b[31m\nname': MB(2) })
    const { out, err } = await run('disk-guardian', [`--path=${root}`, '--min-free-percent=0'], { cwd: work })
    expect(out + err).not.toContain('\u001b')
    expect(out).toContain('evil\ufffd[31m\ufffdname')
  })

  it('[PRG7] says that it is not complete when its time is over, and remembers nothing then', async () => {
    const { root, work } = rooms()
    for (let folder = 0; folder < 10; folder += 1)
      plant(root, Object.fromEntries(Array.from({ length: 100 }, (_, file) => [`${folder}/${file}`, ''])))
    // The least that can be asked for is a second; a tree this size is done before. So the time is taken away from the clock instead.
    const late = 'const now = performance.now.bind(performance); let asked = 0; performance.now = () => now() + (asked++ > 400 ? 5000 : 0)'
    const skip = `data:text/javascript,${encodeURIComponent(late)}`
    const { code, out, err } = await run('disk-guardian', [`--path=${root}`, '--max-seconds=1', '--min-free-percent=0'], {
      cwd: work,
      nodeArgs: ['--import', skip],
    })
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toContain('Not complete: the time limit of 1 s ended the look.')
    const again = await run('disk-guardian', [`--path=${root}`, '--min-free-percent=0'], { cwd: work })
    expect(again.out).not.toContain('Since')
  })

  it('[PRG8] walks a large tree in little memory', async () => {
    const { root, work } = rooms()
    for (let folder = 0; folder < 10; folder += 1)
      plant(root, Object.fromEntries(Array.from({ length: 400 }, (_, file) => [`folder-${folder}/file-${file}`, 'x'])))
    const { code, out } = await run('disk-guardian', [`--path=${root}`, '--min-free-percent=0'], {
      cwd: work,
      nodeArgs: ['--max-old-space-size=16'],
    })
    expect(code).toBe(0)
    expect(out).toContain('4,000 files')
  })

  it.each([
    ['nothing', [], 2, '--path is needed'],
    ['an unknown option', ['--pth=/'], 2, 'there is no option --pth'],
    ['a number that is none', ['--path=/', '--top=many'], 2, '--top expects a number from 1 to 500'],
    ['a word without an option', ['/tmp'], 2, 'expected --name=value'],
    ['a folder that is not there', ['--path=/nowhere/at/all'], 3, 'it is not there'],
  ])('[PRG9] refuses %s with what was expected', async (_what, args, exit, words) => {
    const { work } = rooms()
    const { code, out, err } = await run('disk-guardian', args, { cwd: work })
    expect(code).toBe(exit)
    expect(err).toContain(words)
    expect(out).not.toContain('Fine')
  })

  it('[PRG9] refuses a file where a folder is needed', async () => {
    const { root, work } = rooms()
    writeFileSync(join(root, 'file'), '')
    const { code, err } = await run('disk-guardian', [`--path=${join(root, 'file')}`], { cwd: work })
    expect(code).toBe(3)
    expect(err).toContain('is not a folder')
  })

  it('[PRG10] ends quietly when its reader leaves', async () => {
    const { root, work } = rooms()
    plant(root, Object.fromEntries(Array.from({ length: 300 }, (_, file) => [`folder ${file}/${'long '.repeat(40)}`, 'x'])))
    const child = begin('disk-guardian', [`--path=${root}`, '--top=500', '--min-free-percent=0'], { cwd: work, stdin: '' })
    child.stdout?.destroy()
    const { code, err } = await child.ended
    expect(code).toBe(0)
    expect(err).toBe('')
  })
})
