/** n8n's kinds of credentials and our connectors for the same service. Matched by type: ids and names of another machine mean nothing here. */
import type { ImportedCredential } from '#contract'
import type { RawNode } from './nodes.ts'
import { isBag } from './reading.ts'

/** By the type, or the type without its ending. */
export const CONNECTORS: Readonly<Record<string, string>> = {
  openAi: 'openai',
  anthropic: 'anthropic',
  googlePalm: 'google-gemini',
  httpHeaderAuth: 'header',
  httpBasicAuth: 'basic',
  httpBearerAuth: 'bearer',
  httpQueryAuth: 'api-key',
  httpCustomAuth: 'header',
  oAuth2: 'oauth2',
  oAuth1: 'oauth2',
  googleSheets: 'google-sheets',
  googleDrive: 'google-drive',
  googleDocs: 'google-docs',
  googleCalendar: 'google-calendar',
  gmail: 'gmail',
  telegram: 'telegram',
  slack: 'slack',
  notion: 'notion',
  airtable: 'airtable',
  airtableToken: 'airtable',
  github: 'github',
  gitlab: 'gitlab',
  discordBot: 'discord',
  discordWebhook: 'discord',
  discord: 'discord',
  postgres: 'postgres',
  mySql: 'mysql',
  mongoDb: 'mongodb',
  redis: 'redis',
  supabase: 'supabase',
  smtp: 'smtp',
  imap: 'imap',
  aws: 'aws',
  s3: 's3',
  stripe: 'stripe',
  shopify: 'shopify',
  hubspot: 'hubspot',
  hubspotAppToken: 'hubspot',
  jiraSoftwareCloud: 'jira',
  linear: 'linear',
  microsoftOutlook: 'microsoft-365',
  microsoftTeams: 'microsoft-365',
  microsoftExcel: 'microsoft-365',
  microsoftOneDrive: 'microsoft-365',
  ssh: 'ssh-key',
  sshPrivateKey: 'ssh-key',
  openRouter: 'openrouter',
  groq: 'groq',
  mistralCloud: 'mistral',
}

const stem = (type: string): string => type.replace(/(OAuth2Api|OAuth2|Api|Token)$/, '')

/** null: none of ours fits. */
export function connectorOf(type: string): string | null {
  return CONNECTORS[type] ?? CONNECTORS[stem(type)] ?? null
}

/** What a node wants, and what the file calls it. */
export function credentialsOf(node: RawNode): readonly ImportedCredential[] {
  const { credentials } = node.raw
  if (!isBag(credentials)) return []
  return Object.entries(credentials).map(([type, given]) => ({
    node: node.name,
    type,
    label: isBag(given) && typeof given.name === 'string' ? given.name.slice(0, 200) : typeof given === 'string' ? given.slice(0, 200) : '',
    connector: connectorOf(type),
  }))
}
