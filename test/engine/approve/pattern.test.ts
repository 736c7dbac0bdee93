import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '#core'
import { callLine } from '../../../extensions/engine/approve/call-line.ts'
import { digestOf } from '../../../extensions/engine/approve/digest.ts'
import { fits, globFits, readPattern, whyTooWide } from '../../../extensions/engine/approve/pattern.ts'

const allows = (pattern: string, tool: string, args: unknown) => fits(readPattern(pattern), { tool, args }, true)
const denies = (pattern: string, tool: string, args: unknown) => fits(readPattern(pattern), { tool, args }, false)
const command = (program: string, ...args: string[]) => ({ program, args })

describe('[AP3] patterns', () => {
  test.each([
    ['run_command(git push *)', 'run_command', command('git', 'push', 'origin', 'main'), true],
    ['run_command(git push *)', 'run_command', command('git', 'pull'), false],
    ['run_command(git ??ll)', 'run_command', command('git', 'pull'), true],
    ['file_*', 'file_write', { path: 'a' }, true],
    ['file_*(*)', 'http_request', { url: 'http://a/' }, false],
    ['file_write(notes/*)', 'file_write', { path: 'notes/a.txt' }, true],
    ['file_write(path: notes/*, append: true)', 'file_write', { path: 'notes/a', append: true }, true],
    ['file_write(path: notes/*, append: true)', 'file_write', { path: 'notes/a' }, false],
    ['http_request(method: GET, url: https://example.org/*)', 'http_request', { method: 'GET', url: 'https://example.org/a' }, true],
    ['http_request(GET https://example.org/*)', 'http_request', { url: 'https://EXAMPLE.org/a' }, true],
    ['mail__send({"to":"ada@example.org"})', 'mail__send', { to: 'ada@example.org' }, true],
    ['tool(a\\*b)', 'tool', { x: 1 }, false],
  ])('%s and %s', (pattern, tool, args, expected) => {
    expect(allows(pattern, tool, args)).toBe(expected)
  })

  test('what cannot be read is refused with an example', () => {
    for (const wrong of ['', '(x)', 'two words', 'tool(open']) {
      expect(() => readPattern(wrong)).toThrow(/no pattern of a rule/)
    }
  })

  test('two arguments never look like one', () => {
    expect(callLine('run_command', command('rm', 'a b'))).not.toBe(callLine('run_command', command('rm', 'a', 'b')))
    expect(allows('run_command(rm a b)', 'run_command', command('rm', 'a b'))).toBe(false)
  })
})

describe('[AP4] doubt goes to the person', () => {
  test('a deny finds a text anywhere within the arguments, an allow only the line', () => {
    const args = { path: 'a.txt', content: 'rm -rf /' }
    expect(denies('file_write(rm -rf *)', 'file_write', args)).toBe(true)
    expect(allows('file_write(rm -rf *)', 'file_write', args)).toBe(false)
    expect(denies('*(*secret*)', 'x__y', { deep: [{ deeper: 'a secret here' }] })).toBe(true)
  })

  test('whatever an allow lets through, a deny of the same pattern stops', () => {
    const pattern = fc.constantFrom('file_write(*)', 'file_write(n*s/?)', 'run_command(git *)', 'file_write(path: n*)', '*')
    const args = fc.oneof(
      fc.record({ path: fc.string(), content: fc.string() }),
      fc.record({ program: fc.constant('git'), args: fc.array(fc.string()) }),
    )
    fc.assert(
      fc.property(pattern, fc.constantFrom('file_write', 'run_command'), args, (text, tool, given) => {
        if (allows(text, tool, given)) expect(denies(text, tool, given)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('[AP5] paths and addresses are made plain first', () => {
  test.each([
    ['file_write(notes/*)', 'file_write', { path: 'notes/../../etc/passwd' }],
    ['file_write(notes/*)', 'file_write', { path: 'notes\\..\\secret' }],
    ['http_request(GET https://example.org/*)', 'http_request', { url: 'https://example.org@elsewhere.net/' }],
    ['http_request(GET https://example.org/*)', 'http_request', { url: 'https://example.org.elsewhere.net/' }],
    ['http_request(url: https://example.org/a/*)', 'http_request', { url: 'https://example.org/a/../b' }],
  ])('%s does not let %s %j through', (pattern, tool, args) => {
    expect(allows(pattern, tool, args)).toBe(false)
  })

  test('an allow that could reach into a host name is refused, and one that cannot is not', () => {
    for (const wide of [
      'http_request(GET https://example.org*)',
      'http_request(url: https://example*)',
      'http_request(* https://ex*.org/*)',
    ]) {
      expect(whyTooWide(readPattern(wide)), wide).toMatch(/only begin like this one/)
    }
    for (const fine of [
      'http_request(GET https://example.org/*)',
      'http_request(url: https://*.example.org/*)',
      'file_write(a*)',
      'http_request',
    ]) {
      expect(whyTooWide(readPattern(fine)), fine).toBeNull()
    }
  })
})

/** The clear twin: a regular expression. */
function slowFits(glob: string, text: string): boolean {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[\\s\\S]*')
    .replaceAll('?', '[\\s\\S]')
  return new RegExp(`^${source}$`).test(text)
}

test('[AP3] globs agree with a slow twin', () => {
  const sign = fc.constantFrom('a', 'b', '*', '?', '/', '.')
  const glob = fc.array(sign, { maxLength: 12 }).map((signs) => signs.join(''))
  const text = fc.array(fc.constantFrom('a', 'b', '/', '.'), { maxLength: 16 }).map((signs) => signs.join(''))
  fc.assert(
    fc.property(glob, text, (pattern, given) => globFits(pattern, given) === slowFits(pattern, given)),
    { numRuns: 5000 },
  )
})

test('[AP6] a digest is that of the value, however its members were ordered, and of no other value', () => {
  expect(canonicalJson({ b: 1, a: [true, null, { d: 'x', c: undefined }] })).toBe('{"a":[true,null,{"d":"x"}],"b":1}')
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(JSON.parse(canonicalJson(a))).toEqual(JSON.parse(JSON.stringify(a)))
      expect(digestOf(a) === digestOf(b)).toBe(canonicalJson(a) === canonicalJson(b))
    }),
  )
})
