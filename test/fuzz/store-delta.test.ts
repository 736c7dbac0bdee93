/** What a frame holds is what changed: applied to what was there before, it gives what was there afterwards, byte for byte. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyDelta, DeltaEncoder } from '../../extensions/engine/store/delta.ts'
import { PAGE_BYTES, PageImage } from '../../extensions/engine/store/image.ts'
import { PageFile } from '../../extensions/engine/store/page-file.ts'

const PAGES = 3
const LAST = PAGES * PAGE_BYTES - 1
/** Stretches of one to nine bytes anywhere, also at the ends of pages and of words. */
const stretch = fc.record({
  at: fc.oneof(fc.nat(LAST), fc.constantFrom(0, 4, 8, 4088, 4092, 4095, 4096, 4100, LAST)),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }),
})

test('[SD1] a delta makes the pages after a group of those before it', () => {
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 40 }), fc.integer({ min: 1, max: PAGES + 1 }), (stretches, pageCount) => {
      const before = new Uint8Array(PAGES * PAGE_BYTES).map((_, at) => at * 31)
      const after = before.slice()
      for (const { at, bytes } of stretches) after.set(bytes.subarray(0, after.length - at), at)
      const file = new PageFile(new PageImage(before.slice()))
      for (let page = 0; page < PAGES; page++) {
        file.position = page * PAGE_BYTES
        file.write(after, page * PAGE_BYTES, PAGE_BYTES)
      }
      file.truncate(pageCount * PAGE_BYTES)
      const group = file.group()
      const content = group && new DeltaEncoder().encode(group)
      const again = new PageImage(before.slice())
      if (content) applyDelta(again, content, (what) => new Error(what))
      expect(Buffer.concat([...again.pieces()]).equals(Buffer.concat([...file.image.pieces()]))).toBe(true)
    }),
    { numRuns: 300 },
  )
})
