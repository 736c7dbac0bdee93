import { describe, expect, it } from 'vitest'
import { preview } from '../../../extensions/engine/run/endings.ts'
import { PREVIEW_CHARS } from '../../../extensions/engine/run/messages.ts'

const line = (n: number): string => `line ${n} `.padEnd(60, 'x')

describe('[RUN66] what a list shows of a result', () => {
  it('is the beginning of an answer', () => {
    expect(preview('short', 'model')).toBe('short')
    expect(preview(`Yes. ${'x'.repeat(999)}`, 'model')).toMatch(/^Yes\. x+$/)
    expect(preview(`${'x'.repeat(PREVIEW_CHARS - 1)}😀`, 'model').isWellFormed()).toBe(true)
  })
  it('is the last whole lines of a report, and of one endless line its end', () => {
    const report = Array.from({ length: 9 }, (_, n) => line(n)).join('\n')
    expect(preview(`${report}\n\n`, 'command').split('\n')).toEqual([line(6), line(7), line(8)])
    expect(preview(`first\n${'y'.repeat(PREVIEW_CHARS)}`, 'command')).toBe('y'.repeat(PREVIEW_CHARS))
    expect(preview(`${'z'.repeat(999)}end`, 'command')).toMatch(/^z+end$/)
    expect(preview(`${'z'.repeat(999)}end`, 'command')).toHaveLength(PREVIEW_CHARS)
  })
})
