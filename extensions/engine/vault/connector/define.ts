/** Short words in which the tables in `data/` are written; each makes a part of the contract's ConnectorRow. */
import type { ConnectorCheck, ConnectorField, ConnectorOAuth, ConnectorRow, Provided } from '#contract'
import type { Icon } from '#contract/plain'

type FieldExtra = Partial<Pick<ConnectorField, 'required' | 'help' | 'pattern' | 'patternWords' | 'default' | 'choices'>>

const field = (name: string, label: string, kind: ConnectorField['kind'], secret: boolean, extra: FieldExtra): ConnectorField => ({
  name,
  label,
  kind,
  secret,
  required: true,
  help: '',
  pattern: null,
  patternWords: '',
  default: '',
  choices: [],
  ...extra,
})

export const secret = (name: string, label: string, extra: FieldExtra = {}) => field(name, label, 'secret', true, extra)
export const secretLines = (name: string, label: string, extra: FieldExtra = {}) => field(name, label, 'lines', true, extra)
export const text = (name: string, label: string, extra: FieldExtra = {}) => field(name, label, 'text', false, extra)
export const email = (name: string, label: string, extra: FieldExtra = {}) => field(name, label, 'email', false, extra)
export const url = (name: string, label: string, extra: FieldExtra = {}) => field(name, label, 'url', false, extra)
/** An address that opens the door by itself, such as a web hook's. */
export const secretUrl = (name: string, label: string, extra: FieldExtra = {}) => field(name, label, 'url', true, extra)
export const host = (name: string, label: string, extra: FieldExtra = {}) => field(name, label, 'host', false, extra)
export const port = (name: string, label: string, standard: string, extra: FieldExtra = {}) =>
  field(name, label, 'port', false, { default: standard, required: false, ...extra })
export const choice = (name: string, label: string, choices: readonly string[], extra: FieldExtra = {}) =>
  field(name, label, 'choice', false, { choices: [...choices], default: choices[0] ?? '', required: false, ...extra })
export const totpKey = (name: string, label: string, extra: FieldExtra = {}) => field(name, label, 'totp', true, extra)

export const optional = { required: false } as const

type Encode = Provided['encode']
export const give = (name: string, value: string, encode: Encode = 'none', prefix = ''): Provided => ({ name, value, encode, prefix })
export const bearer = (value: string) => give('authorization', value, 'none', 'Bearer ')
export const basic = (user: string, password: string) => give('authorization', `${user}:${password}`, 'base64', 'Basic ')

type CheckExtra = Partial<Omit<ConnectorCheck, 'method' | 'url'>>
/** Works on 200; does not on 401 and 403, unless told otherwise. */
export const check = (method: ConnectorCheck['method'], address: string, extra: CheckExtra = {}): ConnectorCheck => ({
  method,
  url: address,
  headers: [],
  body: null,
  ok: [200],
  bad: [401, 403],
  json: null,
  ...extra,
})
export const tryGet = (address: string, extra: CheckExtra = {}) => check('GET', address, extra)
export const tryPost = (address: string, body: string, extra: CheckExtra = {}) =>
  check('POST', address, { headers: [give('content-type', 'application/json')], body, ...extra })

/** Fields that every OAuth connector has: the client that the person registered, and what a connection brings. */
function oauthFields(needsSecret: boolean): ConnectorField[] {
  return [
    text('client_id', 'Client ID', { help: 'From the app that you registered with the service.' }),
    secret('client_secret', 'Client secret', { required: needsSecret }),
    port('redirect_port', 'Redirect port', '', {
      help: 'Only if the service wants the exact redirect address: register http://127.0.0.1:PORT/oauth/callback and enter PORT here.',
    }),
    { ...field('access_token', 'Access token', 'connected', true, { required: false }) },
    { ...field('refresh_token', 'Refresh token', 'connected', true, { required: false }) },
  ]
}

type OAuthPart = Pick<ConnectorOAuth, 'authorizeUrl' | 'tokenUrl' | 'scopes'> & Partial<ConnectorOAuth>
const oauth = (part: OAuthPart): ConnectorOAuth => ({
  issuer: null,
  revokeUrl: null,
  scopeSeparator: ' ',
  pkce: true,
  extra: {},
  clientAuth: 'post',
  ...part,
})

interface Described {
  readonly id: string
  readonly name: string
  readonly icon: Icon
  readonly summary: string
  readonly docsUrl: string
  readonly fields?: readonly ConnectorField[]
  readonly env?: readonly Provided[]
  readonly headers?: readonly Provided[]
  readonly hosts?: readonly string[]
  /** How it is tried; a sentence: why it cannot be. */
  readonly check: ConnectorCheck | string
  readonly rotateDays?: number | null
}

/** A quarter or half a year is what most services' own advice comes down to; personal logins have none. */
const ROTATE_DAYS = 180

export function connector(category: ConnectorRow['category'], described: Described): ConnectorRow {
  const { check: how, fields = [], env = [], headers = [], hosts = [], rotateDays = ROTATE_DAYS, ...rest } = described
  return {
    ...rest,
    category,
    fields: [...fields],
    env: [...env],
    headers: [...headers],
    hosts: [...hosts],
    check: typeof how === 'string' ? null : how,
    uncheckable: typeof how === 'string' ? how : '',
    oauth: null,
    rotateDays,
  }
}

/** One whose access token comes from the person's consent in a browser. */
export function oauthConnector(category: ConnectorRow['category'], described: Described, part: OAuthPart): ConnectorRow {
  const flow = oauth(part)
  const row = connector(category, { headers: [bearer('{{access_token}}')], rotateDays: null, ...described })
  return { ...row, fields: [...row.fields, ...oauthFields(flow.clientAuth !== 'none')], oauth: flow }
}

/** What every credential may have besides: the key of its second factor, and what the person wants to remember. */
export function withExtras(row: ConnectorRow): ConnectorRow {
  const extras = [
    totpKey('totp', 'Key of one-time codes', {
      required: false,
      help: 'An otpauth address, or the key that the service shows for an authenticator app.',
    }),
    secretLines('notes', 'Notes', { required: false, help: 'Sealed, like the rest.' }),
  ]
  return { ...row, fields: [...row.fields, ...extras.filter((extra) => !row.fields.some(({ name }) => name === extra.name))] }
}
