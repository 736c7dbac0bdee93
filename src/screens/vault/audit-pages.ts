/** The log in pages, newest first: one at a time, the next when its end comes near; read anew when the vault changed or the choice did. */
import { type Accessor, createEffect, createSignal, on } from 'solid-js'
import type { AuditRow } from '#contract'
import type { AuditKind } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { type Failure, failureOf } from '../../parts/mod.ts'
import { vault } from '../../state/mod.ts'

export type AuditChoice = 'all' | 'doors' | 'lends' | 'looks' | 'changes'

const KINDS: Readonly<Record<Exclude<AuditChoice, 'all'>, readonly AuditKind[]>> = {
  doors: ['init', 'unlock', 'lock', 'reauthenticate', 'slot-add', 'slot-change', 'slot-remove', 'rotate', 'setting'],
  lends: ['lend', 'lease-end', 'send', 'read-field'],
  looks: ['reveal', 'copy', 'export'],
  changes: ['credential-add', 'credential-change', 'credential-remove', 'credential-check', 'grant', 'revoke', 'import'],
}
const PAGE = 200
/** Rows before the end at which the next page is asked for. */
const AHEAD = 40

export function createAuditPages(choice: Accessor<AuditChoice>, credentialId?: string) {
  const [rows, setRows] = createSignal<readonly AuditRow[]>([])
  const [total, setTotal] = createSignal<number>()
  const [failure, setFailure] = createSignal<Failure>()
  let asked = 0
  let reading = false

  const read = async (from: 'top' | 'end') => {
    const mine = ++asked
    reading = true
    const before = from === 'end' ? rows().at(-1)?.seq : undefined
    const chosen = choice()
    try {
      const page = await engine.vault.audit({
        limit: PAGE,
        ...(chosen !== 'all' && { kinds: [...KINDS[chosen]] }),
        ...(credentialId !== undefined && { credentialId }),
        ...(before !== undefined && { before }),
      })
      if (mine !== asked) return
      setRows((now) => (from === 'end' ? [...now, ...page.rows] : page.rows))
      setTotal(page.total)
      setFailure(undefined)
    } catch (thrown) {
      if (mine === asked) setFailure(failureOf(thrown))
    } finally {
      if (mine === asked) reading = false
    }
  }
  createEffect(on([choice, () => vault.value()?.state, () => vault.value()?.tries.failed], () => void read('top')))
  return {
    rows,
    failure,
    loaded: () => total() !== undefined,
    again: () => void read('top'),
    /** The last row in view. */
    reach: (last: number) => {
      if (!reading && last >= rows().length - AHEAD && rows().length < (total() ?? 0)) void read('end')
    },
  }
}
