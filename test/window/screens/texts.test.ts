// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { personaDoc } from '#contract'
import { RUN_REASONS } from '#contract/plain'
import { docText, promptText } from '../../../src/screens/editor/doc-text.ts'
import { partOf, refusedFields } from '../../../src/screens/editor/refusals.ts'
import { blocks, pieces, spans } from '../../../src/screens/run/markdown.ts'
import { adviceFor } from '../../../src/screens/run/reasons.ts'
import { plainOutput, pretty, preview, tail } from '../../../src/screens/run/values.ts'

describe('a model’s text', () => {
  it('is cut at empty lines outside of code, so that what came before stays while it grows', () => {
    const text = 'One\ntwo\n\n```js\na\n\nb\n```\nThree'
    expect(pieces(text)).toEqual(['One\ntwo', '```js\na\n\nb\n```', 'Three'])
    for (let end = 1; end <= text.length; end++) {
      const before = pieces(text.slice(0, end))
      expect(pieces(text).slice(0, before.length - 1)).toEqual(before.slice(0, -1))
    }
  })

  it('becomes headings, lists, quotes, code and paragraphs', () => {
    expect(blocks('## Two ##')).toEqual([{ kind: 'heading', level: 2, text: 'Two' }])
    expect(blocks('Intro:\n- a\n- b\n  more')).toEqual([
      { kind: 'paragraph', text: 'Intro:' },
      { kind: 'list', ordered: false, items: ['a', 'b\nmore'] },
    ])
    expect(blocks('> said\n> so')).toEqual([{ kind: 'quote', text: 'said\nso' }])
    expect(blocks('```sh\nls')).toEqual([{ kind: 'code', language: 'sh', text: 'ls' }])
    expect(blocks('| a | b |\n|---|---|')).toEqual([{ kind: 'table', text: '| a | b |\n|---|---|' }])
  })

  it('keeps every character that is no mark, and makes links of web addresses only', () => {
    expect(spans('a **b** `c` *d* [e](https://example.org/) [f](javascript:alert(1))')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'bold', text: 'b' },
      { kind: 'text', text: ' ' },
      { kind: 'code', text: 'c' },
      { kind: 'text', text: ' ' },
      { kind: 'italic', text: 'd' },
      { kind: 'text', text: ' ' },
      { kind: 'link', text: 'e', href: 'https://example.org/' },
      { kind: 'text', text: ' [f](javascript:alert(1))' },
    ])
    fc.assert(
      fc.property(fc.string(), (text) => {
        const plain = text.replace(/[*`[\]()]/g, '')
        expect(
          spans(plain)
            .map((span) => span.text)
            .join(''),
        ).toBe(plain)
      }),
    )
  })

  it('never takes long, whatever it is', () => {
    for (const hostile of ['*'.repeat(50_000), '`'.repeat(50_000), '[a]('.repeat(10_000), '> '.repeat(20_000)]) {
      expect(pieces(hostile).flatMap(blocks).length).toBeGreaterThan(0)
      expect(spans(hostile).length).toBeGreaterThan(0)
    }
  })
})

describe('values of steps', () => {
  it('are pretty-printed where they are objects or JSON, and left alone otherwise', () => {
    expect(pretty({ a: 1 })).toBe('{\n  "a": 1\n}')
    expect(pretty('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}')
    expect(pretty('{not json')).toBe('{not json')
    expect(pretty(undefined)).toBe('')
  })

  it('are shown in part when they are long', () => {
    const long = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n')
    expect(preview(long).text.split('\n')).toHaveLength(14)
    expect(preview(long).more).toBe(true)
    expect(preview('short')).toEqual({ text: 'short', more: false })
    expect(preview('x'.repeat(5000)).text).toHaveLength(2000)
  })

  it('of a terminal lose their colours and what was written over', () => {
    expect(plainOutput('\x1b[1;31mred\x1b[0m\r\nnext')).toBe('red\nnext')
    expect(plainOutput('10 %\r50 %\r100 %\ndone')).toBe('100 %\ndone')
    expect(plainOutput('\x1b]0;title\x07text')).toBe('text')
  })

  it('have an end', () => {
    expect(tail('a\nb\nc\n', 2)).toEqual({ text: 'b\nc\n', more: true })
    expect(tail('a\nb', 5)).toEqual({ text: 'a\nb', more: false })
  })
})

describe('why a run ended', () => {
  it('is explained for every reason but success', () => {
    for (const code of RUN_REASONS) {
      expect(adviceFor('succeeded', code)).toBeNull()
      expect(adviceFor('failed', code)?.title.length).toBeGreaterThan(5)
    }
    expect(adviceFor('running', undefined)).toBeNull()
  })
})

describe('a document as text', () => {
  it('names everything that can differ', () => {
    const base = personaDoc.parse({ name: 'A', body: { kind: 'model' }, sections: [{ id: 's', kind: 'own', title: 'Mine', text: 'x' }] })
    const changed = [
      { ...base, name: 'B' },
      { ...base, tags: ['t'] },
      { ...base, limits: { ...base.limits, turns: 3 } },
      { ...base, sections: [{ ...base.sections[0]!, enabled: false }] },
      personaDoc.parse({ ...base, body: { kind: 'command', program: 'df', env: { A: '1' } } }),
      personaDoc.parse({ ...base, parameters: [{ name: 'p', required: true }] }),
    ]
    expect(new Set([base, ...changed].map(docText)).size).toBe(changed.length + 1)
    expect(promptText(base)).toBe('# Mine\n\nx\n')
  })
})

describe('an INVALID of the engine', () => {
  it('is laid onto the fields that it names', () => {
    const thrown = {
      code: 'INVALID',
      data: {
        facts: {
          field: 'doc.limits.turns',
          issues: [
            { field: 'doc.limits.turns', message: 'too many' },
            { field: 'message', message: 'too long' },
          ],
        },
      },
    }
    expect(refusedFields(thrown)).toEqual({ 'limits.turns': 'too many' })
    expect(refusedFields({ code: 'CONFLICT' })).toEqual({})
    expect(refusedFields(null)).toEqual({})
    expect(['name', 'sections.0.text', 'inputHint', 'body.args.1', 'limits.turns'].map(partOf)).toEqual([
      'about',
      'prompt',
      'parameters',
      'body',
      'limits',
    ])
  })
})
