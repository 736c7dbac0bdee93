/**
 * Credentials: what may be lent, to whom, and how well it is known to work. Secret values go in and never come out again,
 * except through `reveal` and `code`, which want a proof of who asks.
 */
import { z } from 'zod'
import { CREDENTIAL_LIMITS, CREDENTIAL_PATTERNS } from './credential-limits.ts'
import { LIMITS } from './limits.ts'
import { CONNECTOR_CATEGORIES, FIELD_KINDS, HEALTH_STATES, ICONS, IMPORT_FORMATS } from './words.ts'

/** As written in `{{credential.github.token}}`: the first part is this. Unique among credentials. */
export const credentialName = z
  .string()
  .regex(CREDENTIAL_PATTERNS.name, 'a credential name starts with a letter and has only a-z, 0-9 and -')
/** The second part. */
export const fieldName = z.string().regex(CREDENTIAL_PATTERNS.field, 'a field name starts with a letter and has only a-z, 0-9 and _')
/** A host name or `*.example.org` (sub-domains only): https on 443. With `:port`: http or https on that port. */
export const allowedHost = z
  .string()
  .max(260)
  .regex(CREDENTIAL_PATTERNS.host, 'a host is written api.example.org, *.example.org or 127.0.0.1:8080')

const fieldValue = z.string().max(CREDENTIAL_LIMITS.fieldChars)

/** One field of a connector's form. */
export const connectorField = z.object({
  name: fieldName,
  label: z.string(),
  kind: z.enum(FIELD_KINDS),
  /** Sealed, never shown. The others are shown as they are. */
  secret: z.boolean(),
  required: z.boolean(),
  help: z.string(),
  /** Source of a regular expression that the whole value must match; null: anything. */
  pattern: z.string().nullable(),
  /** In words, what the pattern asks for; empty when there is none. */
  patternWords: z.string(),
  /** Used when the field is left empty; empty: none. */
  default: z.string(),
  /** For kind `choice` only. */
  choices: z.array(z.string()),
})
export type ConnectorField = z.infer<typeof connectorField>

/** A variable or a header made from fields. Given out only when every field that is named has a value. */
export const provided = z.object({
  /** May hold `{{field}}` too. */
  name: z.string(),
  /** Text with `{{field}}` in it. */
  value: z.string(),
  /** base64: the filled-in text as a whole. url: each field, percent-encoded, before it is filled in. */
  encode: z.enum(['none', 'base64', 'url']),
  /** Stands before the encoded text, e.g. `Bearer `. */
  prefix: z.string(),
})
export type Provided = z.infer<typeof provided>

/** How a connector's credential is tried. */
export const connectorCheck = z.object({
  method: z.enum(['GET', 'HEAD', 'POST']),
  /** May hold `{{field}}`: an address as it is, anything else percent-encoded. Not tried while a named field is empty. */
  url: z.string(),
  /** Sent besides the connector's own. */
  headers: z.array(provided),
  /** Text of the request; a `{{field}}` in it is filled in as the inside of a JSON string. */
  body: z.string().nullable(),
  /** Statuses that prove that it works. */
  ok: z.array(z.int()),
  /** Statuses that prove that it does not. Anything else proves nothing. */
  bad: z.array(z.int()),
  /** For servers that answer 200 to everything: a member of the JSON answer, and the value it has when all is well. */
  json: z.object({ member: z.string(), is: z.union([z.string(), z.boolean(), z.number(), z.literal('present')]) }).nullable(),
})
export type ConnectorCheck = z.infer<typeof connectorCheck>

export const connectorOAuth = z.object({
  /** The authorization server's name in RFC 8414 metadata and in the `iss` of its answers; null: it has none. May hold `{{field}}`. */
  issuer: z.string().nullable(),
  authorizeUrl: z.string(),
  tokenUrl: z.string(),
  /** RFC 7009; null: it has none. */
  revokeUrl: z.string().nullable(),
  scopes: z.array(z.string()),
  scopeSeparator: z.string(),
  pkce: z.boolean(),
  /** Sent with the authorization request, e.g. `access_type: offline`. */
  extra: z.record(z.string(), z.string()),
  /** How the client shows who it is at the token endpoint. `none`: a public client, PKCE only. */
  clientAuth: z.enum(['post', 'basic', 'none']),
})
export type ConnectorOAuth = z.infer<typeof connectorOAuth>

