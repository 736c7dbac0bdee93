import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { triggerDoc } from '#contract'
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { loadWatchers } from '../../../extensions/engine/trigger/mod.ts'

interface Told {
  readonly count: number
  readonly more: number
  readonly files: readonly string[]
  readonly changes: readonly { readonly path: string; readonly what: string }[]
}

async function watched(more: object = {}, folder?: string) {
  const at = folder ?? (await mkdtemp(join(tmpdir(), 'troupe-files-')))
  const told: Told[] = []
  const { when } = triggerDoc.parse({
    name: 'f',
    personaId: 'p',
    when: { kind: 'file', folder: at, settleMs: 150, batchMs: 200, on: ['created', 'changed', 'removed'], ...more },
  })
  const watching = await (await loadWatchers().files())({
    triggerId: 'trg_f',
    when,
    source: '/t',
    clock: systemClock,
    log: makeLogger('test', () => undefined),
    emit: async ({ data }) => void told.push(data as Told),
    memory: { read: async () => undefined, write: async () => undefined },
  })
  onTestFinished(async () => {
    await watching.stop()
    await rm(at, { recursive: true, force: true })
  })
  const until = async (enough: () => boolean) => {
    for (let at = 0; at < 1_200 && !enough(); at += 1) await new Promise((resolve) => setTimeout(resolve, 25))
    expect(enough()).toBe(true)
  }
  const seen = () => told.flatMap(({ changes }) => changes.map(({ path, what }) => `${what} ${path.slice(at.length + 1)}`))
  return { at, told, until, seen, watching }
}

it('[TR32] a burst of 10,000 files is told whole, in batches, named up to a bound', async () => {
  const { at, told, until } = await watched()
  for (let part = 0; part < 100; part += 1)
    await Promise.all(Array.from({ length: 100 }, (_, n) => writeFile(join(at, `${part}-${n}.txt`), 'x')))
  const count = () => told.reduce((sum, one) => sum + one.count, 0)
  await until(() => count() >= 10_000)
  expect(count()).toBe(10_000)
  expect(told.length).toBeLessThan(500)
  for (const { files, more, count } of told) expect(files.length + more).toBe(count)
  expect(Math.max(...told.map(({ files }) => files.length))).toBeLessThanOrEqual(500)
})

it('[TR32] an editor’s atomic save is one change, a rename is one gone and one come, a file that grows is told when it rests', async () => {
  const { at, told, until, seen } = await watched()
  await writeFile(join(at, 'note.md'), 'one')
  await until(() => seen().length === 1)
  await writeFile(join(at, '.note.md.swp'), 'two')
  await rename(join(at, '.note.md.swp'), join(at, 'note.md'))
  await until(() => seen().includes('changed note.md'))
  await rename(join(at, 'note.md'), join(at, 'moved.md'))
  await until(() => seen().includes('created moved.md') && seen().includes('removed note.md'))
  told.length = 0
  for (let line = 0; line < 8; line += 1) {
    await appendFile(join(at, 'growing.log'), 'line\n')
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
  await until(() => seen().some((one) => one.endsWith('growing.log')))
  expect(seen().filter((one) => one.endsWith('growing.log'))).toEqual(['created growing.log'])
})

it('[TR32] only what fits the patterns is told, and what is ignored is not', async () => {
  const { at, until, seen } = await watched({ globs: ['**/*.pdf'], on: ['created'] })
  await mkdir(join(at, 'node_modules'), { recursive: true })
  await mkdir(join(at, 'deep/er'), { recursive: true })
  await Promise.all([
    writeFile(join(at, 'a.txt'), ''),
    writeFile(join(at, 'node_modules/b.pdf'), ''),
    writeFile(join(at, 'deep/er/c.pdf'), ''),
  ])
  await until(() => seen().length > 0)
  expect(seen()).toEqual(['created deep/er/c.pdf'])
})

it('[TR32] a folder that is not there is waited for; one that goes and comes back is watched again', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'troupe-files-'))
  onTestFinished(() => rm(parent, { recursive: true, force: true }))
  const { at, until, seen, watching } = await watched({ on: ['created'] }, join(parent, 'later'))
  expect(watching.note).toMatch(/not there yet/)
  await mkdir(at)
  await writeFile(join(at, 'first.txt'), '')
  await until(() => seen().includes('created first.txt'))
  await rm(at, { recursive: true })
  await until(() => /not there yet/.test(watching.note))
  await mkdir(at)
  await writeFile(join(at, 'second.txt'), '')
  await until(() => seen().includes('created second.txt'))
})
