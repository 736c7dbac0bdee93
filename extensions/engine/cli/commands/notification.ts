/** Notifications: listed, read, opened, removed; and what is wished of them. */
import type { DesktopNotifying, NotificationPatch, NotificationPreferences, NotificationRow } from '#contract'
import { EXIT, NOTIFICATION_KINDS, type NotificationKind, type NotificationLevel } from '#contract/plain'
import { WrongUse } from '../failure.ts'
import { findPersona } from '../find.ts'
import type { Engine } from '../link/connect.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { ago } from '../show/words.ts'

export async function listNotifications(
  session: Session,
  { unread, kind, limit }: { readonly unread: boolean; readonly kind?: readonly string[]; readonly limit: number },
): Promise<number> {
  const engine = await session.engine()
  const kinds = kind?.map(known)
  const page = await engine.notification.list({ unread, limit, ...(kinds && { kinds }) })
  await session.print(page, () => {
    if (page.rows.length === 0) return unread ? 'Nothing is unread.\n' : 'There are no notifications.\n'
    const { out } = session.io.paint
    const cells = page.rows.map((row, at) => [
      String(at + 1),
      row.readAt === null ? '●' : '',
      ago(row.at),
      row.kind,
      row.count > 1 ? `${row.title} (${row.count} times)` : row.title,
      row.text,
    ])
    const columns = [
      { title: '', align: 'right' as const, paint: out.dim },
      { title: '', paint: out.cyan },
      { title: 'When', paint: out.dim },
      { title: 'Kind' },
      { title: 'What', paint: out.bold },
      { title: '', gives: true },
    ]
    return table(columns, cells, { width: session.io.columns, dim: out.dim })
  })
  return EXIT.ok
}

function known(kind: string): NotificationKind {
  const found = NOTIFICATION_KINDS.find((one) => one === kind)
  if (!found) throw new WrongUse(`There is no kind of notification "${kind}".`, `There are: ${NOTIFICATION_KINDS.join(', ')}.`)
  return found
}

/** By its number in the list, its id, or a beginning of its id that only one has. */
async function findNotifications(engine: Engine, names: readonly string[]): Promise<readonly NotificationRow[]> {
  const { rows } = await engine.notification.list({ limit: 500 })
  return names.map((name) => {
    const byNumber = /^\d{1,3}$/.test(name) ? rows[Number(name) - 1] : undefined
    const fits = rows.filter(({ id }) => id === name || id.startsWith(name) || id.startsWith(`n_${name}`))
    const found = byNumber ?? (fits.length === 1 ? fits[0] : undefined)
    if (!found) {
      const why = fits.length > 1 ? `"${name}" fits ${fits.length} notifications.` : `There is no notification "${name}".`
      throw new WrongUse(why, 'troupe notifications shows them with their numbers.')
    }
    return found
  })
}

export async function markNotifications(session: Session, names: readonly string[], unread: boolean): Promise<number> {
  const engine = await session.engine()
  if (unread && names.length === 0)
    throw new WrongUse('Which ones are to be unread again?', 'Name them: troupe notifications read 1 --unread.')
  const rows = names.length === 0 ? undefined : await findNotifications(engine, names)
  const answer = await engine.notification.mark({ unread, ...(rows && { ids: rows.map(({ id }) => id) }) })
  const what = unread ? 'as not read' : 'as read'
  await session.print(answer, () => (rows ? `Marked ${rows.length} ${what}.\n` : `All are marked ${what}.\n`))
  return EXIT.ok
}

export async function openNotification(session: Session, name: string): Promise<number> {
  const engine = await session.engine()
  const [row] = await findNotifications(engine, [name])
  if (!row) return EXIT.failed
  const answer = await engine.notification.open({ id: row.id })
  await session.print(answer, () => `The window shows ${row.href}: ${row.title}.\n`)
  return EXIT.ok
}

export async function clearNotifications(session: Session, names: readonly string[]): Promise<number> {
  const engine = await session.engine()
  const rows = names.length === 0 ? undefined : await findNotifications(engine, names)
  const answer = await engine.notification.clear(rows ? { ids: rows.map(({ id }) => id) } : {})
  await session.print(answer, ({ removed }) => `Removed ${removed}.\n`)
  return EXIT.ok
}

