/** An expected refusal of the vault as what every error note shows. */
import type { VaultFailure } from '#contract'
import type { Failure } from '../../parts/mod.ts'

export function failureOfVault({ failure, message, hint }: VaultFailure): Failure {
  return { code: failure, message, hint: hint === '' ? undefined : hint, canRetry: failure === 'delayed' }
}
