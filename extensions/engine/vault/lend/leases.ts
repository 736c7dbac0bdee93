/**
 * Leases: what is lent, to which run, until when.
 *
 *   asked ──▶ open ──▶ ended
 *     │         └──▶ taken back ──▶ ended
 *     └──▶ sealed (it waits) | refused
 *
 * open        The audit entry and the lease's row are durable, the values are known to the redactor, and only then are they handed out.
 * taken back  A grant or credential was revoked while it was open: nothing of it is sent any more, and a run that has its values in its
 *             environment is ended. What was lent stays hidden until the run is over.
 * ended       Entered in the audit, the row removed, the redactor's block wiped. A lease whose engine crashed is ended at the next start.
 *
 * Locking the vault lends nothing new; what is lent stays lent until its run ends.
 */
import type { AuditKind, AuditOutcome, BodyKind } from '#contract'
import type { Chance } from '#core'
import {
  asTroupeError,
  type Clock,
  type KnownSecret,
  type LentToRun,
  type Logger,
  messageOf,
  newId,
  type SecretBook,
  TroupeError,
} from '#core'
import type { AuditDraft } from '../audit/audit.ts'
import type { LeasesPort, Lending } from '../credential/mod.ts'
import type { Vault } from '../open.ts'
import type { Statement, VaultStore } from '../ports.ts'
import { type Loan, lentCredential, placeholderOf, secretsOf, variablesOf, whyNotLent } from './lent.ts'
import { leaseEnded, leaseOpened, leftLeases } from './rows.ts'

export interface LeasePorts {
  readonly vault: Pick<Vault, 'sealer' | 'audit'>
  readonly credentials: Lending
  readonly store: VaultStore
  readonly book: SecretBook
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  /** A variable of the engine's own environment; undefined: not set. */
  readonly variable: (name: string) => string | undefined
  /** Ends a run whose credential was taken back while it had the values. */
  readonly endRun: (runId: string) => void
}

export interface Borrower {
  readonly id: string
  readonly personaId: string | null
  readonly personaName: string
  readonly bodyKind: BodyKind | 'team'
}

/** Where a model provider's key is. */
export interface KeyPlace {
  readonly provider: string
  readonly keyEnv: string | null
  readonly credential: { readonly id: string; readonly field: string } | null
}

export interface Lease {
  readonly lent: LentToRun | null
  readonly notices: readonly string[]
  key(place: KeyPlace): Promise<string | null>
  sends(credential: string, host: string): Promise<void>
  end(): Promise<void>
}

export type Borrowed =
  | { readonly kind: 'lent'; readonly lease: Lease }
  | { readonly kind: 'sealed'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string }

interface Open {
  readonly id: string
  readonly run: Borrower | null
  /** Who has it, for people, where that is no run. */
  readonly holder?: string
  /** Called when something of it was taken back while its values were in an environment. */
  readonly takenBack?: () => void
  /** What it has, by the credential's id; those that were taken back are not in it. */
  readonly has: Map<string, { readonly name: string; readonly inEnvironment: boolean }>
  readonly release: (() => void)[]
  ended: boolean
}

/** How long a provider's key that is no run's stays hidden: a probe takes less. */
const PROBE_MS = 10 * 60_000

export class Leases implements LeasesPort {
  readonly #ports: LeasePorts
  readonly #open = new Set<Open>()

  constructor(ports: LeasePorts) {
    this.#ports = ports
  }

  /** Enters the leases that a crashed engine left as ended. Call it once, before anything is lent. */
  async recover(): Promise<void> {
    const left = await leftLeases(this.#ports.store)
    if (left.length === 0) return
    const entries = left.map(({ subject }) => entry('lease-end', 'done', subject, 'It ended with an engine that crashed.'))
    await this.#ports.vault.audit.append(
      entries,
      left.map(({ leaseId, subject }) => leaseEnded(leaseId, subject.credentialId)),
    )
  }

  isOpen(): boolean {
    return this.#ports.vault.sealer.state === 'open'
  }

