import ChevronRight from 'lucide-solid/icons/chevron-right'

/** What happens if everything is lost, in plain words. */
export function IfLost() {
  return (
    <details class="group text-muted">
      <summary class="flex w-fit list-none items-center gap-1 rounded-sm hover:text-text">
        <ChevronRight size={14} class="transition-transform group-open:rotate-90" aria-hidden="true" />
        What happens if I lose everything?
      </summary>
      <ul class="mt-1.5 list-disc space-y-1 pl-5">
        <li>
          You forget the passphrase: the recovery kit, or the keyring while you are logged in, still opens the vault. Then set a new one.
        </li>
        <li>You lose the kit: make a new one under Ways in. The old code stops working at once.</li>
        <li>You lose all ways in: nobody can open it, we neither. Issue new keys at each service, and make a new vault.</li>
        <li>
          Somebody takes this computer’s files: they have a sealed file, and have to guess the passphrase through 600,000 rounds for each
          try.
        </li>
        <li>You lose the computer: restore the data folder from a backup; the passphrase or the kit opens it on any machine.</li>
      </ul>
    </details>
  )
}
