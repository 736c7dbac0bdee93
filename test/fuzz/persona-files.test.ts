/** [PX]: laws of persona files. The pure functions are tried directly, a sample through the door and its thread. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { personaDoc } from '#contract'
import { writePersonaFile } from '../../extensions/engine/persona/file-format.ts'
import { readPersonaFile } from '../../extensions/engine/persona/file-reading.ts'
import { openTestRoom } from '../engine/persona/room.ts'
import { anyDocument } from './persona-documents.ts'

const documents = fc.array(anyDocument, { minLength: 1, maxLength: 3 })

test('[PX15] what is exported is imported as the same documents, without a warning', () => {
  fc.assert(
    fc.property(documents, (docs) => {
      const text = writePersonaFile(docs)
      expect(readPersonaFile(text)).toEqual(docs.map((doc) => ({ doc, warnings: [] })))
      expect(writePersonaFile(structuredClone(docs))).toBe(text)
    }),
    { numRuns: 400 },
  )
})

/** Found by [PX15]: seeds -1852540211 and -878337760. */
test('[PX17] texts that the YAML library once folded wrongly come back unchanged', () => {
  const choice = `  ${String.fromCodePoint(0x10000)}  - aend \n \n${String.fromCodePoint(0x10000).repeat(9)}a\rb`
  const doc = personaDoc.parse({ name: 'A', parameters: [{ name: 'a', choices: [choice] }], body: { kind: 'model' } })
  expect(readPersonaFile(writePersonaFile([doc]))[0]?.doc.parameters[0]?.choices).toEqual([choice])
  const blank = { ...doc, sections: [{ id: 'a', kind: 'own' as const, title: '', text: ' \n', enabled: true }] }
  expect(readPersonaFile(writePersonaFile([blank]))[0]?.doc.sections[0]?.text).toBe(' \n')
})

test('[PX6] the same documents as JSON are read the same', () => {
  fc.assert(
    fc.property(documents, fc.constantFrom(undefined, 1, '\t'), (personas, indent) => {
      const text = JSON.stringify({ troupe: 'persona', version: 1, personas }, null, indent)
      expect(readPersonaFile(text)).toEqual(personas.map((doc) => ({ doc, warnings: [] })))
    }),
    { numRuns: 200 },
  )
})

test('[PX16] a damaged file is read or refused as INVALID: never anything else', () => {
  const damage = fc.record({
    at: fc.nat(),
    drop: fc.nat({ max: 20 }),
    put: fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('*a', '&a ', '!!x ', '{', '[', '"', '? ', '<<: ', '\n- ', '__proto__: 1')),
  })
  fc.assert(
    fc.property(documents, fc.array(damage, { minLength: 1, maxLength: 4 }), (docs, damages) => {
      let text = writePersonaFile(docs)
      for (const { at, drop, put } of damages) {
        const from = at % text.length
        text = text.slice(0, from) + put + text.slice(from + drop)
      }
      try {
        expect(readPersonaFile(text).length).toBeGreaterThan(0)
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'INVALID' })
      }
    }),
    { numRuns: 400 },
  )
})

test('[PX15] through the door: import of an export gives the same document, under a free name', async () => {
  const room = await openTestRoom()
  try {
    await fc.assert(
      fc.asyncProperty(anyDocument, async (doc) => {
        const { id } = await room.personas.create(doc)
        const { text } = await room.personas.export([id])
        const { digest, items } = await room.personas.planImport(text)
        const [row] = await room.personas.import(text, digest)
        expect({ ...row?.doc, name: doc.name }).toEqual(doc)
        expect(row?.doc.name).toBe(items[0]?.importedName)
      }),
      { numRuns: 12 },
    )
  } finally {
    await room.stop()
  }
})
