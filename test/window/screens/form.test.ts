// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PersonaDoc, personaDoc } from '#contract'
import { COLOURS, ICONS, SECTION_KINDS } from '#contract/plain'
import { sameDoc, toDoc, toForm } from '../../../src/screens/editor/form.ts'
import { BYTE_UNITS, fromAmount, parseNumber, TIME_UNITS, toAmount } from '../../../src/screens/editor/units.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
const doc: fc.Arbitrary<PersonaDoc> = fc
  .record({
    name: word,
    summary: fc.string({ maxLength: 40 }),
    icon: fc.constantFrom(...ICONS),
    colour: fc.constantFrom(...COLOURS),
    group: fc.constantFrom('', 'Mail'),
    tags: fc.uniqueArray(word, { maxLength: 4 }),
    inputHint: fc.string({ maxLength: 40 }),
    sections: fc.array(
      fc.record({ id: word, kind: fc.constantFrom(...SECTION_KINDS), title: fc.string(), text: fc.string(), enabled: fc.boolean() }),
      { maxLength: 4 },
    ),
    parameters: fc
      .uniqueArray(word, { maxLength: 3 })
      .map((names) => names.map((name) => ({ name, kind: 'choice' as const, choices: ['one', 'two'], required: true }))),
    body: fc.oneof(
      fc.record({
        kind: fc.constant('model' as const),
        models: fc.array(fc.record({ provider: word, model: word }), { maxLength: 3 }),
        tools: fc.record({
          files: fc.constantFrom('none' as const, 'read' as const, 'write' as const),
          http: fc.record({ enabled: fc.boolean(), allowPrivate: fc.boolean(), hosts: fc.array(word, { maxLength: 2 }) }),
          commands: fc.array(word, { maxLength: 2 }),
        }),
        temperature: fc.constantFrom(null, 0, 0.7, 2),
        maxOutputTokens: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
        reasoning: fc.constantFrom(null, 'off' as const, 'high' as const),
      }),
      fc.record({
        kind: fc.constant('command' as const),
        program: fc.string(),
        args: fc.array(fc.string(), { maxLength: 4 }),
        cwd: fc.string(),
        env: fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,6}$/), fc.string(), { maxKeys: 3 }),
        stdin: fc.constantFrom('input' as const, 'none' as const),
        okExitCodes: fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 3 }),
      }),
    ),
    limits: fc.record({
      timeoutMs: fc.integer({ min: 1000, max: 24 * 3_600_000 }),
      turns: fc.integer({ min: 1, max: 500 }),
      outputBytes: fc.integer({ min: 1024, max: 256 * 1024 * 1024 }),
      lineBytes: fc.integer({ min: 256, max: 4 * 1024 * 1024 }),
      concurrency: fc.integer({ min: 1, max: 64 }),
    }),
  })
  .map((input) => personaDoc.parse(input))

describe('the form of a persona', () => {
  it('gives back the document that it was made from', () => {
    fc.assert(
      fc.property(doc, (one) => {
        const back = toDoc(toForm(one))
        expect(back.problems).toEqual({})
        expect(back.doc).toEqual(one)
        expect(sameDoc(back.doc, one)).toBe(true)
      }),
    )
  })

  it('says by field what does not fit', () => {
    const form = toForm(personaDoc.parse({ name: 'x', body: { kind: 'model', models: [{ provider: 'p', model: 'm' }] } }))
    form.name = '  '
    form.limits.turns = 'many'
    form.limits.timeoutMs = { value: '0.1', unit: 's' }
    form.model.temperature = '3'
    form.model.models[0]!.model = ''
    form.parameters.push({ name: '2nd', label: '', kind: 'choice', help: '', required: false, default: '', choices: '', key: 'k' })
    expect(Object.keys(toDoc(form).problems).sort()).toEqual([
      'body.models.0.model',
      'body.temperature',
      'limits.timeoutMs',
      'limits.turns',
      'name',
      'parameters.0.choices',
      'parameters.0.name',
    ])
  })

  it('says what is wrong with a command', () => {
    const form = toForm(personaDoc.parse({ name: 'x', body: { kind: 'command' } }))
    form.command.okExitCodes = '0, 999'
    form.command.env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
      { name: '', value: '' },
    ]
    expect(Object.keys(toDoc(form).problems).sort()).toEqual(['body.env.1', 'body.okExitCodes'])
    form.command.okExitCodes = ''
    expect(toDoc(form).problems['body.okExitCodes']).toMatch(/at least one/)
  })

  it('keeps both bodies while the kind is switched', () => {
    const form = toForm(personaDoc.parse({ name: 'x', body: { kind: 'command', program: 'df', args: ['-h'] } }))
    form.bodyKind = 'model'
    expect(toDoc(form).doc.body.kind).toBe('model')
    form.bodyKind = 'command'
    expect(toDoc(form).doc.body).toMatchObject({ program: 'df', args: ['-h'] })
  })
})

describe('amounts', () => {
  it('are shown in the largest whole unit, and read back', () => {
    expect(toAmount(600_000, TIME_UNITS)).toEqual({ value: '10', unit: 'min' })
    expect(toAmount(90_000, TIME_UNITS)).toEqual({ value: '90', unit: 's' })
    expect(toAmount(8 * 1024 * 1024, BYTE_UNITS)).toEqual({ value: '8', unit: 'MB' })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (ms) => {
        expect(fromAmount(toAmount(ms, TIME_UNITS), TIME_UNITS)).toBe(ms)
      }),
    )
  })

  it('are nothing when they are no numbers', () => {
    expect(parseNumber('1,000')).toBe(1000)
    expect(parseNumber(' .5 ')).toBe(0.5)
    for (const text of ['', 'ten', '1e3', '--1', '1 2']) expect(parseNumber(text)).toBeNull()
  })
})
