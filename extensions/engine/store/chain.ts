/**
 * The truth on the disk: a snapshot and the journals after it. Generation n of a snapshot holds everything before journal n.
 * A damaged snapshot is passed over for the one before it, whose journals are kept until the next; a damaged journal is refused.
 */
import { TroupeError } from '#core'
import { damaged } from './damage.ts'
import { applyDelta } from './delta.ts'
import { PageImage } from './image.ts'
import { journalName, readHeader } from './journal.ts'
import type { Disk } from './ports.ts'
import { brokenSeal, openSealed } from './seal-words.ts'
import { decodeHeader, type JournalHeader, SECTOR_BYTES, scanFrames } from './sectors.ts'
import { readSnapshot, readWhole, type SnapshotInfo, snapshotName } from './snapshot.ts'

export interface Chain {
  readonly image: PageImage
  /** The snapshot that it began with; null when it began with nothing. */
  readonly base: SnapshotInfo | null
  /** Sequence number of the last frame applied; 0 when there is none. */
  readonly seq: number
  /** Generation and header of the newest journal; null for an empty folder. */
  readonly newest: JournalHeader | null
  readonly frames: number
  readonly frameBytes: number
  readonly cutBytes: number
  readonly damagedSnapshots: readonly string[]
}

interface Files {
  /** Generations, newest first. */
  readonly snapshots: readonly number[]
  /** Generations, oldest first. */
  readonly journals: readonly number[]
}

export function filesOf(disk: Disk): Files {
  const numbered = (pattern: RegExp): number[] =>
    disk.list().flatMap((name) => (pattern.test(name) ? [Number(pattern.exec(name)?.[1])] : []))
  return { snapshots: numbered(/^snapshot-(\d{8})$/).sort((a, b) => b - a), journals: numbered(/^journal-(\d{8})$/).sort((a, b) => a - b) }
}

/** Reads everything; with `upTo`, only what snapshot `upTo` has to hold. Changes nothing on the disk. */
export function readChain(disk: Disk, upTo = Number.POSITIVE_INFINITY): Chain {
  const files = filesOf(disk)
  const journals = files.journals.filter((generation) => generation <= upTo)
  const damagedSnapshots: string[] = []
  let firstDamage: TroupeError | undefined
  for (const generation of files.snapshots.filter((one) => one <= upTo)) {
    const read = trySnapshot(disk, generation)
    if ('pages' in read) return follow(disk, journals, upTo, read.info, new PageImage(read.pages), damagedSnapshots)
    // An older snapshot with all the journals since then says the same; only when there is none either, this damage is the answer.
    firstDamage ??= read.damage
    damagedSnapshots.push(read.damage.message)
  }
  if (firstDamage !== undefined && journals[0] !== 1) throw firstDamage
  try {
    return follow(disk, journals, upTo, null, new PageImage(), damagedSnapshots)
  } catch (thrown) {
    throw firstDamage ?? thrown
  }
}

function trySnapshot(disk: Disk, generation: number): ReturnType<typeof readSnapshot> | { readonly damage: TroupeError } {
  const name = snapshotName(generation)
  try {
    const read = readSnapshot(disk, name)
    if (read.info.generation !== generation) throw damaged(name, read.pages.length, `it calls itself generation ${read.info.generation}`)
    return read
  } catch (thrown) {
    // Only what was read and found wrong: a disk that cannot be read at this moment is another matter.
    if (thrown instanceof TroupeError && thrown.code === 'DAMAGED') return { damage: thrown }
    throw thrown
  }
}

function follow(
  disk: Disk,
  journals: readonly number[],
  upTo: number,
  base: SnapshotInfo | null,
  image: PageImage,
  damagedSnapshots: readonly string[],
): Chain {
  const start = base?.generation ?? 1
  const chain = journals.filter((generation) => generation >= start)
  if (chain.length === 0 && base === null)
    return { image, base, seq: 0, newest: null, frames: 0, frameBytes: 0, cutBytes: 0, damagedSnapshots }
  const end = upTo === Number.POSITIVE_INFINITY ? Math.max(start, chain.at(-1) ?? start) : upTo
  for (let generation = start; generation <= end; generation++) {
    if (!chain.includes(generation)) throw damaged(journalName(generation), 0, 'it is missing')
  }
  let seq = base?.seq ?? 0
  let [frames, frameBytes, cutBytes] = [0, 0, 0]
  let header: JournalHeader | undefined
  for (let generation = start; generation <= end; generation++) {
    const name = journalName(generation)
    const bytes = readWhole(disk, name)
    header = decodeHeader(bytes, name)
    if (header.generation !== generation || header.firstSeq !== seq + 1) {
      throw damaged(
        name,
        16,
        `it begins with frame ${header.firstSeq} of generation ${header.generation}, and frame ${seq + 1} of ${generation} was expected`,
      )
    }
    if (generation === upTo) break
    const next = generation < end ? readHeader(disk, journalName(generation + 1)) : null
    const wrong = (what: string): Error => damaged(name, SECTOR_BYTES, `a frame describes ${what}`)
    const seal = header.sealed && openSealed(disk, name, 0, header.sealed)
    let place = 0
    const found = scanFrames(bytes, header, name, next ? next.firstSeq - header.firstSeq : null, (content) => {
      const plain = seal ? seal.open(place++, content) : content
      if (!plain) throw brokenSeal(name, SECTOR_BYTES, `frame ${place - 1}`)
      applyDelta(image, plain, wrong)
    })
    seq += found.frames
    frames += found.frames
    frameBytes += found.endBytes - SECTOR_BYTES
    cutBytes += found.cutBytes
  }
  return { image, base, seq, newest: header ?? null, frames, frameBytes, cutBytes, damagedSnapshots }
}