  /** What a run may have: all that its persona was granted, and what the person lends to this run alone. */
  async borrow({ run, credentials }: { readonly run: Borrower; readonly credentials: readonly string[] }): Promise<Borrowed> {
    const found = await this.#loansFor(run, credentials)
    if ('message' in found) return found
    const { loans, notices } = found
    if (loans.length > 0 && !this.isOpen()) {
      const names = loans.map(({ credential }) => credential.name).join(', ')
      return {
        kind: 'sealed',
        message: `It needs ${names}, and the vault is sealed. Unlock it (troupe vault unlock), and the run goes on.`,
      }
    }
    const open: Open = { id: run.id, run, has: new Map(), release: [], ended: false }
    try {
      const lent = loans.length === 0 ? null : await this.#lend(open, loans)
      return { kind: 'lent', lease: this.#leaseOf(open, lent, notices) }
    } catch (thrown) {
      await this.#end(open)
      const { code, message } = asTroupeError(thrown)
      if (code === 'SEALED') return { kind: 'sealed', message }
      if (code === 'INTERNAL' || code === 'DISK') throw thrown
      return { kind: 'refused', message }
    }
  }

  /** For a program that the person starts with values in its environment: the command line spawns it, and the engine only lends. */
  async lendOut(
    names: readonly string[],
    by: string,
    program: string,
  ): Promise<{ id: string; env: LentToRun['env']; secrets: readonly KnownSecret[] }> {
    const loans = await this.#loansByName(names)
    const open: Open = { id: newId(this.#ports.chance, 'lease'), run: null, has: new Map(), release: [], ended: false }
    try {
      const lent = await this.#lend(open, loans, { by, note: `To the program ${program}, started on the command line.` })
      const secrets: KnownSecret[] = []
      for (const loan of loans) secrets.push(...secretsOf(loan, await this.#ports.credentials.values(loan.credential.id)))
      return { id: open.id, env: lent.env, secrets }
    } catch (thrown) {
      await this.#end(open)
      throw thrown
    }
  }

  /**
   * For an MCP server or a service while it runs: variables for a program, headers for an address. `takenBack` is called when a credential is revoked
   * meanwhile: the server is to be stopped. SEALED, NOT_FOUND, WRONG_STATE, REFUSED.
   */
  async lendToServer(
    names: readonly string[],
    server: string,
    takenBack: () => void,
    kind: 'MCP server' | 'service' = 'MCP server',
  ): Promise<{ lent: LentToRun } & Pick<Lease, 'sends' | 'end'>> {
    const loans = await this.#loansByName(names)
    const holder = `the ${kind} ${server}`
    const open: Open = { id: newId(this.#ports.chance, 'lease'), run: null, holder, takenBack, has: new Map(), release: [], ended: false }
    try {
      const lent = await this.#lend(open, loans, { by: 'engine', note: `To ${holder}.` })
      const { sends, end } = this.#leaseOf(open, lent, [])
      return { lent, sends, end }
    } catch (thrown) {
      await this.#end(open)
      throw thrown
    }
  }

  async #loansByName(names: readonly string[]): Promise<Loan[]> {
    const loans = names.map(async (name): Promise<Loan> => {
      return { credential: await this.#ports.credentials.lendable(name), fields: null, hosts: null, how: 'environment' }
    })
    const found = await Promise.all(loans)
    this.#ports.vault.sealer.requireOpen()
    return found
  }

  /** NOT_FOUND: it has ended already, or is a run's. */
  async giveBack(id: string): Promise<void> {
    const open = [...this.#open].find((one) => one.id === id && one.run === null)
    if (!open) throw new TroupeError('NOT_FOUND', `There is no lease ${id}.`)
    await this.#end(open)
  }

  /** A key for what is no run (a provider that is tried). SEALED. */
  async keyForProbe(place: KeyPlace): Promise<string | null> {
    const open: Open = { id: newId(this.#ports.chance, 'lease'), run: null, has: new Map(), release: [], ended: false }
    const key = await this.#key(open, place)
    this.#ports.clock.after(PROBE_MS, () => void this.#end(open))
    return key
  }

  async hasKey({ keyEnv, credential }: KeyPlace): Promise<boolean> {
    if (credential === null) return keyEnv !== null && this.#ports.variable(keyEnv) !== undefined
    const found = await this.#ports.credentials.lendable(credential.id).catch(() => undefined)
    return found?.secretFields.includes(credential.field) ?? false
  }

  async holders(credentialId: string): Promise<readonly { readonly id: string; readonly personaName: string }[]> {
    const holding = [...this.#open].filter(({ has }) => has.has(credentialId))
    return holding.map(({ id, run, holder }) => ({ id, personaName: run?.personaName ?? holder ?? 'a program of the command line' }))
  }

  async end(credentialId: string, personaId: string | null): Promise<void> {
    for (const open of [...this.#open]) {
      const had = open.has.get(credentialId)
      if (!had || (personaId !== null && open.run?.personaId !== personaId)) continue
      open.has.delete(credentialId)
      const subject = subjectOf(open, credentialId, had.name)
      await this.#ports.vault.audit.append(entry('lease-end', 'done', subject, 'It was taken back while it was lent.'), [
        leaseEnded(open.id, credentialId),
      ])
      if (open.run && had.inEnvironment) this.#ports.endRun(open.run.id)
      open.takenBack?.()
    }
  }

  async stop(): Promise<void> {
    for (const open of [...this.#open]) await this.#end(open)
  }

  async #loansFor(
    run: Borrower,
    extra: readonly string[],
  ): Promise<{ loans: Loan[]; notices: string[] } | Extract<Borrowed, { kind: 'refused' }>> {
    const { credentials } = this.#ports
    const loans = new Map<string, Loan>()
    const notices: string[] = []
    try {
      for (const { credentialId, personaId, fields, hosts, how } of run.personaId === null
        ? []
        : await credentials.grantsOf(run.personaId)) {
        loans.set(credentialId, { credential: await credentials.lendable(credentialId), personaId, fields, hosts, how })
      }
      for (const name of extra) {
        const credential = await credentials.lendable(name)
        const granted = loans.get(credential.id)
        // A model's tools get placeholders; a program has nobody who would put the value in.
        const how = seesPlaceholders(run) ? (granted?.how ?? 'placeholder') : 'environment'
        loans.set(credential.id, { credential, fields: granted?.fields ?? null, hosts: granted?.hosts ?? null, how })
      }
    } catch (thrown) {
      const { code, message, hint } = asTroupeError(thrown)
      if (code !== 'NOT_FOUND' && code !== 'WRONG_STATE' && code !== 'DAMAGED') throw thrown
      await this.#refuse(run, message)
      return { kind: 'refused', message: hint ? `${message} ${hint}` : message }
    }
    for (const { credential, how } of loans.values()) {
      if (seesPlaceholders(run) || how === 'environment') continue
      notices.push(`${credential.name} is granted as a placeholder, which a program cannot use: grant it as an environment variable.`)
    }
    return { loans: [...loans.values()], notices }
  }

  /** Opens the values, enters the lend, and only then makes them known and hands them out. */
  async #lend(open: Open, loans: readonly Loan[], said: { by: string; note: string } = { by: 'engine', note: '' }): Promise<LentToRun> {
    const { credentials, clock } = this.#ports
    const opened: { loan: Loan; values: ReadonlyMap<string, string> }[] = []
    for (const loan of loans) {
      const { personaId, fields } = loan
      const which = { ...(fields !== null && { fields }), ...(personaId !== undefined && { personaId }) }
      const values = await credentials.values(loan.credential.id, which)
      const why = whyNotLent(loan, values)
      if (why) {
        await this.#refuse(open.run, why)
        throw new TroupeError('REFUSED', why)
      }
      opened.push({ loan, values })
    }
    const subjects = loans.map(({ credential }) => subjectOf(open, credential.id, credential.name))
    await this.#enter(
      subjects.map((subject) => ({ ...entry('lend', 'done', subject, said.note), by: said.by })),
      [
        ...subjects.map((subject) => leaseOpened(open.id, subject)),
        credentials.used(
          loans.map(({ credential }) => credential.id),
          clock.now(),
        ),
      ],
    )
    this.#open.add(open)
    for (const { loan, values } of opened) {
      open.has.set(loan.credential.id, { name: loan.credential.name, inEnvironment: loan.how === 'environment' })
      open.release.push(this.#ports.book.hold(secretsOf(loan, values)))
    }
    return {
      env: Object.assign({}, ...opened.map(({ loan, values }) => variablesOf(loan, values))),
      credentials: opened.map(({ loan, values }) => lentCredential(loan, values)),
    }
  }

  async #key(open: Open, { provider, keyEnv, credential: place }: KeyPlace): Promise<string | null> {
    if (place === null) {
      const key = keyEnv === null ? undefined : this.#ports.variable(keyEnv)
      if (key === undefined) return null
      this.#open.add(open)
      open.release.push(this.#ports.book.hold([{ mask: `[key ${keyEnv}]`, value: key }]))
      return key
    }
    this.#ports.vault.sealer.requireOpen()
    const credential = await this.#ports.credentials.lendable(place.id)
    const key = (await this.#ports.credentials.values(place.id, { fields: [place.field] })).get(place.field) ?? ''
    if (key === '') return null
    const subject = { ...subjectOf(open, place.id, credential.name), field: place.field }
    const opened = open.has.has(place.id) ? [] : [leaseOpened(open.id, subject)]
    await this.#enter(
      [entry('lend', 'done', subject, `To the model provider ${provider}.`)],
      [...opened, this.#ports.credentials.used([place.id], this.#ports.clock.now())],
    )
    this.#open.add(open)
    if (!open.has.has(place.id)) open.has.set(place.id, { name: credential.name, inEnvironment: false })
    open.release.push(this.#ports.book.hold([{ mask: placeholderOf(credential.name, place.field), value: key }]))
    return key
  }

  #leaseOf(open: Open, lent: LentToRun | null, notices: readonly string[]): Lease {
    return {
      lent,
      notices,
      key: (place) => this.#key(open, place),
      sends: async (name, host) => {
        const [credentialId] = [...open.has].find(([, one]) => one.name === name) ?? []
        if (credentialId === undefined || open.ended) throw new TroupeError('REFUSED', `${name} is not lent to this run any more.`)
        await this.#enter([entry('send', 'done', { ...subjectOf(open, credentialId, name), host }, '')], [])
      },
      end: () => this.#end(open),
    }
  }

  async #end(open: Open): Promise<void> {
    if (open.ended) return
    open.ended = true
    this.#open.delete(open)
    const subjects = [...open.has].map(([id, { name }]) => subjectOf(open, id, name))
    open.has.clear()
    try {
      const entries = subjects.map((subject) => entry('lease-end', 'done', subject, ''))
      if (entries.length > 0) {
        await this.#ports.vault.audit.append(
          entries,
          subjects.map(({ credentialId }) => leaseEnded(open.id, credentialId)),
        )
      }
    } catch (thrown) {
      // Its row stays: the next start enters it.
      this.#ports.log.warn('The end of a lease could not be entered; the next start will.', { lease: open.id, problem: messageOf(thrown) })
    } finally {
      for (const release of open.release.splice(0)) release()
    }
  }

  async #refuse(run: Borrower | null, why: string): Promise<void> {
    const subject = run === null ? {} : { runId: run.id, ...(run.personaId === null ? {} : { personaId: run.personaId }) }
    await this.#ports.vault.audit.append(entry('lend', 'refused', subject, why)).catch((thrown: unknown) => {
      this.#ports.log.warn('A refused lend could not be entered.', { problem: messageOf(thrown) })
    })
  }

  /** If it cannot be entered, it does not happen. */
  async #enter(entries: readonly AuditDraft[], statements: readonly Statement[]): Promise<void> {
    await this.#ports.vault.audit.append(entries, statements)
  }
}

interface Subject {
  readonly credentialId: string
  readonly credential: string
  readonly runId?: string
  readonly personaId?: string
}

function subjectOf({ run }: Open, credentialId: string, credential: string): Subject {
  if (run === null) return { credentialId, credential }
  return { credentialId, credential, runId: run.id, ...(run.personaId === null ? {} : { personaId: run.personaId }) }
}

function entry(kind: AuditKind, outcome: AuditOutcome, subject: AuditDraft['subject'] & {}, note: string): AuditDraft {
  return { kind, outcome, by: 'engine', subject, ...(note === '' ? {} : { note: note.slice(0, 300) }) }
}

/** A model's tools and a team's nodes send through the egress; nobody puts a value into what a program or an agent sends. */
const seesPlaceholders = ({ bodyKind }: Borrower): boolean => bodyKind === 'model' || bodyKind === 'team'
