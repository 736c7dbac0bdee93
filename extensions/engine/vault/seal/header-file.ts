/** The header on the disk: `header`, replaced whole or not at all, and `header.copy` with the same bytes, for a person to fall back on. */
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TroupeError } from '#core'
import type { FaultPoint } from '../ports.ts'

const NAME = 'header'
const COPY = 'header.copy'

export interface HeaderFile {
  /** undefined: there is none. DISK: it is there and cannot be read. */
  read(): Promise<Uint8Array | undefined>
  /** DISK: what was there before still is. */
  replace(bytes: Uint8Array): Promise<void>
  /** As `replace`, where nothing may be yet: CONFLICT. */
  create(bytes: Uint8Array): Promise<void>
  /** Takes back what `create` just made, when the vault could not be made after all. */
  uncreate(): Promise<void>
}

export function headerFile(folder: string, fault: FaultPoint): HeaderFile {
  const path = join(folder, NAME)
  const copy = join(folder, COPY)
  /** For a person to fall back on; the header itself stands without it, so it may fail. */
  const keepCopy = (bytes: Uint8Array) =>
    put(
      folder,
      copy,
      bytes,
      () => undefined,
      (draft) => rename(draft, copy),
    ).catch(() => undefined)
  return {
    async read() {
      try {
        return new Uint8Array(await readFile(path))
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw refused('read', cause)
      }
    },
    async replace(bytes) {
      await put(folder, path, bytes, fault, (draft) => rename(draft, path))
      await keepCopy(bytes)
    },
    async create(bytes) {
      await put(folder, path, bytes, fault, async (draft) => {
        await linkNew(draft, path)
        await rm(draft)
      })
      await keepCopy(bytes)
    },
    async uncreate() {
      await rm(path, { force: true })
      await rm(copy, { force: true })
    },
  }
}

/** A name that is taken is never taken over; a disk without hard links is asked first. */
async function linkNew(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new TroupeError('CONFLICT', 'There is a vault header already.', { cause })
    const there = await readFile(path).then(
      () => true,
      (thrown: NodeJS.ErrnoException) => thrown.code !== 'ENOENT',
    )
    if (there) throw new TroupeError('CONFLICT', 'There is a vault header already.', { cause })
    await rename(draft, path)
  }
}

async function put(folder: string, path: string, bytes: Uint8Array, fault: FaultPoint, settle: (draft: string) => Promise<void>) {
  const draft = `${path}.new`
  try {
    const file = await open(draft, 'w', 0o600)
    try {
      await file.writeFile(bytes)
      fault('header:draft')
      await file.sync()
    } finally {
      await file.close()
    }
    fault('header:before')
    await settle(draft)
    fault('header:settled')
    await syncFolder(folder)
  } catch (cause) {
    if (cause instanceof TroupeError) throw cause
    throw refused('written', cause)
  }
}

/** Without it the renaming itself may be undone by a power cut (POSIX leaves that to the caller); Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function refused(what: 'read' | 'written', cause: unknown): TroupeError {
  return new TroupeError('DISK', `The vault's header could not be ${what}: ${(cause as Error).message}`, {
    hint: 'Make room, or give Troupe access to its data folder, then try again.',
    cause,
  })
}
