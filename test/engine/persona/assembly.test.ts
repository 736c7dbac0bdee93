import { expect, test } from 'vitest'
import { LIMITS } from '#contract/plain'
import { prepareRun } from '../../../extensions/engine/persona/mod.ts'
import { docOf, section } from './room.ts'

const places = { 'troupe.programs': '/opt/programs', 'troupe.node': '/opt/node' }
const prepare = (doc: ReturnType<typeof docOf>, params: Record<string, string> = {}, input = '') =>
  prepareRun(doc, { input, params, places })

test('[PA1] enabled sections in document order, each under its heading, texts unchanged', () => {
  const doc = docOf({
    sections: [
      section('e', ' last first \n', { kind: 'errors' }),
      section('off', 'never', { enabled: false }),
      section('own', 'no heading', { kind: 'own' }),
      section('t', 'titled', { kind: 'identity', title: ' Who \n you are ' }),
    ],
  })
  expect(prepare(doc)).toEqual({
    prompt: '# Error handling\n\n last first \n\n\nno heading\n\n# Who you are\n\ntitled',
    command: null,
    problems: [],
  })
})

test('[PA2] a section with nothing in it gives no heading', () => {
  expect(prepare(docOf({ sections: [section('a', ' \n'), section('b', 'x')] })).prompt).toBe('# Instructions\n\nx')
})

test('[PA3] parameters and the input are filled in, with spaces inside the braces or without', () => {
  const doc = docOf({ parameters: [{ name: 'who', default: 'Ada' }], sections: [section('a', '{{param.who}} {{ param.who }} {{input}}')] })
  expect(prepare(doc, {}, 'in').prompt).toContain('Ada Ada in')
  expect(prepare(doc, { who: 'Bob' }).prompt).toContain('Bob Bob ')
})

test('[PA4] what was filled in is never expanded again', () => {
  const doc = docOf({
    parameters: [{ name: 'a', default: '{{input}}' }, { name: 'b' }],
    sections: [section('s', '{{param.a}}|{{param.b}}|{{input}}')],
  })
  expect(prepare(doc, { b: '{{param.a}}' }, '{{param.b}} {{{{').prompt).toBe('# Instructions\n\n{{input}}|{{param.a}}|{{param.b}} {{{{')
})

test('[PA5] an unknown placeholder stays as it is written and is reported once, with where', () => {
  const doc = docOf({ sections: [section('a', '{{nope}} {{nope}} {{troupe.node}} {{__proto__}} {{constructor}}')] })
  const { prompt, problems } = prepare(doc)
  expect(prompt).toContain('{{nope}} {{nope}} {{troupe.node}} {{__proto__}} {{constructor}}')
  expect(problems.map(({ where, message }) => [where, message.split(' ')[0]])).toEqual([
    ['Instructions', '{{nope}}'],
    ['Instructions', '{{troupe.node}}'],
    ['Instructions', '{{__proto__}}'],
    ['Instructions', '{{constructor}}'],
  ])
})

test('[PA6] four braces write two; lone and odd braces stay', () => {
  const written = '{{{{input}} {{ {} { {{}} {{{param.x}}} }} {{{{{{'
  const doc = docOf({ parameters: [{ name: 'x', default: 'X' }], sections: [section('a', written, { kind: 'own' })] })
  expect(prepare(doc, {}, 'IN').prompt).toBe('{{input}} {{ {} { {{}} {X} }} {{{{')
})

test('[PA7] dollar signs and regular expressions in values are only text', () => {
  const doc = docOf({ sections: [section('a', 'x{{input}}y', { kind: 'own' })] })
  expect(prepare(doc, {}, "$& $1 $' $$").prompt).toBe("x$& $1 $' $$y")
})

