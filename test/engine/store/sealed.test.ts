/** A sealed store: its bytes, its keys, its damage, and the way from one form to the other with the power cut anywhere. */
import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { gcm } from '@noble/ciphers/aes.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import { readChain } from '../../../extensions/engine/store/chain.ts'
import { askForm, type Disk, storeForm } from '../../../extensions/engine/store/mod.ts'
import { makeSeal, sealedDisk } from '../../../extensions/engine/store/seal.ts'
import { encodeFrame } from '../../../extensions/engine/store/sectors.ts'
import { readSnapshot } from '../../../extensions/engine/store/snapshot.ts'
import { SimulatedDisk, seeded } from '../../faults/store-disk.ts'
import { contentOf, openOn, runHistory } from '../../faults/store-history.ts'

const KEY = new Uint8Array(32).fill(7)
const MARKER = 'text that nobody may read'
const withKey = (disk: Disk, key = KEY): Disk => sealedDisk(disk, key, randomBytes)
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const put = (id: number, text: string) => [{ sql: 'INSERT OR REPLACE INTO item (id, text) VALUES (?, ?)', params: [id, text] }]

/** A plain store with some rows, a journal behind its snapshot, and a backup. */
async function plainStore(seed = 1): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(seeded(seed))
  let store = await openOn(disk)
  for (let id = 0; id < 20; id++) await store.write(put(id, `${MARKER} ${id}`))
  await store.stop()
  store = await openOn(disk)
  await store.write(put(20, `${MARKER} 20`))
  const copy = disk.copy()
  copy.replaceContent('backup-0000000000000020-person', copy.contentOf('snapshot-00000002').slice())
  copy.replaceContent('snapshot-00000001.damaged', copy.contentOf('snapshot-00000002').slice())
  await store.stop()
  return copy
}

async function sealedStore(seed = 1): Promise<SimulatedDisk> {
  const disk = await plainStore(seed)
  askForm(disk, 'sealed')
  await (await openOn(withKey(disk))).stop()
  return disk
}

const journals = (disk: SimulatedDisk): string[] =>
  disk
    .list()
    .filter((name) => /^journal-\d{8}$/.test(name))
    .sort()

function holdsMarker(disk: SimulatedDisk): string[] {
  return disk.list().filter((name) => Buffer.from(disk.contentOf(name)).includes(MARKER))
}

const fileKey = (salt: Uint8Array, kind: string, bytes = 32): Uint8Array =>
  hkdf(sha256, KEY, salt, Buffer.from(`troupe-store/1/${kind}`), bytes)
function opened(key: Uint8Array, head: Uint8Array, place: number, box: Uint8Array): Uint8Array {
  const bound = new Uint8Array(head.length + 4)
  bound.set(head)
  viewOf(bound).setUint32(head.length, place, true)
  return gcm(key, box.subarray(0, 12), bound).decrypt(box.subarray(12))
}

