/** The disk port over a real folder. */
import {
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Disk, DiskFile } from './ports.ts'

const FLAGS = { read: 'r', write: 'r+', create: 'w+' } as const
/** One call in place of write and fdatasync, with the same promise. Only Linux keeps it down to the platter: Darwin's leaves the drive's cache out, Windows has none. */
const SYNCED_WRITES = process.platform === 'linux' ? constants.O_RDWR | constants.O_DSYNC : null

/** Between two writes so close together only the name is looked for, not whether another file has taken it: that costs a third as much. */
const LOOK_AGAIN_MS = 10

export function folderDisk(folder: string): Disk {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return {
    list: () => readdirSync(folder),
    open: (name, mode) => (mode === 'log' ? openLog(join(folder, name)) : openFile(join(folder, name), FLAGS[mode])),
    rename: (from, to) => renameSync(join(folder, from), join(folder, to)),
    remove: (name) => rmSync(join(folder, name), { force: true }),
    syncFolder() {
      // Windows cannot sync a folder; NTFS journals its names by itself.
      if (process.platform === 'win32') return
      const fd = openSync(folder, 'r')
      try {
        fsyncSync(fd)
      } finally {
        closeSync(fd)
      }
    },
  }
}

function openLog(path: string): DiskFile {
  const fd = openSync(path, SYNCED_WRITES ?? FLAGS.write)
  const file = openedFile(fd)
  const isInPlace = nameOf(fd) === null ? sameInode(path) : sameName(fd)
  let lookedAt = 0
  return {
    get bytes() {
      return file.bytes
    },
    read: file.read,
    write(offset, bytes) {
      file.write(offset, bytes)
      if (SYNCED_WRITES === null) file.sync()
      // A file that was removed or moved can still be written to, and nothing would be found of it.
      const now = performance.now()
      const looks = now - lookedAt >= LOOK_AGAIN_MS
      if (!(looks ? isInPlace() : existsSync(path))) throw new Error(`${path} was taken away`)
      if (looks) lookedAt = now
    },
    sync: file.sync,
    isInPlace,
    close: file.close,
  }
}

/** Where the kernel says that an open file is now ("… (deleted)" when it is nowhere); null where there is no such list. */
function nameOf(fd: number): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return null
  }
}

/**
 * Asked by name, since a stat also asks for the times: Linux (6.13 and later) then gives the next write a time of its own and writes
 * the inode again for it, which makes that write half as slow again.
 */
function sameName(fd: number): () => boolean {
  const name = nameOf(fd)
  return () => nameOf(fd) === name
}

function sameInode(path: string): () => boolean {
  const { ino } = statSync(path)
  return () => statSync(path, { throwIfNoEntry: false })?.ino === ino
}

const openFile = (path: string, flags: string | number): DiskFile => openedFile(openSync(path, flags, 0o600))

function openedFile(fd: number): DiskFile {
  return {
    get bytes() {
      return fstatSync(fd).size
    },
    read(offset, into) {
      let done = 0
      while (done < into.length) {
        const count = readSync(fd, into, done, into.length - done, offset + done)
        if (count === 0) break
        done += count
      }
      return done
    },
    write(offset, bytes) {
      let done = 0
      while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, offset + done)
    },
    // fdatasync also makes a changed size durable: fdatasync(2) leaves out only what is not needed to read the data back.
    sync: () => fdatasyncSync(fd),
    isInPlace: () => true,
    close: () => closeSync(fd),
  }
}
