import { describe, expect, it } from 'vitest'
import { Scope } from '#core'

describe('Scope', () => {
  it('runs stops once, in reverse, each awaited', async () => {
    const order: string[] = []
    const scope = new Scope()
    scope.add('first', async () => {
      await Promise.resolve()
      order.push('first')
    })
    scope.add('second', async () => {
      await Promise.resolve()
      order.push('second')
    })
    await Promise.all([scope.stop(), scope.stop()])
    expect(order).toEqual(['second', 'first'])
  })

  it('goes on after a stop that fails, and names it', async () => {
    const order: string[] = []
    const scope = new Scope()
    scope.add('store', () => order.push('store'))
    scope.add('runs', () => {
      throw new Error('would not end')
    })
    expect(await scope.stop()).toEqual([{ name: 'runs', message: 'would not end' }])
    expect(order).toEqual(['store'])
  })

  it('stops what is added after the end began', async () => {
    const scope = new Scope()
    await scope.stop()
    const stopped = new Promise<void>((resolve) => scope.add('late', resolve))
    await stopped
  })
})
