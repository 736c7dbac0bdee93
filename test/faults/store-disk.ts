/**
 * A disk that keeps only what it must. Between syncs every sector (at times: every write) may or may not survive, files may or may not
 * have grown, and names may or may not have changed, in any combination; what was synced survives. Power can be cut at any operation.
 */
import type { Disk, DiskFile } from '../../extensions/engine/store/mod.ts'

const SECTOR = 512

interface Inode {
  durable: Uint8Array
  live: Uint8Array
  /** Writes since the last sync. */
  pending: { readonly offset: number; readonly bytes: Uint8Array }[]
}
type NameChange = {
  readonly name: string
  readonly inode: Inode | null
  readonly also?: { readonly name: string; readonly inode: Inode | null }
}

export class PowerCut extends Error {}

/** Numbers from 0 up to `below`, repeatable for each seed (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

export class SimulatedDisk implements Disk {
  readonly #random: (below: number) => number
  #durableNames = new Map<string, Inode>()
  #liveNames = new Map<string, Inode>()
  #changes: NameChange[] = []
  #operationsLeft = Number.POSITIVE_INFINITY
  /** Takes the syncs out: the proof that the trials can find a loss. */
  syncDoesNothing = false
  folderSyncDoesNothing = false
  /** Set: every write and every creation fails with it. */
  failure: Error | null = null
  /** Set: only syncs fail with it, after the data went out. */
  syncFailure: Error | null = null
  /** Set: only syncs of the folder fail with it, after the names were changed. */
  folderFailure: Error | null = null

  constructor(random: (below: number) => number) {
    this.#random = random
  }

  /** The power goes off in the middle of the operation after this many. */
  cutAfter(operations: number): void {
    this.#operationsLeft = operations
  }

  get isOff(): boolean {
    return this.#operationsLeft < 0
  }

  /** Power comes back: decides what survived. */
  restart(): void {
    const inOrder = this.#random(2) === 0
    const prefix = this.#random(this.#changes.length + 1)
    const survivors = this.#changes.filter((_, at) => (inOrder ? at < prefix : this.#random(2) === 0))
    for (const change of survivors)
      for (const one of [change, ...(change.also ? [change.also] : [])]) setName(this.#durableNames, one.name, one.inode)
    const wholeWrites = this.#random(3) === 0
    for (const inode of new Set(this.#durableNames.values())) this.#settle(inode, wholeWrites)
    this.#liveNames = new Map(this.#durableNames)
    this.#changes = []
    this.#operationsLeft = Number.POSITIVE_INFINITY
    this.failure = null
    this.syncFailure = null
    this.folderFailure = null
  }

  /** What a file holds now, for tests that look or damage it. */
  contentOf(name: string): Uint8Array {
    return (this.#liveNames.get(name) as Inode).live
  }
  replaceContent(name: string, bytes: Uint8Array): void {
    setName(this.#liveNames, name, { durable: bytes, live: bytes, pending: [] })
    this.#durableNames = new Map(this.#liveNames)
  }
  copy(): SimulatedDisk {
    const other = new SimulatedDisk(this.#random)
    for (const [name, inode] of this.#liveNames) other.replaceContent(name, inode.live.slice())
    return other
  }

  list(): readonly string[] {
    if (this.isOff) throw new PowerCut('off')
    return [...this.#liveNames.keys()]
  }

  open(name: string, mode: 'read' | 'write' | 'create' | 'log'): DiskFile {
    this.#operate()
    let inode = this.#liveNames.get(name)
    if (mode === 'create') {
      if (this.failure) throw this.failure
      inode = { durable: new Uint8Array(0), live: new Uint8Array(0), pending: [] }
      this.#rename({ name, inode })
    }
    if (!inode) throw Object.assign(new Error(`no such file: ${name}`), { code: 'ENOENT' })
    const file = this.#file(inode)
    if (mode !== 'log') return file
    return {
      ...file,
      bytes: file.bytes,
      isInPlace: () => this.#liveNames.get(name) === inode,
      write(offset, bytes) {
        file.write(offset, bytes)
        file.sync()
      },
    }
  }

  rename(from: string, to: string): void {
    const inode = this.#liveNames.get(from)
    if (!inode) throw new Error(`no such file: ${from}`)
    if (this.failure) throw this.failure
    this.#rename({ name: to, inode, also: { name: from, inode: null } })
    this.#operate()
  }

  remove(name: string): void {
    this.#rename({ name, inode: null })
    this.#operate()
  }

  syncFolder(): void {
    this.#operate()
    const failure = this.folderFailure ?? this.syncFailure
    if (failure) throw failure
    if (this.folderSyncDoesNothing) return
    this.#durableNames = new Map(this.#liveNames)
    this.#changes = []
  }

  #file(inode: Inode): DiskFile {
    const disk = this
    return {
      get bytes() {
        return inode.live.length
      },
      read(offset, into) {
        const part = inode.live.subarray(offset, offset + into.length)
        into.set(part)
        return part.length
      },
      write(offset, bytes) {
        if (disk.isOff) throw new PowerCut('off')
        if (disk.failure) throw disk.failure
        inode.pending.push({ offset, bytes: bytes.slice() })
        inode.live = patched(inode.live, offset, bytes)
        disk.#operate()
      },
      sync() {
        disk.#operate()
        if (disk.syncFailure) throw disk.syncFailure
        if (disk.syncDoesNothing) return
        inode.durable = inode.live
        inode.pending = []
      },
      isInPlace: () => true,
      close() {},
    }
  }

  #settle(inode: Inode, wholeWrites: boolean): void {
    const bytes = new Uint8Array(Math.max(inode.durable.length, ...inode.pending.map((write) => write.offset + write.bytes.length)))
    bytes.set(inode.durable)
    let end = inode.durable.length
    for (const write of inode.pending) {
      const piece = wholeWrites ? write.bytes.length : SECTOR
      for (let at = 0; at < write.bytes.length; at += piece) {
        if (this.#random(2) !== 0) continue
        bytes.set(write.bytes.subarray(at, at + piece), write.offset + at)
        end = Math.max(end, Math.min(write.offset + at + piece, write.offset + write.bytes.length))
      }
    }
    inode.durable = bytes.slice(0, end)
    inode.live = inode.durable
    inode.pending = []
  }

  #rename(change: NameChange): void {
    if (this.isOff) throw new PowerCut('off')
    this.#changes.push(change)
    setName(this.#liveNames, change.name, change.inode)
    if (change.also) setName(this.#liveNames, change.also.name, change.also.inode)
  }

  #operate(): void {
    if (this.isOff) throw new PowerCut('off')
    this.#operationsLeft--
    if (this.isOff) throw new PowerCut('the power was cut')
  }
}

function setName(names: Map<string, Inode>, name: string, inode: Inode | null): void {
  if (inode) names.set(name, inode)
  else names.delete(name)
}

/** A new array: what was handed out before stays as it was. */
function patched(bytes: Uint8Array, offset: number, patch: Uint8Array): Uint8Array {
  const next = new Uint8Array(Math.max(bytes.length, offset + patch.length))
  next.set(bytes)
  next.set(patch, offset)
  return next
}
