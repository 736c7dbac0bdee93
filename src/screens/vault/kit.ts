/** The recovery kit that is being shown: once, in one dialog, and nowhere after it was put away. */
import { createSignal } from 'solid-js'
import type { RecoveryKit } from '#contract'

const [kit, setKit] = createSignal<RecoveryKit>()
export const shownKit = kit
export const showKit = (made: RecoveryKit) => setKit(made)
export const forgetKit = () => setKit(undefined)

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
