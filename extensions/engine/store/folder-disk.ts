/** The disk port over a real folder. */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
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
  const file = openFile(path, SYNCED_WRITES ?? FLAGS.write)
  const { ino } = statSync(path)
  return {
    get bytes() {
      return file.bytes
    },
    read: file.read,
    write(offset, bytes) {
      file.write(offset, bytes)
      if (SYNCED_WRITES === null) file.sync()
      // A file that was removed or moved can still be written to, and nothing would be found of it.
      if (statSync(path, { throwIfNoEntry: false })?.ino !== ino) throw new Error(`${path} was taken away`)
    },
    sync: file.sync,
    close: file.close,
  }
}

function openFile(path: string, flags: string | number): DiskFile {
  const fd = openSync(path, flags, 0o600)
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
    close: () => closeSync(fd),
  }
}