describe('the bytes', () => {
  test('[SE2] a sealed journal: key id, check, and a box in each frame', async () => {
    const disk = await sealedStore()
    const store = await openOn(withKey(disk))
    await store.write(put(1, 'quite another sentence'))
    const name = disk
      .list()
      .filter((one) => one.startsWith('journal-'))
      .sort()
      .at(-1) as string
    const bytes = disk.contentOf(name).slice()
    expect(viewOf(bytes).getUint32(8, true)).toBe(3)
    expect(bytes.subarray(56, 64)).toEqual(fileKey(new Uint8Array(0), 'key-id', 8))
    const key = fileKey(bytes.subarray(32, 48), 'journal')
    const head = bytes.subarray(0, 64)
    expect(opened(key, head, 0xffffffff, bytes.subarray(64, 92))).toEqual(new Uint8Array(0))
    const length = viewOf(bytes).getUint32(512 + 12, true)
    expect(length).toBeLessThanOrEqual(492)
    const plain = opened(key, head, 0, bytes.subarray(532, 532 + length))
    expect(Buffer.from(plain).includes('quite another')).toBe(true)
    expect(Buffer.from(bytes).includes('quite another')).toBe(false)
    await store.stop()
  })

  test('[SE3] a sealed snapshot: pieces, nonces and tags, checksums, block, footer', async () => {
    const disk = await sealedStore()
    const name = disk.list().find((one) => one.startsWith('snapshot-')) as string
    const bytes = disk.contentOf(name)
    const footer = bytes.length - 64
    const view = viewOf(bytes)
    expect([8, 12].map((at) => view.getUint32(footer + at, true))).toEqual([2, 4096])
    const pages = view.getUint32(footer + 16, true)
    expect(footer).toBe(pages * 4096 + 28 + pages * 4 + 64)
    const block = bytes.subarray(footer - 64, footer)
    const key = fileKey(block.subarray(0, 16), 'snapshot')
    expect(block.subarray(16, 24)).toEqual(fileKey(new Uint8Array(0), 'key-id', 8))
    const head = bytes.subarray(footer, footer + 40)
    expect(opened(key, head, 0xffffffff, block.subarray(24, 52))).toEqual(new Uint8Array(0))
    const end = pages * 4096
    const box = Buffer.concat([bytes.subarray(end, end + 12), bytes.subarray(0, end), bytes.subarray(end + 12, end + 28)])
    expect(
      Buffer.from(opened(key, head, 0, box))
        .subarray(0, 15)
        .toString(),
    ).toBe('SQLite format 3')
    expect(view.getUint32(footer + 40, true)).toBe(crc32(bytes.subarray(end, footer)))
  })
})

