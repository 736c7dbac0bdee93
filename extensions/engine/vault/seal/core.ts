/** What every operation on the vault's keys shares: the header as it is on the disk, the state, the log, and one turn for all changes. */
import type { VaultFailure } from '#contract'
import { LIMITS } from '#contract/plain'
import { type OneAtATime, oneAtATime, type Statement, TroupeError } from '#core'
import type { AuditDraft, AuditLog } from '../audit/audit.ts'
import { readFact } from '../facts.ts'
import type { FaultPoint, VaultPorts } from '../ports.ts'
import type { DeriveKey } from './derive-key.ts'
import { failure } from './failures.ts'
import { type Header, type ReadHeader, readHeader, type Slot, writeHeader } from './header.ts'
import { type HeaderFile, headerFile } from './header-file.ts'
import type { Keyring } from './keyring.ts'
import { VaultState } from './state.ts'
import type { Tries } from './tries.ts'

/** Today's rounds of PBKDF2-HMAC-SHA256 (OWASP's figure of 2023). */
export const ROUNDS = 600_000

export interface CoreParts {
  readonly ports: VaultPorts
  readonly derive: DeriveKey
  readonly keyring: Keyring
  readonly tries: Tries
}

export class VaultCore {
  readonly ports: VaultPorts
  readonly derive: DeriveKey
  readonly keyring: Keyring
  readonly tries: Tries
  readonly state: VaultState
  readonly file: HeaderFile
  readonly rounds: number
  readonly fault: FaultPoint
  /** Changes of the header, and whatever works on keys, one after the other. */
  readonly turn: OneAtATime = oneAtATime()
  /** A passphrase that is being worked on. */
  deriving: { readonly done: number; readonly total: number } | null = null
  #read: ReadHeader | undefined
  #damage: VaultFailure | undefined
  #log: AuditLog | undefined

  constructor({ ports, derive, keyring, tries }: CoreParts) {
    this.ports = ports
    this.derive = derive
    this.keyring = keyring
    this.tries = tries
    this.fault = ports.fault ?? (() => undefined)
    this.rounds = ports.rounds ?? ROUNDS
    this.state = new VaultState(ports.clock)
    this.file = headerFile(ports.folder, this.fault)
  }

  /** What lies on the disk; writes nothing. */
  async load(): Promise<void> {
    const [bytes, known] = await Promise.all([this.file.read(), readFact(this.ports.store, 'vault_id')])
    if (!bytes && known === undefined) return
    this.state.found()
    if (!bytes) {
      this.#damage = failure('damaged-header', { detail: 'the file vault/header is gone, and the store has a vault' })
      return
    }
    const reading = readHeader(bytes)
    if ('wrong' in reading) this.#damage = failure('damaged-header', { detail: reading.message })
    else if (known !== undefined && known !== reading.read.header.vaultId)
      this.#damage = failure('other-vault', {
        detail: `the header is of vault ${reading.read.header.vaultId}, and the sealed values are of vault ${known}`,
      })
    else this.#read = reading.read
  }

  get damage(): VaultFailure | undefined {
    return this.#damage
  }
  get header(): Header | undefined {
    return this.#read?.header
  }
  get read(): ReadHeader | undefined {
    return this.#read
  }

  get log(): AuditLog {
    if (!this.#log) throw new TroupeError('INTERNAL', 'The audit log is not open yet.')
    return this.#log
  }
  set log(log: AuditLog) {
    this.#log = log
  }

  /** The header and keys while open; SEALED otherwise. */
  openHeader(): Header {
    this.state.keys()
    if (!this.header) throw new TroupeError('INTERNAL', 'An open vault without a header.')
    return this.header
  }

  /** Writes the next header, signed with the newest key. */
  async replaceHeader(change: Partial<Pick<Header, 'keys' | 'slots'>>, keys = this.state.keys()): Promise<void> {
    const header = this.header
    if (!header) throw new TroupeError('INTERNAL', 'There is no header to replace.')
    const bytes = writeHeader({ ...header, ...change, revision: header.revision + 1 }, keys[0])
    await this.file.replace(bytes)
    this.#take(bytes)
  }

  async createHeader(bytes: Uint8Array): Promise<void> {
    await this.file.create(bytes)
    this.#take(bytes)
  }

  async uncreateHeader(): Promise<void> {
    this.#read = undefined
    await this.file.uncreate()
  }

  /** The slots with one of them in another form. */
  slotsWith(slot: Slot): Slot[] {
    return (this.header?.slots ?? []).map((one) => (one.id === slot.id ? slot : one))
  }

  /**
   * The entry is durable first; then it is done. When it fails after all, an entry says that too, and the failure goes on to its caller.
   */
  async entered<Answer>(entry: AuditDraft, act: () => Promise<Answer>, statements: readonly Statement[] = []): Promise<Answer> {
    await this.log.append(entry, statements)
    try {
      return await act()
    } catch (thrown) {
      await this.log.append({ ...entry, outcome: 'failed', note: 'It did not happen after all.' }).catch(() => undefined)
      throw thrown
    }
  }

  changed(what: string): void {
    this.ports.announce('vault', '', what)
  }

  roomForSlot(): void {
    if ((this.header?.slots.length ?? 0) >= LIMITS.vaultSlots)
      throw new TroupeError('FULL', `A vault has at most ${LIMITS.vaultSlots} slots.`, { hint: 'Remove one first: troupe vault slots.' })
  }

  #take(bytes: Uint8Array): void {
    const reading = readHeader(bytes)
    if ('wrong' in reading) throw new TroupeError('INTERNAL', `The header that was just written cannot be read: ${reading.message}.`)
    this.#read = reading.read
  }
}
