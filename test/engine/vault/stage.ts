/** A real vault in a temporary folder, on a real store; a clock that stands still until it is told. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { NewSlot, VaultAnswer, VaultChange, VaultFailure } from '#contract'
import { type CallContext, type Clock, makeLogger } from '#core'
import { systemChance, systemClock, writeFileAtomic } from '#core/node'
import { openStore, type Store } from '../../../extensions/engine/store/mod.ts'
import { openVault, type Vault, vaultMigrations } from '../../../extensions/engine/vault/mod.ts'

/** Few rounds: the tests are not about how long they take. */
export const ROUNDS = 50
export const PASSPHRASE = 'a passphrase of the tests'
export const caller: CallContext = { clientId: 'client_1', clientName: 'test', scopes: ['*'] }
export const someone: CallContext = { clientId: 'client_2', clientName: 'someone', scopes: ['*'] }

/** Moves only when it is told; timers run on the way, in their order. */
export class FakeClock implements Clock {
  #now: number
  #timers: { readonly at: number; readonly task: () => void }[] = []
  /** How far the machine's own count of time is; the time of day may be set to anything beside it. */
  #elapsed = 0
  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now
  }
  now(): number {
    return this.#now
  }
  after(delayMs: number, task: () => void): () => void {
    const timer = { at: this.#elapsed + delayMs, task }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer)
    }
  }
  advance(ms: number): void {
    const end = this.#elapsed + ms
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#timers = this.#timers.filter((one) => one !== next)
      this.#now += Math.max(0, next.at - this.#elapsed)
      this.#elapsed = Math.max(this.#elapsed, next.at)
      next.task()
    }
    this.#now += end - this.#elapsed
    this.#elapsed = end
  }
  /** The time of day jumps; timers do not run by that. */
  jump(ms: number): void {
    this.#now += ms
  }
}

export interface Stage {
  readonly folder: string
  readonly clock: FakeClock
  readonly announced: string[]
  readonly logged: string[]
  store: Store
  vault: Vault
  /** Ends the engine's part in order and starts it again. */
  restart(options?: { readonly rounds?: number }): Promise<Vault>
}

export interface StageOptions {
  readonly rounds?: number
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly folder?: string
  readonly clock?: FakeClock
}

export async function stage(options: StageOptions = {}): Promise<Stage> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'troupe-vault-')))
  const clock = options.clock ?? new FakeClock()
  const announced: string[] = []
  const logged: string[] = []
  const log = makeLogger('vault', ({ message, facts }) => void logged.push(`${message} ${JSON.stringify(facts ?? {})}`))
  const start = async (rounds: number) => {
    const store = await openStore({ folder: join(folder, 'store'), migrations: [...vaultMigrations], clock: systemClock, log })
    const vault = await openVault({
      store,
      clock,
      chance: systemChance,
      log,
      announce: (topic, _id, what) => void announced.push(`${topic} ${what}`),
      folder,
      writeFile: writeFileAtomic,
      env: options.env ?? {},
      rounds,
    })
    return { store, vault }
  }
  const made: Stage = {
    folder,
    clock,
    announced,
    logged,
    ...(await start(options.rounds ?? ROUNDS)),
    async restart(again) {
      await made.vault.stop()
      await made.store.stop()
      Object.assign(made, await start(again?.rounds ?? options.rounds ?? ROUNDS))
      return made.vault
    },
  }
  onTestFinished(async () => {
    await made.vault.stop()
    await made.store.stop()
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
  })
  return made
}

export const byPassphrase = (passphrase = PASSPHRASE): VaultAnswer => ({ kind: 'passphrase', passphrase })
export const newPassphrase = (passphrase = PASSPHRASE): NewSlot => ({ kind: 'passphrase', passphrase })

/** A stage whose vault is made and open. */
export async function madeStage(
  options: StageOptions & { readonly slots?: readonly NewSlot[] } = {},
): Promise<Stage & { readonly code: string }> {
  const made = await stage(options)
  const kit = right(await made.vault.init(options.slots ?? [newPassphrase()], caller)).kit
  return Object.assign(made, { code: kit?.code ?? '' })
}

export function right(change: VaultChange): Extract<VaultChange, { ok: true }> {
  if (!change.ok) throw new Error(`it failed: ${change.failure}: ${change.message}`)
  return change
}

export function wrong(change: { readonly ok: boolean }): VaultFailure {
  if (change.ok) throw new Error('it did not fail')
  return change as VaultFailure
}

export const place = (credentialId: string, field = 'token') => ({ credentialId, field })
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (value: Uint8Array | undefined): string | undefined => (value ? new TextDecoder().decode(value) : undefined)

/** Keeps a value as a credential would: with its audit entry, in one transaction. */
export async function keep(vault: Vault, credentialId: string, value: string, field = 'token'): Promise<void> {
  const entry = { kind: 'credential-add', by: 'test', subject: { credentialId } } as const
  await vault.audit.append(entry, [vault.secrets.put(place(credentialId, field), bytes(value))])
}

export const someValue = (): string => randomBytes(12).toString('base64url')