describe('keys and damage', () => {
  test('[SE4] no key and another key are SEALED and change nothing, damage is DAMAGED', async () => {
    const disk = await sealedStore()
    const before = disk.list().map((name) => [name, Buffer.from(disk.contentOf(name)).toString('base64')])
    await expect(openOn(disk)).rejects.toMatchObject({ code: 'SEALED', message: expect.stringContaining('there is no key') })
    await expect(openOn(withKey(disk, new Uint8Array(32).fill(8)))).rejects.toMatchObject({
      code: 'SEALED',
      message: expect.stringContaining("the vault's key is"),
    })
    expect(disk.list().map((name) => [name, Buffer.from(disk.contentOf(name)).toString('base64')])).toEqual(before)
    const [journal] = disk.list().filter((name) => name.startsWith('journal-'))
    const bytes = disk.contentOf(journal as string).slice()
    bytes[60] = (bytes[60] as number) ^ 1
    disk.replaceContent(journal as string, bytes)
    await expect(openOn(withKey(disk))).rejects.toMatchObject({ code: 'DAMAGED' })
  })

  test('[SE5] every flipped bit of a journal and of a snapshot is told, also when its checksum was made to fit', {
    timeout: 120_000,
  }, async () => {
    const disk = await sealedStore()
    const store = await openOn(withKey(disk))
    await store.write(put(1, MARKER))
    const copy = disk.copy()
    await store.stop()
    const sealed = withKey(copy)
    expect(readChain(sealed).frames).toBe(1)
    const journal = copy
      .list()
      .filter((name) => name.startsWith('journal-'))
      .sort()
      .at(-1) as string
    const snapshot = copy.list().find((name) => name.startsWith('snapshot-')) as string
    const told = new Set<string>()
    /** Every one of the first so many bits, one at a time. */
    const flip = (name: string, count: number, read: () => unknown): void => {
      const bytes = copy.contentOf(name)
      for (let bit = 0; bit < count; bit++) {
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
        try {
          read()
          told.add(`nothing of bit ${bit} of ${name}`)
        } catch (thrown) {
          told.add((thrown as { code: string }).code)
        }
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
      }
    }
    flip(journal, 1024 * 8, () => readChain(sealed))
    flip(snapshot, copy.contentOf(snapshot).length * 8, () => readSnapshot(sealed, snapshot))
    expect([...told]).toEqual(['DAMAGED'])
    // Whole again: nothing but the one bit was wrong each time.
    expect(readSnapshot(sealed, snapshot).pages.length).toBeGreaterThan(0)
    expect(forged(copy, sealed, snapshot)).toEqual(['DAMAGED'])
  })

  test('[SE5] a frame, a head and a piece with fitting checksums but another content are DAMAGED', async () => {
    const disk = await sealedStore()
    const store = await openOn(withKey(disk))
    await store.write(put(1, MARKER))
    const copy = disk.copy()
    await store.stop()
    const name = copy
      .list()
      .filter((one) => one.startsWith('journal-'))
      .sort()
      .at(-1) as string
    const good = copy.contentOf(name).slice()
    const salt = crc32(good.subarray(32, 48))
    const bad = good.slice()
    bad[540] = (bad[540] as number) ^ 1
    viewOf(bad).setUint32(512 + 16, crc32(bad.subarray(532, 1024), salt), true)
    viewOf(bad).setUint32(512 + 4, crc32(bad.subarray(520, 532), salt), true)
    copy.replaceContent(name, bad)
    expect(() => readChain(withKey(copy))).toThrow(/the seal of frame 0 does not fit/)
    const head = good.slice()
    viewOf(head).setBigUint64(48, 5n, true)
    viewOf(head).setUint32(508, crc32(head.subarray(0, 508)), true)
    copy.replaceContent(name, head)
    expect(() => readChain(withKey(copy))).toThrow(/the check of its key is wrong/)
  })

  test('[SE5] no nonce comes twice, and a box opens at its own place only', async () => {
    const disk = await sealedStore()
    const store = await openOn(withKey(disk))
    for (const text of ['aaaa', 'bbbb', 'cccc']) await store.write(put(1, text))
    const copy = disk.copy()
    await store.stop()
    const name = journals(copy).at(-1) as string
    const bytes = copy.contentOf(name).slice()
    const frames = [0, 1, 2].map((frame) => {
      const at = 512 * (frame + 1)
      return bytes.slice(at + 20, at + 20 + viewOf(bytes).getUint32(at + 12, true))
    }) as [Uint8Array, Uint8Array, Uint8Array]
    expect(new Set(frames.map((box) => Buffer.from(box.subarray(0, 12)).toString('hex'))).size).toBe(3)
    const salt = crc32(bytes.subarray(32, 48))
    bytes.set(encodeFrame(frames[2], 1, salt), 1024)
    bytes.set(encodeFrame(frames[1], 2, salt), 1536)
    copy.replaceContent(name, bytes)
    expect(() => readChain(withKey(copy))).toThrow(/the seal of frame 1 does not fit/)
  })

  test('[SE6] a torn tail is cut, as in a plain journal', async () => {
    const disk = await sealedStore()
    const store = await openOn(withKey(disk))
    await store.write(put(1, 'kept'))
    await store.write(put(2, 'x'.repeat(3000)))
    const copy = disk.copy()
    await store.stop()
    const name = copy
      .list()
      .filter((one) => one.startsWith('journal-'))
      .sort()
      .at(-1) as string
    const bytes = copy.contentOf(name).slice()
    bytes.fill(0, 512 * 4, 512 * 5)
    copy.replaceContent(name, bytes)
    const again = await openOn(withKey(copy))
    expect((await again.health()).recovered.cutBytes).toBeGreaterThan(0)
    const rows = await contentOf(again)
    expect([rows.get(1), rows.get(2)]).toEqual(['kept', `${MARKER} 2`])
    await again.stop()
  })
})