export async function testNotification(session: Session): Promise<number> {
  const engine = await session.engine()
  const answer = await engine.notification.test()
  await session.print(answer, () => `${desktopWords(answer, session)}\n`)
  return answer.state === 'shows' ? EXIT.ok : EXIT.failed
}

function desktopWords({ state, way, opens, detail }: DesktopNotifying, session: Session): string {
  const { out } = session.io.paint
  if (state === 'unknown') return `${out.dim('?')} Whether the desktop shows notifications is not known: none was tried yet.`
  if (state === 'cannot') return `${out.red('✗')} The desktop shows none; the window keeps them all. ${detail}`
  return `${out.green('✓')} Shown by the desktop, by ${way}. ${opens ? 'A click opens its screen.' : 'A click opens nothing here.'}`
}

export interface PreferenceOptions {
  readonly persona?: string
  readonly kind?: NotificationKind
  readonly level?: NotificationLevel | 'as-others'
  readonly quiet?: string
  readonly coalesce?: number
}

export async function notificationPreferences(session: Session, options: PreferenceOptions): Promise<number> {
  const engine = await session.engine()
  const { persona: name, kind, level } = options
  if (kind !== undefined && level === undefined) throw new WrongUse(`How are notifications of the kind ${kind} to be told?`, 'Add --level.')
  if (level === 'as-others' && name === undefined) throw new WrongUse('"as-others" is for one persona.', 'Add --persona.')
  const persona = name === undefined ? undefined : await findPersona(engine, name, { archived: true })
  const before = await engine.notification.preferences()
  const patch: NotificationPatch = {
    ...(level !== undefined && levelPatch(before, persona?.id, kind, level)),
    ...(options.quiet !== undefined && { quiet: quietOf(options.quiet) }),
    ...(options.coalesce !== undefined && { coalesceMinutes: options.coalesce }),
  }
  const now = Object.keys(patch).length === 0 ? before : await engine.notification.setPreferences(patch)
  const desktop = await engine.notification.desktop()
  await session.print({ ...now, desktop }, () => `${preferenceWords(now, session, persona?.id)}${desktopWords(desktop, session)}\n`)
  return EXIT.ok
}

function levelPatch(
  before: NotificationPreferences,
  personaId: string | undefined,
  kind: NotificationKind | undefined,
  level: NotificationLevel | 'as-others',
): NotificationPatch {
  const kinds = kind === undefined ? NOTIFICATION_KINDS : [kind]
  const wished = level === 'as-others' ? {} : Object.fromEntries(kinds.map((one) => [one, level]))
  if (personaId === undefined) return { levels: wished }
  const own = before.personas.find((one) => one.personaId === personaId)?.levels ?? {}
  const others = Object.entries(own).filter(([one]) => !kinds.some((named) => named === one))
  return { persona: { id: personaId, levels: { ...Object.fromEntries(others), ...wished } } }
}

const HOURS = /^([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)$/

function quietOf(text: string): NotificationPatch['quiet'] {
  if (text === 'off') return null
  const [, ...parts] = HOURS.exec(text.trim()) ?? []
  const [fromHour, fromMinute, toHour, toMinute] = parts.map(Number)
  if (fromHour === undefined || fromMinute === undefined || toHour === undefined || toMinute === undefined)
    throw new WrongUse(`"${text}" is not a time of day to another.`, 'Write it like 22:00-07:00, or "off".')
  return { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute }
}

function preferenceWords({ levels, quiet, coalesceMinutes, personas }: NotificationPreferences, session: Session, only?: string): string {
  const { out } = session.io.paint
  const of = (own: Partial<Record<NotificationKind, NotificationLevel | undefined>>) =>
    NOTIFICATION_KINDS.flatMap((kind) => (own[kind] === undefined ? [] : [`${kind} ${own[kind]}`])).join(' · ')
  const lines = [`${out.bold('Everyone')}  ${of(levels)}`]
  for (const one of personas)
    if (only === undefined || one.personaId === only) lines.push(`${out.bold(one.personaName)}  ${of(one.levels)}`)
  const clock = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  lines.push(`${out.bold('Quiet hours')}  ${quiet === null ? 'none' : `${clock(quiet.from)} to ${clock(quiet.to)}`}`)
  lines.push(`${out.bold('Like ones')}  ${coalesceMinutes === 0 ? 'each for itself' : `one with a count, within ${coalesceMinutes} min`}`)
  return `${lines.join('\n')}\n`
}