test('[PA8] filling in is bounded: the input written often does not become a text without end', () => {
  const doc = docOf({ sections: [section('a', '{{input}}'.repeat(11))] })
  expect(() => prepare(doc, {}, 'x'.repeat(1_000_000))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
  expect(prepare(docOf({ sections: [section('a', '{{input}}')] }), {}, 'x'.repeat(LIMITS.inputChars)).prompt.length).toBeGreaterThan(
    LIMITS.inputChars,
  )
})

test('[PA9] a text full of open braces costs no more than its length', () => {
  const doc = docOf({ sections: [section('a', '{{ '.repeat(30_000)), section('b', `{{${' '.repeat(99_000)}`)] })
  expect(prepare(doc).problems).toEqual([])
})

test('[PA10] parameters: what is missing, unknown or of the wrong kind is INVALID and named', () => {
  const doc = docOf({
    parameters: [
      { name: 'must', required: true },
      { name: 'size', kind: 'number' },
      { name: 'flag', kind: 'boolean' },
      { name: 'pick', kind: 'choice', choices: ['one', 'two'] },
      { name: 'where', kind: 'path' },
    ],
  })
  const wrong = (params: Record<string, string>) => {
    try {
      prepare(doc, params)
      return 'fits'
    } catch (thrown) {
      const { code, facts, message } = thrown as { code: string; facts: { parameter: string }; message: string }
      expect(message).toContain(`"${facts.parameter}"`)
      return `${code} ${facts.parameter}`
    }
  }
  expect(wrong({})).toBe('INVALID must')
  expect(wrong({ must: ' ' })).toBe('INVALID must')
  const must = 'x'
  expect(wrong({ must, other: 'y' })).toBe('INVALID other')
  for (const size of ['12', '-0.5', ' 7 ', '1e3', '.5', '3.']) expect(wrong({ must, size })).toBe('fits')
  for (const size of ['a', '1,5', '0x10', 'Infinity', 'NaN', '1 2', '.', '1'.repeat(50_000).concat('x')])
    expect(wrong({ must, size })).toBe('INVALID size')
  for (const flag of ['true', 'false', '']) expect(wrong({ must, flag })).toBe('fits')
  expect(wrong({ must, flag: 'yes' })).toBe('INVALID flag')
  expect(wrong({ must, pick: 'two' })).toBe('fits')
  expect(wrong({ must, pick: 'Two' })).toBe('INVALID pick')
  expect(wrong({ must, where: '/tmp/\0x' })).toBe('INVALID where')
})

test('[PA11] an empty value takes the default, and an inherited name is no value', () => {
  const doc = docOf({
    parameters: [{ name: 'a', default: 'd' }, { name: 'constructor' }],
    sections: [section('s', '{{param.a}}{{param.constructor}}', { kind: 'own' })],
  })
  expect(prepare(doc, { a: '' }).prompt).toBe('d')
})

const command = (more: Record<string, unknown>, parameters: { name: string; default?: string }[] = [{ name: 'dir' }]) =>
  docOf({ parameters, body: { kind: 'command', program: '{{troupe.node}}', ...more } })

test('[PA12] a command is filled in, each placeholder within its one argument', () => {
  const doc = command({
    args: ['{{troupe.programs}}/a.mjs', '--dir={{param.dir}}', '{{input}}'],
    cwd: '{{param.dir}}',
    env: { DIR: '{{param.dir}}' },
  })
  const dir = '/home/a b; rm -rf "x" $(y)\n'
  expect(prepare(doc, { dir }, 'one two').command).toMatchObject({
    program: '/opt/node',
    args: ['/opt/programs/a.mjs', `--dir=${dir}`, 'one two'],
    cwd: dir,
    env: { DIR: dir },
  })
})

test('[PA13] neither the input nor a parameter can choose the program, nor reach a place', () => {
  const doc = command({ program: '{{input}}', args: ['{{param.dir}}'] })
  const { command: filled, problems } = prepare(doc, { dir: '{{troupe.programs}}' }, '/bin/sh')
  expect(filled).toMatchObject({ program: '{{input}}', args: ['{{troupe.programs}}'] })
  expect(problems).toMatchObject([{ where: 'Program' }])
})

test('[PA14] an unknown placeholder in a command is reported with where; a NUL character is INVALID', () => {
  const doc = command({ args: ['ok', '{{nope}}', '{{input}}'], env: { A: '{{no}}' } })
  expect(prepare(doc).problems.map(({ where }) => where)).toEqual(['Argument 2', 'Environment: A'])
  expect(() => prepare(doc, {}, 'a\0b')).toThrow(
    expect.objectContaining({ code: 'INVALID', message: expect.stringMatching(/^Argument 3/) }),
  )
})

test('[PA15] an optional parameter without a value is no problem of a run', () => {
  const doc = docOf({ parameters: [{ name: 'a' }], sections: [section('s', 'x{{param.a}}y', { kind: 'own' })] })
  expect(prepare(doc)).toMatchObject({ prompt: 'xy', problems: [] })
})
