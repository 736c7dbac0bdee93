/** The recovery kit that is being shown: once, in one dialog, and nowhere after it was put away. */
import { createSignal } from 'solid-js'
import type { RecoveryKit } from '#contract'

const [kit, setKit] = createSignal<RecoveryKit>()
let next: (() => void) | undefined
export const shownKit = kit
/** `andThen` begins when the kit was put away. */
export const showKit = (made: RecoveryKit, andThen?: () => void) => {
  next = andThen
  setKit(made)
}
export const forgetKit = () => {
  setKit(undefined)
  const begin = next
  next = undefined
  begin?.()
}

/** As a page to print or keep: everything that somebody needs who has only this. */
export function kitText({ code, vaultId, createdAt }: RecoveryKit): string {
  return [
    'Troupe recovery kit',
    '',
    `Code      ${code}`,
    `Vault     ${vaultId}`,
    `Made on   ${new Date(createdAt).toISOString().slice(0, 10)}`,
    '',
    'This code opens the vault without its passphrase. Print it, put it away, and keep it off this computer.',
    'To use it: Vault, Unlock, Recovery code; or `troupe vault unlock --recovery`.',
    '',
  ].join('\n')
}
