import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { unzipSync, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '#contract'
import { SecretBook } from '#core'
import { systemChance } from '#core/node'
import { hide } from '../../../extensions/engine/support/hide.ts'
import { openSupport, type SupportPart } from '../../../extensions/engine/support/mod.ts'

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)

function stage(parts: readonly SupportPart[]) {
  const book = new SecretBook()
  const written: { name: string; bytes: Uint8Array }[] = []
  let now = 0
  const room = openSupport({
    clock: { now: () => now, after: () => () => undefined },
    chance: systemChance,
    redactor: book.redactor,
    parts,
    names: [
      { word: '/home/anna', instead: '~' },
      { word: 'anna', instead: '(user)' },
      { word: 'x', instead: '!' },
    ],
    pack: async (files) => zipSync(files),
    digest: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    writeExport: async (name, bytes) => {
      written.push({ name, bytes })
      return `/exports/${name}`
    },
  })
  return { room, book, written, later: (ms: number) => (now += ms) }
}
const part = (name: string, read: () => Promise<unknown>): SupportPart => ({ name, about: `About ${name}.`, read })

describe('[SB1] what is written is what was shown', () => {
  it('byte for byte, less what was left out, with a list of sizes and digests', async () => {
    let reads = 0
    const { room, written } = stage([
      part('a.json', async () => ({ reads: ++reads })),
      part('logs/b.log', async () => 'line\n'),
      part('c.json', async () => 'left out'),
    ])
    const plan = await room.plan()
    expect(plan.entries.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['a.json', 17],
      ['logs/b.log', 5],
      ['c.json', 8],
    ])
    expect(written).toEqual([])
    const shown = room.text(plan.id, 'a.json')
    expect(await room.write(plan.id, ['c.json'])).toMatchObject({ entries: 2 })
    const files = unzipSync(written[0]?.bytes ?? new Uint8Array())
    expect(Object.keys(files).sort()).toEqual(['a.json', 'contents.txt', 'logs/b.log'])
    expect(text(files['a.json'])).toBe(shown)
    expect(reads).toBe(1)
    expect(text(files['contents.txt'])).toContain(createHash('sha256').update('line\n').digest('hex'))
    expect(text(files['contents.txt'])).not.toContain('c.json')
  })
  it('another plan, or half an hour, and it stands no longer', async () => {
    const { room, written, later } = stage([part('a.json', async () => 1)])
    const first = await room.plan()
    const second = await room.plan()
    await expect(room.write(first.id, [])).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(() => room.text(second.id, 'b')).toThrow('no entry')
    later(LIMITS.supportPlanMs + 1)
    await expect(room.write(second.id, [])).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(written).toEqual([])
  })
})

it('[SB2] an entry that cannot be read says why, and holds no other up', async () => {
  const { room } = stage([part('a.json', async () => Promise.reject(new Error('the disk said no'))), part('b.json', async () => 2)])
  const { id } = await room.plan()
  expect(room.text(id, 'a.json')).toBe('It could not be read: the disk said no\n')
  expect(room.text(id, 'b.json')).toBe('2\n')
})

describe('[SB4] [SB5] what is hidden', () => {
  const plain = {
    redactor: new SecretBook().redactor,
    names: [
      { word: '/home/anna', instead: '~' },
      { word: 'anna', instead: '(user)' },
      { word: 'x', instead: '!' },
    ],
  }
  it.each([
    ['Authorization: Bearer abcdefgh12345678', 'Authorization: Bearer [hidden]'],
    ['"authorization":"Basic dXNlcjpwdw=="', '"authorization":"Basic [hidden]"'],
    ['postgres://anna:hunter22@db.example.org/x', 'postgres://[hidden]@db.example.org/x'],
    ['password=hunter22&user=1', 'password=[hidden]&user=1'],
    ['{\\"api_key\\":\\"abcd1234\\"}', '{\\"api_key\\":\\"[hidden]\\"}'],
    ['"clientSecret": "abcd1234"', '"clientSecret": "[hidden]"'],
    ['-----BEGIN TEST PRIVATE KEY-----\nabc\n-----END TEST PRIVATE KEY-----\nrest', '[hidden]\nrest'],
    ['in /home/anna/data of anna', 'in ~/data of (user)'],
  ])('%s', async (from, to) => {
    expect((await hide(from, plain)).text).toBe(to)
  })
  it.each([
    '"keyPresent": true',
    'tokens: 1,200',
    '"password": null',
    'token = {{credential.github.token}}',
    'a key of 3 fields',
    'https://example.org/a@b',
  ])('but not %s', async (same) => {
    expect(await hide(same, plain)).toEqual({ text: same, count: 0 })
  })
  it('what the redactor knows is hidden wherever the pieces are cut, and counted', async () => {
    const book = new SecretBook()
    book.hold([{ mask: '{{credential.hub.token}}', value: 'value-of-the-token-0123456789' }])
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 65_480, max: 65_560 }), async (before) => {
        const { text: clean, count } = await hide(`${'-'.repeat(before)}value-of-the-token-0123456789${'-'.repeat(10)}`, {
          redactor: book.redactor,
          names: [],
        })
        expect(clean).toBe(`${'-'.repeat(before)}{{credential.hub.token}}${'-'.repeat(10)}`)
        expect(count).toBe(1)
      }),
      { numRuns: 40 },
    )
  })
  it('a key block across two pieces is hidden whole', async () => {
    const filler = 'a line of the log\n'.repeat(4_000)
    const block = `-----BEGIN TEST PRIVATE KEY-----\n${'QmFzZTY0\n'.repeat(500)}-----END TEST PRIVATE KEY-----\n`
    for (const cut of [65_000, 65_400, 65_530]) {
      const { text: clean } = await hide(filler.slice(0, cut) + block + filler, plain)
      expect(clean).not.toContain('QmFzZTY0')
    }
  })
})
