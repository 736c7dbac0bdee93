/** The methods of connectors and credentials; `methods.ts` puts them into the contract. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import {
  attachmentRow,
  connectFlow,
  connectOutcome,
  connectorRow,
  credentialAdd,
  credentialDetail,
  credentialEdit,
  credentialPlan,
  credentialRadius,
  credentialRow,
  fieldName,
  generateAsked,
  generated,
  grant,
  importResult,
  importSource,
  totpCode,
} from './credential.ts'
import { CREDENTIAL_LIMITS } from './credential-limits.ts'
import { LIMITS } from './limits.ts'
import { proof } from './vault.ts'

const id = z.string().min(1).max(80)
/** Base64; checked against CREDENTIAL_LIMITS.attachmentBytes once it is decoded. */
const fileBase64 = z.base64().max(Math.ceil(CREDENTIAL_LIMITS.attachmentBytes / 3) * 4)
const nothing = z.strictObject({})
const done = z.object({ done: z.literal(true) })
const flag = z.union([z.boolean(), z.stringbool()])
const get = (path: `/${string}`) => oc.route({ method: 'GET', path })
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })

export const connectorMethods = {
  list: get('/connectors').input(nothing.optional()).output(z.array(connectorRow)),
}

/** Values go in, and come out through `reveal`, `code` and `openAttachment` alone. All but the lists want an open vault. */
export const credentialMethods = {
  list: get('/credentials').input(nothing.optional()).output(z.array(credentialRow)),
  get: get('/credentials/{id}').input(z.strictObject({ id })).output(credentialDetail),
  /** CONFLICT when the name is taken; INVALID for a field that does not fit its connector. */
  add: post('/credentials').input(credentialAdd).output(credentialDetail),
  edit: post('/credentials/{id}/edit').input(credentialEdit).output(credentialDetail),
  /** `purpose` goes into the audit. The value is to be gone from screen and clipboard after CREDENTIAL_LIMITS.shownMs. */
  reveal: post('/credentials/{id}/reveal')
    .input(z.strictObject({ id, field: fieldName, purpose: z.enum(['reveal', 'copy']), proof }))
    .output(z.object({ value: z.string(), shownMs: z.int() })),
  /** The one-time code of now. WRONG_STATE when the credential has no TOTP key. */
  code: post('/credentials/{id}/code').input(z.strictObject({ id, proof })).output(totpCode),
  generate: post('/credentials/generate').input(generateAsked.prefault({})).output(generated),
  /** Tries it now, through the guarded egress. The row's health says what came of it, also when it failed. */
  check: post('/credentials/{id}/check').input(z.strictObject({ id })).output(credentialRow),
  /** New, or in place of the grant that the persona had. `hosts` may only narrow the credential's own. */
  grant: post('/credentials/{id}/grant')
    .input(
      z.strictObject({
        id,
        personaId: id,
        fields: z.array(fieldName).min(1).max(40).nullable().default(null),
        hosts: z.array(z.string().max(260)).min(1).max(CREDENTIAL_LIMITS.hosts).nullable().default(null),
        how: z.enum(['placeholder', 'environment']).default('placeholder'),
      }),
    )
    .output(grant),
  /** Takes the grant of one persona back and ends its leases. NOT_FOUND when it had none. */
  ungrant: post('/credentials/{id}/ungrant')
    .input(z.strictObject({ id, personaId: id }))
    .output(done),
  grants: get('/grants')
    .input(z.strictObject({ personaId: id.optional() }).prefault({}))
    .output(z.array(grant)),
  blastRadius: get('/credentials/{id}/blast-radius').input(z.strictObject({ id })).output(credentialRadius),
  /** Takes every grant back, ends every lease, tells the service where it can be told, and lends no more until a new value is put in. */
  revoke: post('/credentials/{id}/revoke').input(z.strictObject({ id })).output(credentialDetail),
  /** Removes it with its attachments. REFUSED while a run holds a lease of it, unless `endLeases`. */
  remove: post('/credentials/{id}/remove')
    .input(z.strictObject({ id, endLeases: z.boolean().default(false) }))
    .output(done),
  attach: post('/credentials/{id}/attachments')
    .input(z.strictObject({ id, name: z.string().trim().min(1).max(CREDENTIAL_LIMITS.attachmentNameChars), fileBase64 }))
    .output(attachmentRow),
  openAttachment: post('/credentials/{id}/attachments/open')
    .input(z.strictObject({ id, attachmentId: id, proof }))
    .output(z.object({ name: z.string(), fileBase64: z.string() })),
  detach: post('/credentials/{id}/attachments/remove')
    .input(z.strictObject({ id, attachmentId: id }))
    .output(done),
  planImport: post('/credentials/import/plan')
    .input(z.strictObject({ source: importSource }))
    .output(credentialPlan),
  /** `keys`: which items of the plan. CONFLICT when the plan of now is another than the one with this digest. */
  import: post('/credentials/import')
    .input(
      z.strictObject({
        source: importSource,
        digest: z.string().max(100),
        keys: z.array(z.string().max(200)).max(CREDENTIAL_LIMITS.importEntries),
      }),
    )
    .output(importResult),
  /** One file, sealed by its own passphrase. There is no other way out for all values at once. `ids` empty: all of them. */
  export: post('/credentials/export')
    .input(
      z.strictObject({
        ids: z.array(id).max(CREDENTIAL_LIMITS.credentials).default([]),
        passphrase: z.string().min(LIMITS.passphraseChars.min).max(LIMITS.passphraseChars.max),
        proof,
      }),
    )
    .output(z.object({ fileName: z.string(), text: z.string(), credentials: z.int() })),
  /** Begins the OAuth connection of a credential that is there already; it waits for CREDENTIAL_LIMITS.connectMs. */
  connect: post('/credentials/{id}/connect').input(z.strictObject({ id })).output(connectFlow),
  /** Answers at once, or with `wait` when it is over. */
  connectState: get('/credentials/connect/{flowId}')
    .input(z.strictObject({ flowId: id, wait: flag.default(false) }))
    .output(connectOutcome),
  cancelConnect: post('/credentials/connect/{flowId}/cancel')
    .input(z.strictObject({ flowId: id }))
    .output(done),
}
