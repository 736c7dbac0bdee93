/** Sealing the whole store with the vault's key, and the way back. */
import { EXIT } from '#contract/plain'
import { confirm } from '../confirm.ts'
import { WrongUse } from '../failure.ts'
import type { Session } from '../session.ts'
import { untilBack } from './store-change.ts'

export async function seal(session: Session, { start, yes }: { readonly start: string; readonly yes: boolean }): Promise<number> {
  if (start !== 'keyring' && start !== 'passphrase')
    throw new WrongUse(
      `--start takes keyring or passphrase, not "${start}".`,
      'keyring opens the store by itself; passphrase asks at each start.',
    )
  if (!yes) {
    await session.io.err(
      'The plain snapshots, journals and backups are removed; exports stay as they are. Whoever loses the vault loses the data.\n',
    )
    await confirm(session, 'Seal the store?', '--yes')
  }
  const { recovered, next } = await sealStore(session, start)
  await session.print({ sealed: true, start, recovered }, () => `The store is sealed; the engine runs again.${next}\n`)
  return EXIT.ok
}

/** Ends when the engine is back; `next` says how it starts from now on, if that is otherwise than before. */
export async function sealStore(session: Session, start: 'keyring' | 'passphrase') {
  const engine = await session.engine()
  const before = (await engine.engine.status()).startedAt
  await engine.store.seal({ start })
  const recovered = await untilBack(session, before)
  return { recovered, next: start === 'passphrase' ? ' From now on the engine starts with: troupe engine --unlock.' : '' }
}

export async function unseal(session: Session, yes: boolean): Promise<number> {
  if (!yes) await confirm(session, 'Write the whole store without a key, and remove the sealed backups?', '--yes')
  const engine = await session.engine()
  const before = (await engine.engine.status()).startedAt
  await engine.store.unseal()
  const recovered = await untilBack(session, before)
  await session.print({ sealed: false, recovered }, () => 'The store is plain again; the engine runs again.\n')
  return EXIT.ok
}
