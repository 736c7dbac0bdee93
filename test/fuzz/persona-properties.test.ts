/** [PA], [PD]: laws of assembly and diff that hold for every document. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PersonaDoc } from '#contract'
import { diffDocuments, prepareRun } from '../../extensions/engine/persona/mod.ts'
import { previewRun } from '../../extensions/engine/persona/prepare.ts'
import { anyDocument, anyText, nearby } from './persona-documents.ts'

const runs = { numRuns: 1500 }
const pair = anyDocument.chain((doc) => fc.tuple(fc.constant(doc), nearby(doc)))

test('[PD1] a diff is empty exactly when the two documents are equal', () => {
  fc.assert(
    fc.property(pair, ([before, after]) => {
      expect(diffDocuments(before, after).length === 0).toBe(isDeepStrictEqual(before, after))
    }),
    runs,
  )
})

test('[PD6] a diff backwards tells the same places, with both sides swapped', () => {
  const side = (changes: ReturnType<typeof diffDocuments>, backwards: boolean) =>
    changes
      .filter(({ kind }) => kind !== 'moved') // which of two neighbours moved is a matter of direction
      .map(({ path, before, after }) => JSON.stringify(backwards ? [path, after, before] : [path, before, after]))
      .sort()
  fc.assert(
    fc.property(pair, ([before, after]) => {
      expect(side(diffDocuments(after, before), true)).toEqual(side(diffDocuments(before, after), false))
    }),
    runs,
  )
})

/** The slow clear twin: removing the moved ones from both orders must leave the same order. */
test('[PD2] those that are not told as moved, added or removed kept their order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-h]$/)), fc.uniqueArray(fc.stringMatching(/^[a-h]$/)), (old, now) => {
      const doc = (ids: string[]): PersonaDoc => ({
        ...EMPTY,
        sections: ids.map((id) => ({ id, kind: 'own' as const, title: '', text: '', enabled: true })),
      })
      const moved = diffDocuments(doc(old), doc(now))
        .filter(({ kind }) => kind === 'moved')
        .map(({ path }) => path.split('/')[2])
      const kept = (ids: string[], others: string[]) => ids.filter((id) => others.includes(id) && !moved.includes(id))
      expect(kept(old, now)).toEqual(kept(now, old))
      if (old.join() === now.join()) expect(moved).toEqual([])
    }),
    runs,
  )
})
const EMPTY = fc.sample(anyDocument, { seed: 1, numRuns: 1 })[0] as PersonaDoc

test('[PA1] assembly never loses, reorders or changes an enabled section', () => {
  fc.assert(
    fc.property(anyDocument, (doc) => {
      const { prompt, parts } = previewRun(doc, { input: '', params: {}, places: {} }).assembly
      const wanted = doc.sections.filter(({ enabled, text }) => enabled && text.trim() !== '')
      expect(parts.map(({ sectionId }) => sectionId)).toEqual(wanted.map(({ id }) => id))
      // The parts and what stands between them are the whole prompt.
      expect(parts.map(({ start, end }) => prompt.slice(start, end)).join('\n\n')).toBe(prompt)
      for (const [index, { text }] of wanted.entries()) {
        const { start = 0, end = 0, heading = '' } = parts[index] ?? {}
        const part = prompt.slice(start, end)
        if (!text.includes('{{')) expect(part).toBe(heading === '' ? text : `# ${heading}\n\n${text}`)
      }
    }),
    runs,
  )
})

/** The slow clear twin of the one-pass regular expression: reads sign by sign. */
function fillSlowly(text: string, values: ReadonlyMap<string, string>): string {
  let out = ''
  for (let at = 0; at < text.length; ) {
    if (text.startsWith('{{{{', at)) {
      out += '{{'
      at += 4
      continue
    }
    const end = text.startsWith('{{', at) ? text.indexOf('}}', at + 2) : -1
    const inner = end < 0 ? '{' : text.slice(at + 2, end)
    if (/[{}]/.test(inner) || inner.length > 120) {
      out += text[at]
      at += 1
      continue
    }
    out += values.get(inner.trim()) ?? text.slice(at, end + 2)
    at = end + 2
  }
  return out
}

test('[PA4] filling in agrees with its slow twin, and never expands a value again', () => {
  const braces = fc.array(
    fc.constantFrom('{', '{{', '}', '}}', ' ', 'input', 'param.a', 'nope', '{{input}}', '{{ param.a }}', '{{{{', 'x\n'),
    { maxLength: 14 },
  )
  fc.assert(
    fc.property(braces, anyText, anyText, (parts, input, value) => {
      const text = `x${parts.join('')}`
      const doc: PersonaDoc = {
        ...EMPTY,
        parameters: [{ name: 'a', label: '', kind: 'text', help: '', required: false, default: '', choices: [] }],
        sections: [{ id: 's', kind: 'own', title: '', text, enabled: true }],
        body: { kind: 'command', program: 'p', args: [text], cwd: '', env: {}, stdin: 'none', okExitCodes: [0], repeatable: false },
      }
      const expected = fillSlowly(text, new Map([['input', input], ['param.a', value]])) // biome-ignore format: one line
      const preview = previewRun(doc, { input, params: { a: value }, places: {} })
      expect(preview.assembly.prompt).toBe(expected)
      expect(preview.command?.args).toEqual([expected])
    }),
    { numRuns: 3000 },
  )
})

test('[PA10] a run is prepared, or refused with a code of its own: never anything else', () => {
  fc.assert(
    fc.property(anyDocument, anyText, fc.dictionary(anyText, anyText), (doc, input, params) => {
      try {
        prepareRun(doc, { input, params, places: {} })
      } catch (thrown) {
        expect((thrown as { code: string }).code).toBe('INVALID')
      }
    }),
    runs,
  )
})