export const connectorRow = z.object({
  id: z.string(),
  name: z.string(),
  icon: z.enum(ICONS),
  category: z.enum(CONNECTOR_CATEGORIES),
  summary: z.string(),
  docsUrl: z.string(),
  fields: z.array(connectorField),
  env: z.array(provided),
  headers: z.array(provided),
  /** Where its values may be sent; may hold `{{field}}`. Empty: it is not for requests (or the person names the hosts). */
  hosts: z.array(z.string()),
  check: connectorCheck.nullable(),
  /** Why it cannot be checked; empty when it can. */
  uncheckable: z.string(),
  oauth: connectorOAuth.nullable(),
  /** Days after which a new value is a good idea; null: no opinion. */
  rotateDays: z.int().nullable(),
})
export type ConnectorRow = z.infer<typeof connectorRow>

/** `unchecked` and `unverifiable` are not green: nobody knows. */
export const health = z.object({
  state: z.enum(HEALTH_STATES),
  /** How it was found, or why it could not be. One sentence. */
  detail: z.string(),
  /** When it was last tried; null: never. */
  at: z.int().nullable(),
})
export type Health = z.infer<typeof health>

/** What stands between the person and a working OAuth credential. */
export const oauthState = z.object({
  state: z.enum(['not-connected', 'connected', 'refreshing', 'reconnect']),
  detail: z.string(),
  accessExpiresAt: z.int().nullable(),
  scopes: z.array(z.string()),
})
export type OAuthState = z.infer<typeof oauthState>

export const credentialRow = z.object({
  id: z.string(),
  name: credentialName,
  /** For people; may be empty. */
  label: z.string(),
  connector: z.string(),
  connectorName: z.string(),
  icon: z.enum(ICONS),
  category: z.enum(CONNECTOR_CATEGORIES),
  health,
  /** The service's own end of this secret, as the person entered it; null: none known. */
  expiresAt: z.int().nullable(),
  /** When a new value is due, from `rotateEveryDays` and the last change of a secret; null: no reminder. */
  rotateAt: z.int().nullable(),
  /** Nearest of the above in words of state. `expired` and `due` ask for something to be done. */
  age: z.enum(['fresh', 'soon', 'due', 'expired']),
  secretChangedAt: z.int(),
  lastUsedAt: z.int().nullable(),
  /** Personas it is granted to. */
  personas: z.int(),
  attachments: z.int(),
  hasTotp: z.boolean(),
  oauth: oauthState.nullable(),
  /** Set: nobody gets it until a new value is put in. */
  revokedAt: z.int().nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
})
export type CredentialRow = z.infer<typeof credentialRow>

/** How much of a credential a persona may borrow. Nothing in here is a secret. */
export const grant = z.object({
  credentialId: z.string(),
  credentialName,
  personaId: z.string(),
  personaName: z.string(),
  /** null: every field. */
  fields: z.array(fieldName).nullable(),
  /** Narrower than the credential's own hosts, never wider; null: all of those. */
  hosts: z.array(allowedHost).nullable(),
  /** placeholder: only `{{credential.…}}` is seen, the engine's egress puts the value in. environment: the child gets the values. */
  how: z.enum(['placeholder', 'environment']),
  grantedAt: z.int(),
})
export type Grant = z.infer<typeof grant>

export const attachmentRow = z.object({ id: z.string(), name: z.string(), bytes: z.int(), addedAt: z.int() })
export type AttachmentRow = z.infer<typeof attachmentRow>

export const credentialDetail = z.object({
  row: credentialRow,
  connector: connectorRow,
  /** Every field that can be filled in: whether it has a value, and the value itself where it is no secret. */
  fields: z.array(z.object({ name: fieldName, label: z.string(), secret: z.boolean(), set: z.boolean(), value: z.string().nullable() })),
  /** Where its values may be sent, filled in and with what the person added. */
  hosts: z.array(z.string()),
  extraHosts: z.array(allowedHost),
  allowPrivate: z.boolean(),
  /** Names only. */
  env: z.array(z.string()),
  headers: z.array(z.string()),
  rotateEveryDays: z.int().nullable(),
  grants: z.array(grant),
  attachments: z.array(attachmentRow),
  /** Goes up with every change; `edit` wants it back. */
  version: z.int(),
})
export type CredentialDetail = z.infer<typeof credentialDetail>

/** Fields to put in, by name. An empty text clears one that is not required. Those left out stay as they are. */
export const fieldValues = z.record(fieldName, fieldValue)

const days = z.int().min(1).max(3650)
const changeable = {
  label: z.string().trim().max(LIMITS.nameChars),
  values: fieldValues,
  /** Hosts besides the connector's own. */
  extraHosts: z.array(allowedHost).max(CREDENTIAL_LIMITS.hosts),
  /** Its hosts may have addresses that are not public: a server of your own. */
  allowPrivate: z.boolean(),
  expiresAt: z.int().min(0).nullable(),
  /** null: no reminder. */
  rotateEveryDays: days.nullable(),
}

