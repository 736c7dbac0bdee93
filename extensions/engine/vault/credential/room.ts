/** What the files of this part share: the ports, how a credential is read for clients, and how a change is written with its entry. */
import type { AuditKind, AuditSubject, CredentialDetail, CredentialRow, Grant } from '#contract'
import { type CallContext, type Statement, TroupeError } from '#core'
import { detailOf, grantOf, rowOf } from './describe.ts'
import { allAttachments, allGrants, attachmentsOf, type GrantRecord, grantsOfCredential } from './grant-rows.ts'
import type { CredentialPorts } from './ports.ts'
import { allRecords, type CredentialRecord, requireRecord } from './rows.ts'

/** Who asked: a client's name, or `engine` for what happens by itself. */
export type By = Pick<CallContext, 'clientName'>
export const ENGINE: By = { clientName: 'engine' }

export interface Room {
  readonly ports: CredentialPorts
  /** Whether an OAuth refresh of it is under way. */
  readonly refreshing: (credentialId: string) => boolean
  rows(): Promise<readonly CredentialRow[]>
  row(record: CredentialRecord): Promise<CredentialRow>
  detail(idOrName: string): Promise<CredentialDetail>
  /** With the names of persona and credential; those whose persona is gone are left out. */
  grants(records: readonly GrantRecord[]): Promise<readonly Grant[]>
  /** The entry and the statements in one transaction; then clients are told. */
  commit(entry: Entry, statements: readonly Statement[], by: By): Promise<void>
  /** An entry of something that was refused or failed. */
  enter(entry: Entry & { readonly outcome: 'refused' | 'failed' }, by: By): Promise<void>
}

export interface Entry {
  readonly kind: AuditKind
  readonly record: Pick<CredentialRecord, 'id' | 'name'>
  readonly subject?: Omit<AuditSubject, 'credentialId' | 'credential'>
  readonly note?: string
}

export function makeRoom(ports: CredentialPorts, refreshing: Room['refreshing']): Room {
  const { store, clock, personas } = ports
  const draft = ({ kind, record, subject = {}, note }: Entry, by: By) => ({
    kind,
    by: by.clientName,
    subject: { ...subject, credentialId: record.id, credential: record.name },
    ...(note !== undefined && { note }),
  })
  const row = async (record: CredentialRecord, given?: { readonly grants: readonly GrantRecord[]; readonly attachments: number }) => {
    const grants = given?.grants ?? (await grantsOfCredential(store, record.id))
    const attachments = given?.attachments ?? (await attachmentsOf(store, record.id)).length
    return rowOf(record, { now: clock.now(), personas: grants.length, attachments, refreshing: refreshing(record.id) })
  }
  const named = async (grants: readonly GrantRecord[], credentialNames: ReadonlyMap<string, string>) => {
    const found = await Promise.all(grants.map(async (grant) => ({ grant, persona: await personas.nameOf(grant.personaId) })))
    return found.flatMap(({ grant, persona }) =>
      persona === null ? [] : [grantOf(grant, credentialNames.get(grant.credentialId) ?? '', persona)],
    )
  }
  return {
    ports,
    refreshing,
    row: (record) => row(record),
    async rows() {
      const [records, grants, attachments] = await Promise.all([allRecords(store), allGrants(store), allAttachments(store)])
      const grantsBy = Map.groupBy(grants, ({ credentialId }) => credentialId)
      const filesBy = Map.groupBy(attachments, ({ credentialId }) => credentialId)
      return Promise.all(
        records.map((one) => row(one, { grants: grantsBy.get(one.id) ?? [], attachments: filesBy.get(one.id)?.length ?? 0 })),
      )
    },
    async detail(idOrName) {
      const record = await requireRecord(store, idOrName)
      const [grants, attachments] = await Promise.all([grantsOfCredential(store, record.id), attachmentsOf(store, record.id)])
      const shown = await named(grants, new Map([[record.id, record.name]]))
      return detailOf(record, await row(record, { grants, attachments: attachments.length }), shown, attachments)
    },
    async grants(records) {
      const names = new Map((await allRecords(store)).map(({ id, name }) => [id, name]))
      return named(records, names)
    },
    async commit(entry, statements, by) {
      await ports.vault.audit.append(draft(entry, by), statements)
      ports.announce('credential', entry.record.id, entry.kind)
    },
    async enter(entry, by) {
      await ports.vault.audit.append({ ...draft(entry, by), outcome: entry.outcome })
    },
  }
}

/** A name that is taken is told as such, whether it is seen before or by the store's own rule. */
export function nameTaken(name: string): TroupeError {
  return new TroupeError('CONFLICT', `There is a credential "${name}" already.`, {
    hint: 'Give it another name.',
    facts: { field: 'name' },
  })
}
