/** Documents of every shape, for property tests. */
import fc from 'fast-check'
import { type PersonaDoc, personaDoc } from '#contract'
import { COLOURS, ICONS, SECTION_KINDS } from '#contract/plain'

/** Texts that formats stumble over, among ordinary ones. Half surrogate pairs have no bytes in a file, and are left out. */
const awkward = fc.constantFrom(
  '',
  ' ',
  '\n',
  '\r\n',
  'a\rb',
  '  lead\nnot',
  'end \n \n',
  '---\na',
  '...\n',
  '# no comment',
  'null',
  'true',
  '1e3',
  '0x1f',
  '~',
  '- a',
  'a: b',
  '"',
  "'",
  '{{',
  '}}',
  '{{{{',
  '{{input}}',
  '{{param.a}}',
  '{{ param.b }}',
  '{{nope}}',
  '$&',
  '\t',
  '\u2028',
  '\u0085',
  '\u0000',
  '\uFEFFx',
  '*a',
  '&a',
  '!!x',
  '|',
  '>',
  '%',
  '@',
  '`',
  '\\',
  '😀',
) // prettier-ignore
export const anyText: fc.Arbitrary<string> = fc.oneof(
  awkward,
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.oneof(awkward, fc.string({ unit: 'grapheme', maxLength: 12 })), { maxLength: 6 }).map((parts) => parts.join('')),
)
const short = anyText.map((text) => [...text].slice(0, 30).join('').slice(0, 60).toWellFormed())
const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,4}$/)

const section = fc.record({ id: word, kind: fc.constantFrom(...SECTION_KINDS), title: short, text: anyText, enabled: fc.boolean() })
const parameter = fc.record({
  name: word,
  label: short,
  kind: fc.constantFrom('text' as const, 'number' as const, 'boolean' as const, 'choice' as const, 'path' as const),
  required: fc.boolean(),
  default: anyText,
  choices: fc.array(short, { maxLength: 3 }),
})
const model = fc.record({
  kind: fc.constant('model' as const),
  models: fc.array(fc.record({ provider: word, model: word }), { maxLength: 3 }),
  tools: fc.record({
    files: fc.constantFrom('none' as const, 'read' as const, 'write' as const),
    http: fc.record({ enabled: fc.boolean(), allowPrivate: fc.boolean(), hosts: fc.array(word, { maxLength: 2 }) }),
    commands: fc.array(word, { maxLength: 2 }),
  }),
  temperature: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
  reasoning: fc.option(fc.constantFrom('off' as const, 'low' as const, 'high' as const)),
})
const command = fc.record({
  kind: fc.constant('command' as const),
  program: short,
  args: fc.array(anyText, { maxLength: 4 }),
  cwd: short,
  env: fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,3}$/), anyText, { maxKeys: 4 }),
  stdin: fc.constantFrom('input' as const, 'none' as const),
  okExitCodes: fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 3 }),
})

export const anyDocument: fc.Arbitrary<PersonaDoc> = fc
  .record({
    name: short.map((text) => text.trim() || 'Someone'),
    summary: short,
    icon: fc.constantFrom(...ICONS),
    colour: fc.constantFrom(...COLOURS),
    group: short,
    tags: fc.array(word, { maxLength: 3 }),
    sections: fc.uniqueArray(section, { maxLength: 6, selector: ({ id }) => id }),
    parameters: fc.uniqueArray(parameter, { maxLength: 4, selector: ({ name }) => name }),
    inputHint: short,
    body: fc.oneof(model, command),
    limits: fc.record({ turns: fc.integer({ min: 1, max: 500 }), concurrency: fc.integer({ min: 1, max: 64 }) }),
  })
  // Through JSON, as every document comes: it knows no -0.
  .map((doc) => personaDoc.parse(JSON.parse(JSON.stringify(doc))))

/** A document that is often nearly another one: the same, reordered, or with parts of a third. */
export function nearby(doc: PersonaDoc): fc.Arbitrary<PersonaDoc> {
  return fc.oneof(
    fc.constant(structuredClone(doc)),
    fc.shuffledSubarray(doc.sections, { minLength: doc.sections.length }).map((sections) => ({ ...doc, sections })),
    fc.shuffledSubarray(doc.parameters).map((parameters) => ({ ...doc, parameters })),
    anyDocument.map((other) => ({ ...doc, body: other.body })),
    anyDocument.map((other) => ({
      ...doc,
      sections: doc.sections.map((one, index) => ({ ...one, text: other.sections[index]?.text ?? one.text })),
    })),
    anyDocument,
  )
}