export const credentialAdd = z.strictObject({
  connector: z.string().min(1).max(60),
  name: credentialName,
  label: changeable.label.default(''),
  values: changeable.values.default({}),
  extraHosts: changeable.extraHosts.default([]),
  allowPrivate: changeable.allowPrivate.default(false),
  expiresAt: changeable.expiresAt.default(null),
  /** Left out: the connector's own opinion. */
  rotateEveryDays: changeable.rotateEveryDays.optional(),
})
export type CredentialAdd = z.input<typeof credentialAdd>

export const credentialEdit = z.strictObject({
  id: z.string().min(1).max(80),
  /** CONFLICT when it is no longer the current one. */
  version: z.int().min(1),
  name: credentialName.optional(),
  label: changeable.label.optional(),
  values: changeable.values.optional(),
  extraHosts: changeable.extraHosts.optional(),
  allowPrivate: changeable.allowPrivate.optional(),
  expiresAt: changeable.expiresAt.optional(),
  rotateEveryDays: changeable.rotateEveryDays.optional(),
})
export type CredentialEdit = z.input<typeof credentialEdit>

/** What taking a credential away would touch. */
export const credentialRadius = z.object({
  personas: z.array(z.object({ id: z.string(), name: z.string(), grant })),
  /** Runs that hold a lease of it now. */
  runs: z.array(z.object({ id: z.string(), personaName: z.string() })),
  /** Model providers that take their key from it. */
  providers: z.array(z.string()),
  attachments: z.int(),
  lastUsedAt: z.int().nullable(),
})
export type CredentialRadius = z.infer<typeof credentialRadius>

export const totpCode = z.object({
  code: z.string(),
  /** Milliseconds for which it still holds. */
  leftMs: z.int(),
  periodSeconds: z.int(),
})
export type TotpCode = z.infer<typeof totpCode>

export const generateAsked = z.strictObject({
  length: z.int().min(CREDENTIAL_LIMITS.generated.min).max(CREDENTIAL_LIMITS.generated.max).default(CREDENTIAL_LIMITS.generated.default),
  lower: z.boolean().default(true),
  upper: z.boolean().default(true),
  digits: z.boolean().default(true),
  signs: z.boolean().default(true),
  /** Leaves out signs that are easily taken for another: I l 1 | O 0 o. */
  readable: z.boolean().default(false),
})
export type GenerateAsked = z.input<typeof generateAsked>
export const generated = z.object({
  password: z.string(),
  /** Bits of chance in it. */
  bits: z.number(),
})
export type Generated = z.infer<typeof generated>

/** A browser is to open `url`; `flowId` tells how it went. */
export const connectFlow = z.object({ flowId: z.string(), url: z.string(), redirectUrl: z.string(), expiresAt: z.int() })
export type ConnectFlow = z.infer<typeof connectFlow>
export const connectOutcome = z.object({ state: z.enum(['waiting', 'connected', 'failed', 'cancelled', 'expired']), detail: z.string() })
export type ConnectOutcome = z.infer<typeof connectOutcome>

const importText = z.string().min(1).max(LIMITS.importBytes)
export const importSource = z.discriminatedUnion('kind', [
  /** `auto` goes by the heading of the table. */
  z.strictObject({ kind: z.literal('csv'), text: importText, format: z.enum(IMPORT_FORMATS).default('auto') }),
  z.strictObject({ kind: z.literal('env'), text: importText }),
  /** The engine's own environment. */
  z.strictObject({ kind: z.literal('environment') }),
  z.strictObject({
    kind: z.literal('sealed'),
    text: z
      .string()
      .min(1)
      .max(LIMITS.frameBytes - 65_536),
    passphrase: z.string().min(1).max(1024),
  }),
])
export type ImportSource = z.input<typeof importSource>

/** What an import would make, without a value. */
export const credentialPlan = z.object({
  items: z.array(
    z.object({
      /** Names it to `import`. */
      key: z.string(),
      /** What it is called in the file: a title or a variable. */
      from: z.string(),
      name: credentialName,
      connector: z.string(),
      connectorName: z.string(),
      fields: z.array(fieldName),
      /** Ticked unless told otherwise: false where it is probably no secret, or here already. */
      chosen: z.boolean(),
      /** A name that was taken, a field that was left out, and so on; one sentence each. */
      warnings: z.array(z.string()),
    }),
  ),
  /** Lines and entries that make no credential, each with its reason. Nothing is dropped without a word. */
  skipped: z.array(z.object({ from: z.string(), why: z.string() })),
  /** `import` wants it back, so that what was shown is what is made. */
  digest: z.string(),
})
export type CredentialPlan = z.infer<typeof credentialPlan>

export const importResult = z.object({ added: z.array(credentialRow), skipped: z.array(z.object({ from: z.string(), why: z.string() })) })
export type ImportResult = z.infer<typeof importResult>
