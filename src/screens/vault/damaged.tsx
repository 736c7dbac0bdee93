import ShieldAlert from 'lucide-solid/icons/shield-alert'
import type { VaultStatus } from '#contract'
import { EmptyState, Said } from '../../parts/mod.ts'

/** The vault is there and cannot be trusted: nothing is made over it, and nothing is written. */
export function Damaged(props: { readonly damage: NonNullable<VaultStatus['damage']> }) {
  return (
    <EmptyState icon={ShieldAlert} title="The vault cannot be opened">
      <p>
        <Said text={props.damage.message} />
      </p>
      <p class="mt-1">
        <Said text={props.damage.hint} />
      </p>
      <p class="mt-1">Nothing was changed. Runs that need a credential wait; everything else goes on.</p>
    </EmptyState>
  )
}
