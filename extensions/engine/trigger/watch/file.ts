/**
 * Files below a folder: what came within a batch, and was not written to for a while, is one event. A folder that is not there is waited for;
 * one that goes is waited for again, and what lies in it when it is back counts as created. [TR32]
 */
import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, matchesGlob, relative, sep } from 'node:path'
import { TRIGGER_LIMITS } from '#contract/plain'
import { type Clock, messageOf, TroupeError } from '#core'
import type { Watcher } from '../ports.ts'

const LOOK_MS = 2_000
type What = 'created' | 'changed' | 'removed'

interface Seen {
  readonly what: What
  readonly at: number
}

export const watchFiles: Watcher = async ({ when, clock, log, triggerId, emit }) => {
  if (when.kind !== 'file') throw new TroupeError('INTERNAL', 'This is no file trigger.')
  const folder = when.folder.startsWith('~/') ? join(homedir(), when.folder.slice(2)) : when.folder
  const { watch } = await import('chokidar')
  const fits = (path: string): boolean => {
    const below = relative(folder, path).split(sep).join('/')
    return (when.globs.length === 0 || when.globs.some((glob) => matchesGlob(below, glob))) && !ignored(path)
  }
  const ignored = (path: string): boolean => {
    const below = relative(folder, path).split(sep).join('/')
    // A folder is left out whole when all that could lie in it is.
    return below !== '' && when.ignore.some((glob) => matchesGlob(below, glob) || matchesGlob(`${below}/x`, glob))
  }
  const batches = batching(clock, when.settleMs, when.batchMs, async (files) => {
    await emit({ type: 'troupe.file.changed', data: dataOf(folder, files) }).catch((thrown: unknown) =>
      log.warn('Changed files could not be told of.', { trigger: triggerId, files: files.size, problem: messageOf(thrown) }),
    )
  })
  let live: { close(): Promise<void> } | undefined
  let disarm: (() => void) | undefined
  let stopped = false
  let note = ''
  let first = true

  const begin = async (): Promise<void> => {
    if (stopped) return
    if (!(await isFolder(folder))) {
      note = `${when.folder} is not there yet; it is waited for.`
      first = false
      disarm = clock.after(LOOK_MS, () => void begin())
      return
    }
    note = `Watches ${when.folder}.`
    const watcher = watch(folder, { ignoreInitial: first, atomic: true, ignored: (path) => ignored(path), followSymlinks: false })
    first = false
    const tell = (what: What) => (path: string) => {
      if (when.on.includes(what) && fits(path)) batches.add(path, what)
    }
    watcher.on('add', tell('created')).on('change', tell('changed')).on('unlink', tell('removed'))
    watcher.on('error', (thrown) => {
      note = limitWords(thrown)
      log.warn('A folder cannot be watched as it should.', { trigger: triggerId, problem: note })
    })
    watcher.on('unlinkDir', (path) => {
      if (path !== folder) return
      live = undefined
      void watcher.close().then(begin)
    })
    live = watcher
    await new Promise<void>((resolve) => watcher.once('ready', () => resolve()))
  }
  await begin()
  return {
    get ok() {
      return !note.startsWith('The system')
    },
    get note() {
      return note
    },
    async stop() {
      stopped = true
      disarm?.()
      batches.stop()
      await live?.close()
    },
  }
}

interface Batches {
  add(path: string, what: What): void
  stop(): void
}

function batching(clock: Clock, settleMs: number, batchMs: number, flush: (files: ReadonlyMap<string, What>) => Promise<void>): Batches {
  const seen = new Map<string, Seen>()
  let disarm: (() => void) | undefined
  const work = (): void => {
    disarm = undefined
    const now = clock.now()
    const settled = new Map<string, What>()
    for (const [path, { what, at }] of seen) {
      // What was set back in time has waited long enough, too.
      if (now - at < settleMs && now >= at && what !== 'removed') continue
      settled.set(path, what)
      seen.delete(path)
    }
    if (settled.size > 0) void flush(settled)
    if (seen.size > 0) disarm = clock.after(Math.max(50, Math.min(settleMs, batchMs)), work)
  }
  return {
    add(path, what) {
      const before = seen.get(path)?.what
      // Written beside it and renamed over it, or created and then written to: one change of one file.
      const merged = before === 'created' && what === 'changed' ? 'created' : before === 'removed' && what === 'created' ? 'changed' : what
      if (before === 'created' && what === 'removed') seen.delete(path)
      else seen.set(path, { what: merged, at: clock.now() })
      disarm ??= clock.after(batchMs, work)
    },
    stop: () => disarm?.(),
  }
}

function dataOf(folder: string, files: ReadonlyMap<string, What>) {
  const named = [...files].slice(0, TRIGGER_LIMITS.filesNamed)
  return {
    folder,
    count: files.size,
    more: files.size - named.length,
    files: named.map(([path]) => path),
    changes: named.map(([path, what]) => ({ path, what })),
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}

function limitWords(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (code === 'ENOSPC')
    return 'The system watches no more files (fs.inotify.max_user_watches). Raise that limit, or watch a smaller folder.'
  if (code === 'EMFILE') return 'The system opens no more files for Troupe (ulimit -n). Raise that limit, or watch a smaller folder.'
  return `The system does not let it be watched: ${messageOf(thrown)}`
}
