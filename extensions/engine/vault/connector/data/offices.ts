/** Google's and Microsoft's services. */
import type { Icon } from '#contract/plain'
import { connector, give, oauthConnector, secret, secretLines, text, tryGet } from '../define.ts'

const GOOGLE = {
  issuer: 'https://accounts.google.com',
  authorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: 'https://oauth2.googleapis.com/token',
  revokeUrl: 'https://oauth2.googleapis.com/revoke',
  // Without both, a second consent brings no refresh token.
  extra: { access_type: 'offline', prompt: 'consent' },
} as const
const googleDocs = 'https://developers.google.com/identity/protocols/oauth2/native-app'

interface Office {
  readonly id: string
  readonly name: string
  readonly icon: Icon
  readonly summary: string
  readonly scopes: readonly string[]
  /** Asked for a check. */
  readonly address: string
  readonly host?: string
}

const google = ({ id, name, icon, summary, scopes, address, host }: Office) =>
  oauthConnector(
    'google',
    {
      id,
      name,
      icon,
      summary,
      docsUrl: googleDocs,
      env: [give('GOOGLE_ACCESS_TOKEN', '{{access_token}}')],
      hosts: ['www.googleapis.com', ...(host === undefined ? [] : [host])],
      // 403: the token is good, and the API is not switched on in the project.
      check: tryGet(address, { bad: [401] }),
    },
    { ...GOOGLE, scopes: [...scopes] },
  )

const MICROSOFT = {
  authorizeUrl: 'https://login.microsoftonline.com/{{tenant}}/oauth2/v2.0/authorize',
  tokenUrl: 'https://login.microsoftonline.com/{{tenant}}/oauth2/v2.0/token',
  clientAuth: 'none',
} as const
const tenant = text('tenant', 'Tenant', {
  required: false,
  default: 'common',
  pattern: '[A-Za-z0-9.-]+',
  patternWords: 'common, organizations, consumers, or your tenant',
})
const microsoft = ({ id, name, icon, summary, scopes, address }: Office) =>
  oauthConnector(
    'microsoft',
    {
      id,
      name,
      icon,
      summary,
      docsUrl: 'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow',
      fields: [tenant],
      env: [give('MS_GRAPH_TOKEN', '{{access_token}}')],
      hosts: ['graph.microsoft.com'],
      check: tryGet(address, { bad: [401] }),
    },
    { ...MICROSOFT, scopes: ['offline_access', ...scopes] },
  )

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`

export const OFFICES = [
  google({
    id: 'gmail',
    name: 'Gmail',
    icon: 'mail',
    summary: 'Reads and sends mail.',
    scopes: [scope('gmail.modify')],
    address: 'https://gmail.googleapis.com/gmail/v1/users/me/profile',
    host: 'gmail.googleapis.com',
  }),
  google({
    id: 'google-drive',
    name: 'Google Drive',
    icon: 'folder',
    summary: 'Files and folders.',
    scopes: [scope('drive')],
    address: 'https://www.googleapis.com/drive/v3/about?fields=user',
  }),
  google({
    id: 'google-calendar',
    name: 'Google Calendar',
    icon: 'calendar',
    summary: 'Calendars and events.',
    scopes: [scope('calendar')],
    address: 'https://www.googleapis.com/calendar/v3/users/me/calendarList?maxResults=1',
  }),
  google({
    id: 'google-sheets',
    name: 'Google Sheets',
    icon: 'chart',
    summary: 'Reads and writes spreadsheets.',
    scopes: [scope('spreadsheets'), scope('userinfo.email')],
    address: 'https://www.googleapis.com/oauth2/v3/userinfo',
    host: 'sheets.googleapis.com',
  }),
  google({
    id: 'google-docs',
    name: 'Google Docs',
    icon: 'book',
    summary: 'Reads and writes documents.',
    scopes: [scope('documents'), scope('userinfo.email')],
    address: 'https://www.googleapis.com/oauth2/v3/userinfo',
    host: 'docs.googleapis.com',
  }),
  connector('google', {
    id: 'google-service-account',
    name: 'Google service account',
    icon: 'shield',
    summary: 'The JSON key of a service account, for Google Cloud and Workspace.',
    docsUrl: 'https://cloud.google.com/iam/docs/keys-create-delete',
    fields: [
      secretLines('json', 'Key file', {
        pattern: '\\s*\\{[\\s\\S]*"private_key"[\\s\\S]*\\}\\s*',
        patternWords: 'the whole JSON text of the key file',
      }),
    ],
    env: [give('GOOGLE_APPLICATION_CREDENTIALS_JSON', '{{json}}')],
    hosts: ['*.googleapis.com'],
    check: 'It signs its own tokens, which Troupe does not do yet.',
    rotateDays: 90,
  }),
  connector('google', {
    id: 'google-api-key',
    name: 'Google API key',
    icon: 'globe',
    summary: 'Maps, Places, YouTube and other services that take a key.',
    docsUrl: 'https://cloud.google.com/docs/authentication/api-keys',
    fields: [secret('key', 'API key')],
    env: [give('GOOGLE_API_KEY', '{{key}}')],
    headers: [give('x-goog-api-key', '{{key}}')],
    hosts: ['*.googleapis.com'],
    check: 'Which service the key is for is not known, and most calls cost something.',
  }),
  microsoft({
    id: 'microsoft-365',
    name: 'Microsoft 365',
    icon: 'user',
    summary: 'Your account in Microsoft Graph.',
    scopes: ['User.Read'],
    address: 'https://graph.microsoft.com/v1.0/me',
  }),
  microsoft({
    id: 'outlook',
    name: 'Outlook mail',
    icon: 'mail',
    summary: 'Reads and sends mail.',
    scopes: ['Mail.ReadWrite', 'Mail.Send'],
    address: 'https://graph.microsoft.com/v1.0/me/mailFolders/inbox',
  }),
  microsoft({
    id: 'outlook-calendar',
    name: 'Outlook calendar',
    icon: 'calendar',
    summary: 'Calendars and events.',
    scopes: ['Calendars.ReadWrite'],
    address: 'https://graph.microsoft.com/v1.0/me/calendar',
  }),
  microsoft({
    id: 'onedrive',
    name: 'OneDrive',
    icon: 'folder',
    summary: 'Files and folders.',
    scopes: ['Files.ReadWrite'],
    address: 'https://graph.microsoft.com/v1.0/me/drive',
  }),
  microsoft({
    id: 'microsoft-teams',
    name: 'Microsoft Teams',
    icon: 'bell',
    summary: 'Chats and channels.',
    scopes: ['Chat.ReadWrite', 'ChannelMessage.Send', 'Team.ReadBasic.All'],
    address: 'https://graph.microsoft.com/v1.0/me/joinedTeams',
  }),
]
