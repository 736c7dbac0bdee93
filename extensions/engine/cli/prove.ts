/** Re-authentication on the command line: asks for the passphrase (or what the vault has instead) and gets a proof for the call that follows. */
import type { VaultAnswer, VaultFailure, VaultStatus } from '#contract'
import { EXIT, type SlotKind } from '#contract/plain'
import { askSecret } from './ask-secret.ts'
import type { Engine } from './link/connect.ts'
import type { Session } from './session.ts'

/** What this vault is opened with unless something else is named. */
export function usualKind(status: Pick<VaultStatus, 'slots'>): SlotKind {
  return (['passphrase', 'keyring', 'recovery'] as const).find((kind) => status.slots.some((slot) => slot.kind === kind)) ?? 'passphrase'
}

export async function askAnswer(session: Session, kind: SlotKind): Promise<VaultAnswer> {
  switch (kind) {
    case 'passphrase':
      return { kind, passphrase: await askSecret(session.io, 'Passphrase') }
    case 'recovery':
      return { kind, code: await askSecret(session.io, 'Recovery code') }
    case 'keyring':
      return { kind }
  }
}

/** The proof; or the failure, which was printed, as an exit code. */
export async function prove(session: Session, engine: Engine, kind?: SlotKind): Promise<string | number> {
  const answer = await askAnswer(session, kind ?? usualKind(await engine.vault.status()))
  const proved = await engine.vault.reauthenticate({ answer })
  return proved.ok ? proved.proof : tellFailure(session, proved)
}

/** An expected failure: for programs the value itself, for people what happened and what to do. */
export async function tellFailure(session: Session, failed: VaultFailure): Promise<number> {
  if (session.json) await session.print(failed, () => '')
  else {
    const { err } = session.io.paint
    const wait = failed.nextTryAt === null ? '' : ` The next try is taken ${waitWords(failed.nextTryAt - Date.now())}.`
    await session.io.err(`${err.red('✗')} ${failed.message}${wait}\n${err.dim(failed.hint)}\n`)
  }
  return failed.failure === 'cancelled' ? EXIT.cancelled : EXIT.refused
}

function waitWords(ms: number): string {
  return ms <= 0 ? 'at once' : `in ${Math.ceil(ms / 1000)} s`
}
