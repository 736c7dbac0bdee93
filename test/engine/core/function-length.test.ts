import { describe, expect, it } from 'vitest'
import { longFunctions } from '../../../build/check/function-length.ts'

const lines = (n: number): string => '  x += 1\n'.repeat(n)

describe('the check of how long functions are', () => {
  it('counts closures whole, in plain files and in screens, and names what is too long', () => {
    expect(longFunctions('a.ts', `let x = 0\nexport function fine() {\n${lines(78)}}\n`)).toEqual([])
    expect(longFunctions('a.ts', `let x = 0\nexport function long() {\n${lines(79)}}\n`)).toEqual([{ name: 'long', line: 2, lines: 81 }])
    const within = `const outer = () => {\n  const inner = () => {\n${lines(80)}  }\n  return inner\n}\n`
    expect(longFunctions('a.tsx', within).map(({ name }) => name)).toEqual(['outer', 'inner'])
    expect(longFunctions('a.ts', `class A {\n  method() {\n${lines(90)}  }\n}\n`)[0]?.name).toBe('method')
  })
  it('leaves out data tables, and nothing that only looks like one', () => {
    const rows = `    1,\n`.repeat(90)
    expect(longFunctions('a.ts', `function table() {\n  return [\n${rows}  ]\n}\n`)).toEqual([])
    expect(longFunctions('a.ts', `const table = () => ({\n  rows: [\n${rows}  ],\n})\n`)).toEqual([])
    expect(
      longFunctions('a.ts', `function room() {\n  return {\n    act() {\n${lines(90)}    },\n  }\n}\n`).map(({ name }) => name),
    ).toEqual(['room', 'act'])
  })
})
