/** The credential part, put together; and what it does by itself while the engine runs. */
import { messageOf } from '#core'
import { CONNECTORS } from '../connector/mod.ts'
import type { Connections } from '../oauth/connect.ts'
import { makeRefreshes } from '../oauth/refresh.ts'
import { attachFile, attachmentFiles, detachFile, openAttachment, sweepFiles } from './attachments.ts'
import { addCredential, editCredential } from './change.ts'
import type { Credentials } from './credentials.ts'
import { generatePassword } from './generate.ts'
import { allGrants, dropGrant, grantsOfPersona } from './grant-rows.ts'
import { grantCredential, ungrantCredential } from './grants.ts'
import { makeChecks } from './health.ts'
import { makeLending } from './lend.ts'
import type { Lending } from './lendable.ts'
import { dropGrantMark } from './mark.ts'
import type { CredentialPorts } from './ports.ts'
import { ENGINE, makeRoom, type Room } from './room.ts'
import { findRecord } from './rows.ts'
import { makeCode, revealField } from './showing.ts'
import { radiusOf, removeCredential, revokeCredential } from './taking.ts'
import type { Transfers } from './transfer.ts'

/** How often is looked whether something is due. */
const TICK_MS = 30_000

export interface CredentialRoom extends Credentials {
  readonly lending: Lending
  /** Ends connections that wait, and what is done by itself. */
  stop(): Promise<void>
}

export async function openCredentials(ports: CredentialPorts): Promise<CredentialRoom> {
  const refreshes = makeRefreshes(() => room)
  const room: Room = makeRoom(ports, refreshes.underWay)
  const files = attachmentFiles(room)
  const checks = makeChecks(room, refreshes.freshen)
  // With the libraries of OAuth and of tables: loaded when they are asked for, so that a start does not pay for them.
  let connections: Promise<Connections> | undefined
  const connecting = () => (connections ??= import('../oauth/connect.ts').then(({ makeConnections }) => makeConnections(room)))
  let transfers: Promise<Transfers> | undefined
  const transferring = () => (transfers ??= import('./transfer.ts').then(({ makeTransfers }) => makeTransfers(room, files)))
  await sweepFiles(room, files)
  const stopTicks = keepGoing(room, async (signal) => {
    await clearGrants(room)
    await refreshes.due()
    await checks.due(signal)
  })
  return {
    lending: makeLending(room, refreshes.freshen),
    connectors: () => CONNECTORS,
    list: () => room.rows(),
    get: (id) => room.detail(id),
    add: (input, by) => addCredential(room, input, by),
    edit: (input, by) => editCredential(room, input, by),
    reveal: (asked, by) => revealField(room, asked, by),
    code: (id, proof, by) => makeCode(room, id, proof, by),
    generate: (asked) => generatePassword(asked, ports.chance),
    check: (id, by) => checks.check(id, by),
    grant: (asked, by) => grantCredential(room, asked, by),
    ungrant: (id, personaId, by) => ungrantCredential(room, id, personaId, by),
    grants: async (personaId) =>
      room.grants(await (personaId === undefined ? allGrants(ports.store) : grantsOfPersona(ports.store, personaId))),
    blastRadius: (id) => radiusOf(room, id),
    revoke: (id, by) => revokeCredential(room, id, by, refreshes.tell),
    remove: (id, endLeases, by) => removeCredential(room, files, id, endLeases, by),
    attach: (id, name, fileBase64, by) => attachFile(room, files, id, name, fileBase64, by),
    openAttachment: (id, attachmentId, proof, by) => openAttachment(room, files, { id, attachmentId, proof }, by),
    detach: (id, attachmentId, by) => detachFile(room, files, id, attachmentId, by),
    planImport: async (source) => (await transferring()).plan(source),
    import: async (source, digest, keys, by) => (await transferring()).import(source, digest, keys, by),
    export: async (asked, by) => (await transferring()).export(asked, by),
    connect: async (id, by) => (await connecting()).begin(id, by),
    connectState: async (flowId, wait, signal) => (await connecting()).state(flowId, wait, signal),
    cancelConnect: async (flowId) => (await connecting()).cancel(flowId),
    async stop() {
      await connections?.then((there) => there.stop())
      await stopTicks()
    },
  }
}

/** One round after the other, TICK_MS apart; answers how to end it, awaiting the round that is under way. */
function keepGoing({ ports }: Room, round: (signal: AbortSignal) => Promise<void>): () => Promise<void> {
  const over = new AbortController()
  let disarm: () => void = () => undefined
  let underWay: Promise<void> = Promise.resolve()
  const arm = () => {
    disarm = ports.clock.after(TICK_MS, () => {
      underWay = round(over.signal)
        .catch((thrown: unknown) => ports.log.warn('the round of the credentials failed', { reason: messageOf(thrown) }))
        .then(() => {
          if (!over.signal.aborted) arm()
        })
    })
  }
  arm()
  return async () => {
    over.abort()
    disarm()
    await underWay
  }
}

/** Those whose persona is gone. [CR22] */
async function clearGrants(room: Room): Promise<void> {
  const { store, personas, vault } = room.ports
  for (const { credentialId, personaId } of await allGrants(store)) {
    if ((await personas.nameOf(personaId)) !== null) continue
    const record = await findRecord(store, credentialId)
    if (!record) continue
    const statements = [dropGrant(credentialId, personaId), dropGrantMark(vault.secrets, credentialId, personaId)]
    await room.commit({ kind: 'revoke', record, subject: { personaId }, note: 'The persona is gone.' }, statements, ENGINE)
  }
}
