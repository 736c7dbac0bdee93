/**
 * What the store needs from outside: a folder on a disk. Everything durable passes through this port, so that a simulated disk
 * (writes lost, reordered and torn between syncs) can stand in its place. All calls are synchronous: only the store's threads make them.
 */
export interface DiskFile {
  readonly bytes: number
  /** Fills `into` from `offset`; answers how many bytes there were. */
  read(offset: number, into: Uint8Array): number
  /** Writes all of it or throws. Durable after `sync`; in a log when it returns, which it does only if the file still has its name. */
  write(offset: number, bytes: Uint8Array): void
  /** Returns when everything written to this file, and its size, survives a power cut. */
  sync(): void
  /** Whether the name that it was opened by still is this file's; only asked of a log. */
  isInPlace(): boolean
  close(): void
}

export interface Disk {
  /** Names in the folder. */
  list(): readonly string[]
  /** `create` empties a file that exists; the others throw when it does not. A `log` is for writing, and makes each write durable by itself. */
  open(name: string, mode: 'read' | 'write' | 'create' | 'log'): DiskFile
  /** Replaces `to` in one step. Durable after `syncFolder`. */
  rename(from: string, to: string): void
  remove(name: string): void
  /** Returns when every creation, renaming and removal so far survives a power cut. */
  syncFolder(): void
  /** Opens and makes the sealed files of this folder; without one all files are plain. */
  readonly seal?: Seal | undefined
}

/** The key of a sealed store. It lies with the disk because everything that reads or writes a file of the store needs both. */
export interface Seal {
  /** 8 bytes, made from the key: tells whether a file was sealed with it. */
  readonly id: Uint8Array
  /** Whether new files are sealed; a store that is being unsealed is only read with it. */
  readonly writes: boolean
  /** 16 fresh random bytes for each file. */
  salt(): Uint8Array
  /** One file's own key. `head` is bound to every box in it. */
  file(kind: 'journal' | 'snapshot', salt: Uint8Array, head: Uint8Array): FileSeal
}

export interface FileSeal {
  /** A box: nonce, ciphertext, tag (28 bytes more). It opens at its own place only. */
  seal(place: number, plain: Uint8Array): Uint8Array
  /** undefined: another key, another place, or changed bytes. */
  open(place: number, box: Uint8Array): Uint8Array | undefined
  /** A box of nothing, that tells whether the head is as it was written. */
  check(): Uint8Array
  fits(check: Uint8Array): boolean
}

/** Makes the snapshot `upTo` from the snapshot before it and the journals between, off the store thread. */
export type Compactor = (upTo: number) => Promise<{ readonly createdAt: number }>
