/** What is said for each expected failure: what happened, and what to do. */
import type { VaultFailure } from '#contract'
import type { UnlockFailure } from '#contract/plain'

const WORDS: Readonly<Record<UnlockFailure, readonly [message: string, hint: string]>> = {
  'no-vault': ['There is no vault yet.', 'Make one: troupe vault init.'],
  exists: ['There is a vault already; nothing is made over it.', 'Unlock it: troupe vault unlock.'],
  'wrong-passphrase': ['This passphrase does not open the vault.', 'Try again; look at Caps Lock and the keyboard’s language.'],
  'mistyped-code': [
    'This is not a whole recovery code: its checksum does not fit.',
    'Compare it with the kit, sign by sign; there are 40.',
  ],
  'wrong-code': [
    'This code is sound and of this vault, but no longer opens it.',
    'It was replaced or its slot was removed: use the newest kit.',
  ],
  'missing-keyring': [
    'No keyring answers, or it has no key of this vault.',
    'Start a Secret Service (gnome-keyring, KWallet, KeePassXC), or unlock with the passphrase.',
  ],
  'locked-keyring': ['The keyring is locked.', 'Unlock the keyring, or unlock the vault with the passphrase.'],
  'other-vault': ['This is the key of another vault.', 'Take the kit, or the data folder, that belongs to this one.'],
  'damaged-header': [
    'The vault’s header is damaged, so no key can be taken from it.',
    'Stop Troupe and put vault/header back, from vault/header.copy or from a backup of the data folder.',
  ],
  'damaged-field': ['A sealed value is damaged.', 'Bring it back from a backup, or enter it again.'],
  delayed: ['After wrong tries the next one has to wait.', 'Wait, then try again.'],
  'no-slot': ['The vault has no such slot.', 'See which there are: troupe vault slots.'],
  'last-slot': ['This is the only way into the vault.', 'Add another slot first.'],
  cancelled: ['It was cancelled.', 'Nothing was changed.'],
}

export function failure(
  kind: UnlockFailure,
  more: { readonly detail?: string; readonly nextTryAt?: number | undefined } = {},
): VaultFailure {
  const [said, hint] = WORDS[kind]
  const message = more.detail === undefined ? said : `${said.slice(0, -1)}: ${more.detail}.`
  return { ok: false, failure: kind, message, hint, nextTryAt: more.nextTryAt ?? null }
}
