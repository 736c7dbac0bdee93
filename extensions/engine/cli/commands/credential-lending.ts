/** Who may borrow a credential; and taking it away, after telling what that touches. */
import type { CredentialRadius } from '#contract'
import { EXIT } from '#contract/plain'
import { confirm } from '../confirm.ts'
import { findPersona } from '../find.ts'
import { findCredential } from '../find-credential.ts'
import type { Session } from '../session.ts'

export async function grantCredential(
  session: Session,
  asked: string,
  askedPersona: string,
  options: { readonly field?: readonly string[]; readonly host?: readonly string[]; readonly environment: boolean },
): Promise<number> {
  const engine = await session.engine()
  const [credential, persona] = [await findCredential(engine, asked), await findPersona(engine, askedPersona)]
  const grant = await engine.credential.grant({
    id: credential.id,
    personaId: persona.id,
    fields: options.field ? [...options.field] : null,
    hosts: options.host ? [...options.host] : null,
    how: options.environment ? 'environment' : 'placeholder',
  })
  await session.print(
    grant,
    () =>
      `${persona.name} may borrow ${credential.name}${options.environment ? ', as variables of its programs' : ', behind placeholders'}.\n`,
  )
  return EXIT.ok
}

export async function revokeCredential(session: Session, asked: string, askedPersona: string | undefined, yes: boolean): Promise<number> {
  const engine = await session.engine()
  const credential = await findCredential(engine, asked)
  if (askedPersona !== undefined) {
    const persona = await findPersona(engine, askedPersona, { archived: true })
    await engine.credential.ungrant({ id: credential.id, personaId: persona.id })
    await session.print(
      { revoked: credential.id, personaId: persona.id },
      () => `${persona.name} may no longer borrow ${credential.name}.\n`,
    )
    return EXIT.ok
  }
  const radius = await engine.credential.blastRadius({ id: credential.id })
  if (!yes) await confirm(session, `Take ${credential.name} back from everybody? ${radiusWords(radius)}`, '--yes')
  const detail = await engine.credential.revoke({ id: credential.id })
  await session.print(detail, () => `${credential.name} is lent to nobody until a new value is put in.\n`)
  return EXIT.ok
}

export async function removeCredential(
  session: Session,
  asked: string,
  options: { readonly endLeases: boolean; readonly yes: boolean },
): Promise<number> {
  const engine = await session.engine()
  const credential = await findCredential(engine, asked)
  const radius = await engine.credential.blastRadius({ id: credential.id })
  if (!options.yes) await confirm(session, `Remove ${credential.name}? ${radiusWords(radius)}`, '--yes')
  await engine.credential.remove({ id: credential.id, endLeases: options.endLeases })
  await session.print({ removed: credential.id, radius }, () => `Removed ${credential.name}.\n`)
  return EXIT.ok
}

function radiusWords({ personas, runs, providers, attachments }: CredentialRadius): string {
  const parts = [
    personas.length > 0 ? `${personas.map(({ name }) => name).join(', ')} can no longer borrow it` : 'no persona borrows it',
    runs.length > 0 ? `${runs.length === 1 ? 'a run holds' : `${runs.length} runs hold`} it just now` : '',
    providers.length > 0 ? `${providers.join(', ')} lose${providers.length === 1 ? 's its' : ' their'} key` : '',
    attachments > 0 ? `${attachments === 1 ? 'a file goes' : `${attachments} files go`} with it` : '',
  ]
  return `${parts.filter((part) => part !== '').join('; ')}.`
}