/** Bits of the pages flipped, with every checksum made to fit again. */
function forged(copy: SimulatedDisk, sealed: Disk, name: string): string[] {
  const good = copy.contentOf(name).slice()
  const footer = good.length - 64
  const pages = viewOf(good).getUint32(footer + 16, true)
  const told = new Set<string>()
  for (const at of [0, 5000, pages * 4096, pages * 4096 + 27, footer - 64, footer - 48, footer - 20, footer + 25, footer + 33]) {
    const bad = good.slice()
    bad[at] = (bad[at] as number) ^ 4
    const view = viewOf(bad)
    const sums = pages * 4096 + Math.ceil(pages / 64) * 28
    for (let page = 0; page < pages; page++) view.setUint32(sums + page * 4, crc32(bad.subarray(page * 4096, (page + 1) * 4096)), true)
    view.setUint32(footer + 40, crc32(bad.subarray(pages * 4096, footer)), true)
    view.setUint32(footer + 60, crc32(bad.subarray(footer, footer + 60)), true)
    copy.replaceContent(name, bad)
    try {
      readSnapshot(sealed, name)
      told.add(`nothing at ${at}`)
    } catch (thrown) {
      // Another key's id is another key.
      const { code } = thrown as { code: string }
      if (at !== footer - 48 || code !== 'SEALED') told.add(code)
    }
  }
  copy.replaceContent(name, good)
  return [...told]
}

describe('from one form to the other', () => {
  test('[SE7] sealing leaves no plain page, and unsealing gives everything back', async () => {
    const disk = await plainStore()
    const rows = await contentOf(await openOn(disk.copy()))
    expect(holdsMarker(disk)).not.toEqual([])
    askForm(disk, 'sealed')
    await (await openOn(withKey(disk))).stop()
    expect(holdsMarker(disk)).toEqual([])
    expect(storeForm(disk)).toEqual({ now: 'sealed', wanted: 'sealed', changing: false, needsKey: true })
    let store = await openOn(withKey(disk))
    expect(await contentOf(store)).toEqual(rows)
    await store.write(put(30, `${MARKER} 30`))
    await store.compact()
    await store.stop()
    expect(holdsMarker(disk)).toEqual([])
    askForm(disk, 'plain')
    await (await openOn(withKey(disk))).stop()
    expect(storeForm(disk)).toEqual({ now: 'plain', wanted: 'plain', changing: false, needsKey: false })
    store = await openOn(disk)
    expect(await contentOf(store)).toEqual(new Map([...rows, [30, `${MARKER} 30`]]))
    await store.stop()
  })

  test('[SE8] a sealing whose key is not there does not begin', async () => {
    const disk = await plainStore()
    askForm(disk, 'sealed')
    const store = await openOn(disk)
    expect((await contentOf(store)).size).toBe(21)
    await store.stop()
    expect(storeForm(disk)).toMatchObject({ now: 'plain', wanted: 'plain', changing: false })
  })

  test.each(['sealed', 'plain'] as const)(
    '[SE8] the power is cut at each step of the way to %s: everything is there, and it is completed',
    { timeout: 120_000 },
    async (form) => {
      const start = form === 'sealed' ? await plainStore() : await sealedStore()
      const rows = await contentOf(await openOn(withKey(start.copy())))
      let steps = 0
      for (let cut = 0, whole = 0; whole < 5; cut++) {
        const disk = start.copy()
        askForm(disk, form)
        disk.cutAfter(Math.floor(cut / 4))
        let ended = true
        try {
          await openOn(withKey(disk))
        } catch {
          ended = false
        }
        if (!disk.isOff && ended) {
          whole++
          continue
        }
        steps++
        disk.restart()
        const store = await openOn(withKey(disk))
        expect(await contentOf(store)).toEqual(rows)
        await store.stop()
        expect(storeForm(disk)).toMatchObject({ now: form, changing: false, needsKey: form === 'sealed' })
        if (form === 'sealed') expect(holdsMarker(disk)).toEqual([])
        else expect(await contentOf(await openOn(disk))).toEqual(rows)
      }
      expect(steps).toBeGreaterThan(60)
    },
  )
})

test('[SE6] power cuts over a sealed store lose nothing and tear nothing', { timeout: 600_000 }, async () => {
  for (let seed = 11; seed < 14; seed++) {
    let last: SimulatedDisk | undefined
    const seal = (disk: Disk): Disk => ({ ...withKey(disk), seal: makeSeal(KEY, true, randomBytes) })
    expect(await runHistory({ seed, crashes: 25, seal, prepare: (disk) => (last = disk) })).toBeNull()
    expect(last && storeForm(last).now).toBe('sealed')
  }
})
