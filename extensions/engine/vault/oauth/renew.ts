/** The two requests of a connection's later life: a new access token, and the end. */
import * as oauth from 'oauth4webapi'
import { connectorFor, plainOf } from '../credential/describe.ts'
import { openValues } from '../credential/lend.ts'
import { ENGINE, type Room } from '../credential/room.ts'
import { type CredentialRecord, type OAuthRecord, requireRecord, setOAuth } from '../credential/rows.ts'
import { serviceOf, through, whyFailed } from './service.ts'
import { backoffMs, isDue } from './timing.ts'
import { keepRefreshed, tokensOf } from './tokens.ts'

/** Asks for a new access token, if that is still due; what came of it is in the row. Throws only when that cannot be written, or the vault is sealed. */
export async function refresh(room: Room, id: string): Promise<void> {
  const { ports } = room
  const record = await requireRecord(ports.store, id)
  const { oauth: known } = record
  if (known === null || !isDue(known, ports.clock.now())) return
  ports.vault.sealer.requireOpen()
  ports.announce('credential', id, 'refresh')
  const values = await openValues(room, record)
  const token = values.get('refresh_token')
  if (token === undefined)
    return mark(room, record, { ...known, gone: 'The access token ended, and the service gave no means to get a new one.' })
  try {
    const service = serviceOf(connectorFor(record), new Map([...plainOf(record), ...values]), record.allowPrivate)
    const { server, client, auth } = service
    const options = through({ egress: ports.egress, clock: ports.clock, allowPrivate: record.allowPrivate }, service)
    const response = await oauth.refreshTokenGrantRequest(server, client, auth, token, options)
    const tokens = tokensOf(await oauth.processRefreshTokenResponse(server, client, response), service, ports.clock.now())
    await keepRefreshed(room, id, { ...tokens, scopes: tokens.scopes.length > 0 ? tokens.scopes : known.scopes }, known, ENGINE)
  } catch (thrown) {
    const { gone, words } = whyFailed(thrown)
    const failures = known.failures + 1
    await mark(
      room,
      record,
      gone
        ? { ...known, gone: 'The service took the consent back.' }
        : { ...known, failures, retryAt: ports.clock.now() + backoffMs(failures) },
      words,
    )
  }
}

async function mark(room: Room, record: CredentialRecord, oauth: OAuthRecord, words = 'there is no refresh token'): Promise<void> {
  const note = `No new access token: ${words}.`.slice(0, 300)
  await room.ports.vault.audit.append(
    {
      kind: 'credential-change',
      outcome: 'failed',
      by: ENGINE.clientName,
      subject: { credentialId: record.id, credential: record.name },
      note,
    },
    [setOAuth(record.id, oauth)],
  )
  room.ports.announce('credential', record.id, oauth.gone === null ? 'refresh-failed' : 'reconnect')
}

/** Asks the service to forget its tokens; answers in a sentence how that went, or nothing where there is nobody to ask. */
export async function tellService(room: Room, id: string): Promise<string> {
  const { ports } = room
  const record = await requireRecord(ports.store, id)
  const connector = connectorFor(record)
  if (connector.oauth === null || record.oauth === null) return ''
  const bySelf = 'Take its access away on the service’s own page too.'
  if (ports.vault.sealer.state !== 'open') return `The service was not told, since the vault is sealed. ${bySelf}`
  try {
    const values = await openValues(room, record)
    const service = serviceOf(connector, new Map([...plainOf(record), ...values]), record.allowPrivate)
    if (service.server.revocation_endpoint === undefined) return `The service cannot be told. ${bySelf}`
    const { server, client, auth } = service
    const options = through({ egress: ports.egress, clock: ports.clock, allowPrivate: record.allowPrivate }, service)
    const token = values.get('refresh_token') ?? values.get('access_token') ?? ''
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, auth, token, options))
    return 'The service was told, and accepted it.'
  } catch (thrown) {
    return `The service was told, and it failed: ${whyFailed(thrown).words}. ${bySelf}`.slice(0, 300)
  }
}
