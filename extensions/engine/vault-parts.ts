/** Part of the composition root: the vault's core, its credentials and its leases, plugged into each other and into the other rooms. */
import { join } from 'node:path'
import { type Announce, type Chance, type Clock, type Logger, messageOf, type Once, once, type Scope, type SecretBook } from '#core'
import { type Layout, type Places, systemLookup, wholeFiles, writeFileAtomic } from '#core/node'
import type { Store } from './store/mod.ts'
import { type CredentialRoom, environmentSecrets, keyThread, Leases, lateLending, loadCredentials, openVault } from './vault/mod.ts'

/** Nothing of the credentials before the engine has settled, unless a run or a call needs them. */
const FIRST_MS = 2_000

/** What every room is given. */
interface Ground {
  readonly store: Store
  readonly clock: Clock
  readonly chance: Chance
  readonly announce: Announce
  readonly log: Logger
}

interface Place {
  readonly env: NodeJS.ProcessEnv
  readonly places: Places
  readonly layout: Layout
  readonly scope: Scope
  readonly book: SecretBook
  readonly storeOpenedWith: string | undefined
  readonly keyInUse: () => boolean
}

/** Rooms that are opened after the vault, and are asked only later. */
interface Others {
  readonly personaName: (id: string) => Promise<string | null>
  readonly providersUsing: (credentialId: string) => Promise<readonly string[]>
  readonly endRun: (runId: string) => void
}

export async function openVaultParts(
  ground: (room: string) => Ground,
  { env, places, layout, scope, book, storeOpenedWith, keyInUse }: Place,
  others: Others,
) {
  const secrets = environmentSecrets(env)
  const vault = await openVault({
    ...ground('vault'),
    folder: places.vaultDir,
    env,
    writeFile: writeFileAtomic,
    storeOpenedWith,
    keyInUse,
    keyThreadUrl: layout.module('vault/key-thread.ts'),
    keyringChildUrl: layout.module('vault/keyring-child.ts'),
    strengthThreadUrl: layout.module('vault/strength-thread.ts'),
  })
  scope.add('vault', () => vault.stop())
  /** Loaded with the first request: most starts send none. */
  const egress = async () => (await import('./tool/mod.ts')).guardedEgress({ lookup: systemLookup, redactor: book.redactor })
  const { clock, log } = ground('credential')
  const credentials: Once<CredentialRoom> = once(() =>
    loadCredentials({
      ...ground('credential'),
      vault,
      env,
      folder: join(places.vaultDir, 'attachments'),
      files: wholeFiles,
      egress: async (request, grant, signal) => (await egress())(request, grant, signal),
      deriveKey: keyThread(layout.module('vault/key-thread.ts')),
      personas: { nameOf: others.personaName },
      leases: { holders: (id) => leases.holders(id), end: (id, personaId) => leases.end(id, personaId) },
      providers: { using: others.providersUsing },
    }),
  )
  scope.add('credentials', async () => (await credentials.made())?.stop())
  const leases: Leases = new Leases({
    ...ground('lease'),
    vault,
    credentials: lateLending(credentials),
    book,
    variable: (name) => secrets.get(name),
    endRun: others.endRun,
  })
  await leases.recover()
  scope.add('leases', () => leases.stop())
  return {
    vault,
    credentials,
    leases,
    /** Once, when the engine listens: what credentials do by themselves (checks, refreshes, reminders) begins a while later. */
    beginCredentials(): void {
      const disarm = clock.after(FIRST_MS, () =>
        credentials().catch((thrown: unknown) => log.warn('Credentials could not be opened.', { problem: messageOf(thrown) })),
      )
      scope.add('first look at the credentials', disarm)
    },
  }
}
