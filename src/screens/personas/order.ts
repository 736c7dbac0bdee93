import { type Accessor, createEffect, createMemo, createSignal, on } from 'solid-js'
import type { PersonaCard } from '#contract'
import { engine } from '../../link/mod.ts'
import { toast } from '../../parts/mod.ts'
import { type Groups, sameOrder } from '../../parts/reorder/mod.ts'
import { personas } from '../../state/mod.ts'
import { arrangeCalls, groupsOf } from './arrange.ts'

/** The order of the list: the engine's, or the one just dropped until the engine has it. */
export function createOrder(cards: Accessor<readonly PersonaCard[]>) {
  const [dropped, setDropped] = createSignal<Groups | null>(null)
  const stored = createMemo(() => groupsOf(cards()))
  createEffect(
    on(stored, (now) => {
      const waiting = dropped()
      if (
        waiting &&
        sameOrder(
          now,
          waiting.filter((group) => group.ids.length > 0),
        )
      )
        setDropped(null)
    }),
  )
  const drop = (after: Groups, id: string, before: Groups) => {
    setDropped(after)
    void (async () => {
      try {
        for (const call of arrangeCalls(before, after, id)) await engine.persona.arrange(call)
        personas.again()
        // If somebody else changed the list meanwhile, theirs is shown; this one is not held on to.
        setTimeout(() => setDropped(null), 2000)
      } catch (thrown) {
        setDropped(null)
        personas.again()
        toast.error('The new order was not kept', thrown)
      }
    })()
  }
  const groups = createMemo<Groups>(() => {
    const waiting = dropped()
    const here = new Set(cards().map((card) => card.id))
    const fits = waiting?.flatMap((group) => group.ids)
    return waiting && fits?.length === here.size && fits.every((id) => here.has(id)) ? waiting : stored()
  })
  return { groups, drop }
}
