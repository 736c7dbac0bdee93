/** Databases. */
import { bearer, connector, give, host, optional, port, secret, secretUrl, text, tryGet, url } from '../define.ts'

const NO_PROTOCOL = 'Troupe speaks no database protocol, so it cannot try to sign in.'

interface Server {
  readonly id: string
  readonly name: string
  readonly scheme: string
  readonly port: string
  readonly variable: string
  readonly docsUrl: string
}

const sqlServer = ({ id, name, scheme, port: standard, variable, docsUrl }: Server) =>
  connector('database', {
    id,
    name,
    icon: 'database',
    summary: `One ${name} database, as one user.`,
    docsUrl,
    fields: [
      host('host', 'Host'),
      port('port', 'Port', standard),
      text('database', 'Database'),
      text('user', 'User name'),
      secret('password', 'Password'),
    ],
    env: [
      give(variable, `${scheme}://{{user}}:{{password}}@{{host}}:{{port}}/{{database}}`, 'url'),
      give(`${id.toUpperCase()}_PASSWORD`, '{{password}}'),
    ],
    check: NO_PROTOCOL,
  })

export const DATABASES = [
  sqlServer({
    id: 'postgres',
    name: 'PostgreSQL',
    scheme: 'postgresql',
    port: '5432',
    variable: 'DATABASE_URL',
    docsUrl: 'https://www.postgresql.org/docs/current/libpq-connect.html',
  }),
  sqlServer({
    id: 'mysql',
    name: 'MySQL',
    scheme: 'mysql',
    port: '3306',
    variable: 'DATABASE_URL',
    docsUrl: 'https://dev.mysql.com/doc/refman/en/connecting-using-uri-or-key-value-pairs.html',
  }),
  sqlServer({
    id: 'mssql',
    name: 'SQL Server',
    scheme: 'sqlserver',
    port: '1433',
    variable: 'DATABASE_URL',
    docsUrl: 'https://learn.microsoft.com/sql/connect/',
  }),
  connector('database', {
    id: 'mongodb',
    name: 'MongoDB',
    icon: 'database',
    summary: 'One MongoDB or Atlas cluster, by its connection string.',
    docsUrl: 'https://www.mongodb.com/docs/manual/reference/connection-string/',
    fields: [secretUrl('uri', 'Connection string', { pattern: 'mongodb(\\+srv)?://\\S+', patternWords: 'mongodb:// or mongodb+srv://' })],
    env: [give('MONGODB_URI', '{{uri}}')],
    check: NO_PROTOCOL,
  }),
  connector('database', {
    id: 'redis',
    name: 'Redis',
    icon: 'database',
    summary: 'One Redis or Valkey server, by its address.',
    docsUrl: 'https://redis.io/docs/latest/develop/clients/',
    fields: [secretUrl('url', 'Address', { pattern: 'rediss?://\\S+', patternWords: 'redis:// or rediss://' })],
    env: [give('REDIS_URL', '{{url}}')],
    check: NO_PROTOCOL,
  }),
  connector('database', {
    id: 'supabase',
    name: 'Supabase',
    icon: 'database',
    summary: 'One project: its tables, files and users.',
    docsUrl: 'https://supabase.com/docs/guides/api/api-keys',
    fields: [url('url', 'Project address'), secret('key', 'API key')],
    env: [give('SUPABASE_URL', '{{url}}'), give('SUPABASE_SERVICE_ROLE_KEY', '{{key}}')],
    headers: [give('apikey', '{{key}}'), bearer('{{key}}')],
    hosts: ['{{url}}'],
    check: tryGet('{{url}}/auth/v1/settings', { bad: [401, 403] }),
  }),
  connector('database', {
    id: 'neon',
    name: 'Neon',
    icon: 'database',
    summary: 'Projects and branches of Neon.',
    docsUrl: 'https://neon.com/docs/manage/api-keys',
    fields: [secret('key', 'API key')],
    env: [give('NEON_API_KEY', '{{key}}')],
    headers: [bearer('{{key}}')],
    hosts: ['console.neon.tech'],
    check: tryGet('https://console.neon.tech/api/v2/projects?limit=1', { bad: [401] }),
  }),
  connector('database', {
    id: 'elasticsearch',
    name: 'Elasticsearch',
    icon: 'search',
    summary: 'Indexes of a cluster.',
    docsUrl: 'https://www.elastic.co/docs/deploy-manage/api-keys',
    fields: [url('url', 'Address'), secret('key', 'API key', { help: 'The encoded form.' })],
    env: [give('ELASTICSEARCH_URL', '{{url}}'), give('ELASTICSEARCH_API_KEY', '{{key}}')],
    headers: [give('authorization', '{{key}}', 'none', 'ApiKey ')],
    hosts: ['{{url}}'],
    check: tryGet('{{url}}/_security/_authenticate', { bad: [401] }),
  }),
  connector('database', {
    id: 'clickhouse',
    name: 'ClickHouse',
    icon: 'database',
    summary: 'Queries over its HTTP interface.',
    docsUrl: 'https://clickhouse.com/docs/interfaces/http',
    fields: [url('url', 'Address'), text('user', 'User name', { ...optional, default: 'default' }), secret('password', 'Password')],
    env: [give('CLICKHOUSE_USER', '{{user}}'), give('CLICKHOUSE_PASSWORD', '{{password}}')],
    headers: [give('x-clickhouse-user', '{{user}}'), give('x-clickhouse-key', '{{password}}')],
    hosts: ['{{url}}'],
    check: tryGet('{{url}}/?query=SELECT%201', { bad: [401, 403, 516] }),
  }),
  connector('database', {
    id: 'pinecone',
    name: 'Pinecone',
    icon: 'database',
    summary: 'Vector indexes.',
    docsUrl: 'https://docs.pinecone.io/guides/projects/manage-api-keys',
    fields: [secret('key', 'API key')],
    env: [give('PINECONE_API_KEY', '{{key}}')],
    headers: [give('api-key', '{{key}}')],
    hosts: ['api.pinecone.io', '*.pinecone.io'],
    check: tryGet('https://api.pinecone.io/indexes', { bad: [401] }),
  }),
  connector('database', {
    id: 'qdrant',
    name: 'Qdrant',
    icon: 'database',
    summary: 'Vector collections.',
    docsUrl: 'https://qdrant.tech/documentation/guides/security/',
    fields: [url('url', 'Address'), secret('key', 'API key')],
    env: [give('QDRANT_URL', '{{url}}'), give('QDRANT_API_KEY', '{{key}}')],
    headers: [give('api-key', '{{key}}')],
    hosts: ['{{url}}'],
    check: tryGet('{{url}}/collections'),
  }),
  connector('database', {
    id: 'snowflake',
    name: 'Snowflake',
    icon: 'database',
    summary: 'A warehouse account.',
    docsUrl: 'https://docs.snowflake.com/en/user-guide/programmatic-access-tokens',
    fields: [
      text('account', 'Account'),
      text('user', 'User name'),
      secret('password', 'Password or token'),
      text('role', 'Role', optional),
    ],
    env: [
      give('SNOWFLAKE_ACCOUNT', '{{account}}'),
      give('SNOWFLAKE_USER', '{{user}}'),
      give('SNOWFLAKE_PASSWORD', '{{password}}'),
      give('SNOWFLAKE_ROLE', '{{role}}'),
    ],
    check: NO_PROTOCOL,
  }),
]
