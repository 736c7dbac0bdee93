/** Settings, and the tokens of other programs. */
import type { ClientRow, Settings, SettingsPatch } from '#contract'
import { EXIT } from '#contract/plain'
import { WrongUse } from '../failure.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { ago, facts } from '../show/words.ts'

export async function getSettings(session: Session, key: string | undefined): Promise<number> {
  const engine = await session.engine()
  const settings = await engine.settings.get()
  if (key === undefined)
    await session.print(settings, () =>
      facts(
        Object.entries(settings).map(([name, value]) => [name, String(value)]),
        session.io.paint.out.dim,
      ),
    )
  else {
    const value = settings[known(settings, key)]
    await session.print(value, () => `${value}\n`)
  }
  return EXIT.ok
}

export async function setSetting(session: Session, key: string, text: string): Promise<number> {
  const engine = await session.engine()
  const name = known(await engine.settings.get(), key)
  const { settingsPatch } = await import('#contract')
  const value: unknown = /^-?\d+$/.test(text) ? Number(text) : text
  const checked = settingsPatch.safeParse({ [name]: value })
  if (!checked.success) throw new WrongUse(`${name} cannot be "${text}": ${checked.error.issues[0]?.message ?? 'it does not fit'}`)
  const settings = await engine.settings.set(checked.data satisfies SettingsPatch)
  await session.print(settings, () => `${name} is ${settings[name]} now.\n`)
  return EXIT.ok
}

function known(settings: Settings, key: string): keyof Settings {
  if (Object.hasOwn(settings, key)) return key as keyof Settings
  throw new WrongUse(`There is no setting "${key}".`, `There are: ${Object.keys(settings).join(', ')}.`)
}

export async function listClients(session: Session): Promise<number> {
  const engine = await session.engine()
  const rows = await engine.engine.clients()
  await session.print(rows, () => (rows.length === 0 ? 'No window and no program has a token.\n' : clientTable(rows, session)))
  return EXIT.ok
}

function clientTable(rows: readonly ClientRow[], session: Session): Promise<string> {
  const { out } = session.io.paint
  const cells = rows.map((row) => [
    row.name,
    row.connected ? 'connected' : '',
    row.lastUsedAt === null ? 'never' : ago(row.lastUsedAt),
    row.expiresAt === null ? 'no end' : new Date(row.expiresAt).toISOString().slice(0, 10),
    row.scopes.join(', '),
    row.id,
  ])
  const columns = [
    { title: 'Name', paint: out.bold },
    { title: '', paint: out.green },
    { title: 'Used' },
    { title: 'Ends' },
    { title: 'May call', gives: true },
    { title: 'Id', paint: out.dim },
  ]
  return table(columns, cells, { width: session.io.columns, dim: out.dim })
}

export async function grantClient(
  session: Session,
  name: string,
  options: { readonly scope?: readonly string[]; readonly days?: number },
): Promise<number> {
  const engine = await session.engine()
  const granted = await engine.engine.grantClient({
    name,
    scopes: [...(options.scope ?? ['*'])],
    ttlMs: options.days === undefined ? null : options.days * 86_400_000,
  })
  if (!session.json) await session.io.err(`A token for ${granted.client.name} (${granted.client.id}). It is shown this once:\n`)
  await session.print(granted, ({ token }) => `${token}\n`)
  return EXIT.ok
}

export async function revokeClient(session: Session, id: string): Promise<number> {
  const engine = await session.engine()
  await engine.engine.revokeClient({ id })
  await session.print({ revoked: id }, () => `${id} is no longer let in.\n`)
  return EXIT.ok
}
