/** One way in as it is filled in, and what becomes of it: added beside the others, or put in the place of `slot`. */
import { createEffect, createSignal, on } from 'solid-js'
import type { NewSlot, VaultSlot, VaultStatus } from '#contract'
import type { SlotKind } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { createAttempt, toast } from '../../parts/mod.ts'
import { showKit } from './kit.ts'
import { passphraseProblem } from './passphrase.ts'
import { withProof } from './proof.tsx'
import { failureOfVault } from './vault-failure.ts'

export interface SlotDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly status: VaultStatus
  /** Given: this one is made anew. Left out: one is added. */
  readonly slot?: VaultSlot | undefined
}

export type SlotForm = ReturnType<typeof createSlotForm>

export function createSlotForm(props: SlotDialogProps) {
  const [kind, setKind] = createSignal<SlotKind>('passphrase')
  const [label, setLabel] = createSignal('')
  const [passphrase, setPassphrase] = createSignal('')
  const [again, setAgain] = createSignal('')
  const [tried, setTried] = createSignal(false)
  const { busy, failure, run, fail } = createAttempt()
  createEffect(
    on(
      () => props.open,
      () => {
        setKind(props.slot?.kind ?? (props.status.slots.some((slot) => slot.kind === 'recovery') ? 'passphrase' : 'recovery'))
        setLabel(props.slot?.label ?? '')
        setPassphrase('')
        setAgain('')
        setTried(false)
        fail(undefined)
      },
    ),
  )
  const problem = () => (kind() === 'passphrase' ? passphraseProblem(passphrase(), again()) : undefined)
  const made = (): NewSlot => {
    const named = label().trim() === '' ? {} : { label: label().trim() }
    const now = kind()
    return now === 'passphrase' ? { kind: now, passphrase: passphrase(), ...named } : { kind: now, ...named }
  }
  const save = async () => {
    setTried(true)
    if (problem() !== undefined) return
    const { slot } = props
    await run(async () => {
      const outcome = await withProof(slot ? `change “${slot.label}”` : 'add a way in', (proof) =>
        slot ? engine.vault.changeSlot({ id: slot.id, slot: made(), proof }) : engine.vault.addSlot({ slot: made(), proof }),
      )
      if (outcome === undefined) return
      if (!outcome.ok) {
        fail(failureOfVault(outcome))
        return
      }
      props.onOpenChange(false)
      if (outcome.kit) showKit(outcome.kit)
      else toast.ok(slot ? `“${slot.label}” was changed` : 'The way in was added')
    })
  }
  return {
    kind,
    setKind,
    label,
    setLabel,
    passphrase,
    setPassphrase,
    again,
    setAgain,
    /** Told after the first try. */
    problem: () => (tried() ? problem() : undefined),
    save,
    busy,
    failure,
  }
}
