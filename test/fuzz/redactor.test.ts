/** The redactor against a slow twin: on any text, in any pieces, with secrets that overlap, lie within each other and repeat. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SecretBook, whyNotMasked } from '#core'
import { formsOf } from '../../extensions/engine/core/redactor-forms.ts'

interface Known {
  readonly mask: string
  readonly value: string
}

function formsByMask(secrets: readonly Known[]): readonly { readonly form: Buffer; readonly mask: string }[] {
  const forms = new Map<string, { form: Buffer; mask: string }>()
  for (const { mask, value } of secrets) {
    for (const row of whyNotMasked(value) === undefined ? formsOf(value) : []) {
      const form = Buffer.from(row)
      if (!forms.has(form.toString('latin1'))) forms.set(form.toString('latin1'), { form, mask })
    }
  }
  return [...forms.values()]
}

/**
 * Every byte of every occurrence of every form is hidden; those that overlap are behind one mask, that of the first and longest.
 * `until`: what begins there or later is not looked at, and what goes on beyond it is hidden.
 */
function twin(text: Buffer, secrets: readonly Known[], until = text.length): string {
  const found: { start: number; end: number; mask: string }[] = []
  for (const { form, mask } of formsByMask(secrets)) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) found.push({ start: at, end: at + form.length, mask })
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end)
  const out: Buffer[] = []
  let from = 0
  for (const { start, end, mask } of found) {
    if (start >= from && start < until) out.push(text.subarray(from, start), Buffer.from(mask))
    if (start < until || start < from) from = Math.max(from, end)
  }
  out.push(text.subarray(from, until))
  return Buffer.concat(out).toString('latin1')
}

/** Few signs, so that secrets overlap, repeat themselves and lie within each other; and signs that each encoding writes in another way. */
const signs = fc.oneof(
  fc.constantFrom('a', 'b', 'ab', 'aa'),
  fc.constantFrom('/', '+', ' ', '"', '\\', '\n', '%', 'é', '€', '😀', '&', "'", '\0'),
)
const secretText = fc.array(signs, { minLength: 1, maxLength: 14 }).map((list) => list.join(''))
const secrets = fc
  .uniqueArray(secretText, { minLength: 1, maxLength: 5 })
  .map((values) => values.map((value, at) => ({ mask: `[${at}]`, value })))

const piece = (values: readonly string[]) =>
  fc.oneof(
    signs.map((sign) => Buffer.from(sign)),
    fc
      .constantFrom(...values)
      .chain((value) => fc.constantFrom(...[Buffer.from(value), ...formsOf(value).map((form) => Buffer.from(form))])),
    // The beginning of a secret that does not go on.
    fc.constantFrom(...values).chain((value) => fc.nat(value.length).map((end) => Buffer.from(value.slice(0, end)))),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  )
const scene = secrets.chain((known) =>
  fc.record({
    known: fc.constant(known),
    text: fc.array(piece(known.map(({ value }) => value)), { maxLength: 30 }).map((list) => Buffer.concat(list)),
    cuts: fc.array(fc.nat(400), { maxLength: 40 }),
  }),
)

function pieces(text: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
  return [...at, text.length].map((end, index) => text.subarray(index === 0 ? 0 : at[index - 1], end))
}

describe('redactor', () => {
  test('[RD2] [RD4] [RD5] a stream in any pieces gives what the slow twin gives of the whole', () => {
    fc.assert(
      fc.property(scene, ({ known, text, cuts }) => {
        const book = new SecretBook()
        book.hold(known)
        const stream = book.redactor.stream()
        const out = pieces(text, cuts).map((chunk) => Buffer.from(stream.push(chunk)))
        expect(Buffer.concat([...out, stream.end()]).toString('latin1')).toBe(twin(text, known))
      }),
      { numRuns: 3000 },
    )
  })

  test('[RD3] nothing is held back but the longest end that may still become a secret', () => {
    fc.assert(
      fc.property(scene, ({ known, text, cuts }) => {
        const book = new SecretBook()
        book.hold(known)
        const forms = formsByMask(known).map(({ form }) => form)
        const stream = book.redactor.stream()
        let given = Buffer.alloc(0)
        const out: Buffer[] = []
        for (const chunk of pieces(text, cuts)) {
          given = Buffer.concat([given, chunk])
          out.push(Buffer.from(stream.push(chunk)))
          const open = [...given.keys()].find((from) => {
            const rest = given.subarray(from)
            return forms.some((form) => form.length > rest.length && form.subarray(0, rest.length).equals(rest))
          })
          expect(Buffer.concat(out).toString('latin1')).toBe(twin(given, known, open))
        }
      }),
      { numRuns: 700 },
    )
  })

  test('[RD2] [RD6] a stream of texts in any pieces, cut within signs of two units too, gives what the whole text gives', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.array(fc.oneof(signs, secretText), { maxLength: 20 }),
        fc.array(fc.nat(300), { maxLength: 20 }),
        (known, parts, cuts) => {
          const text = [...parts, ...known.map(({ value }) => value)].join('')
          const book = new SecretBook()
          book.hold(known)
          const stream = book.redactor.textStream()
          const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
          const out = [...at, text.length].map((end, index) => stream.push(text.slice(index === 0 ? 0 : at[index - 1], end)))
          expect(out.join('') + stream.end()).toBe(book.redactor.text(text))
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('[RD1] no value that can be masked is left in anything, plain or in any of its spellings', () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 6, maxLength: 60 })
      .filter((text) => whyNotMasked(text) === undefined && !/\[0\]/.test(text))
    fc.assert(
      fc.property(value, fc.string(), fc.string(), fc.nat(2), (secret, before, after, pad) => {
        const book = new SecretBook()
        book.hold([{ mask: '', value: secret }])
        const bare = secret.replaceAll(/^[\t-\r ]+|[\t-\r ]+$/g, '')
        const inside = Buffer.concat([Buffer.alloc(pad, 'x'), Buffer.from(secret), Buffer.from(after)])
        const spelled: readonly [string, string][] = [
          [bare, bare],
          [JSON.stringify({ key: bare }), JSON.stringify(bare).slice(1, -1)],
          [encodeURIComponent(bare.toWellFormed()), encodeURIComponent(bare.toWellFormed())],
          [new URLSearchParams({ key: bare }).toString(), new URLSearchParams({ key: bare }).toString().slice(4)],
          [Buffer.from(bare).toString('hex'), Buffer.from(bare).toString('hex')],
          [inside.toString('base64'), ''],
          [inside.toString('base64url'), ''],
        ]
        for (const [text, needle] of spelled) {
          const clean = book.redactor.text(before + text + after)
          if (needle !== '' && !(before + after).includes(needle)) expect(clean).not.toContain(needle)
          if (needle === '') expect(clean).not.toBe(before + text + after)
        }
      }),
      { numRuns: 1500 },
    )
  })
})
