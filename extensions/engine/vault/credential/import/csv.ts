/** Tables of password managers. Each entry becomes a login, or a note when it has nothing but text; columns that have no place go into its notes. */
import { CsvError, parse } from 'csv-parse/sync'
import { CREDENTIAL_LIMITS, type ImportFormat } from '#contract/plain'
import { TroupeError } from '#core'
import { checkTotp } from '../totp.ts'
import { type Found, type Reading, shownTitle, slugOf } from './found.ts'

/** Which column is what; names in small letters. Later names of a list are those of older versions. */
interface Layout {
  readonly title: readonly string[]
  readonly user: readonly string[]
  readonly password: readonly string[]
  readonly site: readonly string[]
  readonly totp: readonly string[]
  readonly notes: readonly string[]
  /** Free text of the form `name: value`, a line each. */
  readonly more: readonly string[]
  /** About the entry's place in that program; told, not kept. */
  readonly ignored: readonly string[]
  /** All of these make the format recognised. */
  readonly signs: readonly string[]
}

const LAYOUTS: Readonly<Record<Exclude<ImportFormat, 'auto'>, Layout>> = {
  bitwarden: {
    title: ['name'],
    user: ['login_username'],
    password: ['login_password'],
    site: ['login_uri'],
    totp: ['login_totp'],
    notes: ['notes'],
    more: ['fields'],
    ignored: ['folder', 'collections', 'favorite', 'type', 'reprompt', 'archiveddate'],
    signs: ['name', 'login_password'],
  },
  '1password': {
    title: ['title', 'name'],
    user: ['username'],
    password: ['password'],
    site: ['url', 'urls', 'website'],
    totp: ['otpauth', 'one-time password'],
    notes: ['notes', 'notesplain'],
    more: [],
    ignored: ['favorite', 'archived', 'tags', 'type', 'vault', 'uuid'],
    signs: ['title', 'password', 'username'],
  },
  keepassxc: {
    title: ['title'],
    user: ['username'],
    password: ['password'],
    site: ['url'],
    totp: ['totp'],
    notes: ['notes'],
    more: [],
    ignored: ['group', 'icon', 'last modified', 'created'],
    signs: ['group', 'title', 'password'],
  },
}

type Row = ReadonlyMap<string, string>

/** INVALID when it is no table that a layout fits. */
export async function readCsv(text: string, format: ImportFormat): Promise<Reading> {
  const [head = [], ...body] = table(text)
  const columns = head.map((name) => name.trim().toLowerCase())
  const layout = layoutFor(columns, format)
  if (body.length > CREDENTIAL_LIMITS.importEntries)
    throw new TroupeError('TOO_LARGE', `The file has ${body.length} entries; ${CREDENTIAL_LIMITS.importEntries} are taken at a time.`, {
      hint: 'Split it.',
    })
  const found: Found[] = []
  const skipped: { from: string; why: string }[] = []
  for (const [index, cells] of body.entries()) {
    const row = new Map(columns.map((name, at) => [name, cells[at] ?? ''] as const))
    const entry = await entryOf(row, layout, columns, index + 1)
    if ('why' in entry) skipped.push(entry)
    else found.push(entry)
  }
  return { found, skipped }
}

function table(text: string): string[][] {
  try {
    return parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: 2 * 1024 * 1024 }) as string[][]
  } catch (thrown) {
    // The library's message repeats what it read, which may be a password; its code and line do not.
    const where = thrown instanceof CsvError && typeof thrown.lines === 'number' ? ` in line ${thrown.lines}` : ''
    throw new TroupeError('INVALID', `The table cannot be read: its quotes or separators are broken${where}.`, {
      hint: 'Export it again as CSV with commas.',
    })
  }
}

function layoutFor(columns: readonly string[], format: ImportFormat): Layout {
  const fits = ({ signs }: Layout) => signs.every((sign) => columns.includes(sign))
  if (format !== 'auto' && fits(LAYOUTS[format])) return LAYOUTS[format]
  // KeePassXC before 1Password: its columns are the others' and a group.
  const found = format === 'auto' ? [LAYOUTS.bitwarden, LAYOUTS.keepassxc, LAYOUTS['1password']].find(fits) : undefined
  if (found) return found
  const wanted =
    format === 'auto'
      ? 'Bitwarden, 1Password or KeePassXC'
      : { bitwarden: 'Bitwarden', '1password': '1Password', keepassxc: 'KeePassXC' }[format]
  throw new TroupeError('INVALID', `The first line of the table is not the one of ${wanted}.`, {
    hint: 'Export it as CSV with its heading, or name the program it comes from.',
    facts: { field: 'format' },
  })
}

async function entryOf(
  row: Row,
  layout: Layout,
  columns: readonly string[],
  number: number,
): Promise<Found | { from: string; why: string }> {
  const of = (names: readonly string[]) => names.map((name) => row.get(name)?.trim() ?? '').find((value) => value !== '') ?? ''
  const title = of(layout.title)
  const from = shownTitle(title) || `entry ${number}`
  const warnings: string[] = []
  const site = siteOf(of(layout.site), warnings)
  const totp = await totpOf(of(layout.totp), warnings)
  const notes = notesOf(row, layout, columns, [site.left, totp.left], warnings)
  const given = { user: of(layout.user), password: of(layout.password), site: site.value, totp: totp.value, notes }
  const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
  if (Object.keys(values).length === 0) return { from, why: 'It has neither a password nor any other text.' }
  const isNote = Object.keys(values).join() === 'notes'
  return {
    key: `row:${number}`,
    from,
    wantedName: slugOf(title) || 'login',
    connector: isNote ? 'note' : 'login',
    label: shownTitle(title).slice(0, 80),
    values: isNote ? { note: notes } : values,
    chosen: true,
    warnings: given.user.includes('\n') ? [...warnings, 'Its user name has several lines.'] : warnings,
  }
}

interface Read {
  readonly value: string
  /** What could not be taken, for the notes. */
  readonly left: string
}

function siteOf(text: string, warnings: string[]): Read {
  const [first = '', ...others] = text.split(/[\s,]+/).filter((part) => part !== '')
  if (first === '') return { value: '', left: '' }
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(first) ? first : `https://${first}`)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    warnings.push('Its address is no plain web address, and goes into the notes.')
    return { value: '', left: `address: ${text}` }
  }
  if (others.length > 0) warnings.push('It has several addresses; the first one counts, the others go into the notes.')
  return { value: url.href, left: others.length > 0 ? `addresses: ${others.join(' ')}` : '' }
}

async function totpOf(text: string, warnings: string[]): Promise<Read> {
  if (text === '') return { value: '', left: '' }
  try {
    await checkTotp(text)
    return { value: text, left: '' }
  } catch {
    warnings.push('Its one-time code key cannot be used, and goes into the notes.')
    return { value: '', left: `one-time code key: ${text}` }
  }
}

function notesOf(row: Row, layout: Layout, columns: readonly string[], left: readonly string[], warnings: string[]): string {
  const known = new Set(Object.values(layout).flat())
  const extra = columns.filter((name) => !known.has(name) && (row.get(name) ?? '').trim() !== '')
  if (extra.length > 0)
    warnings.push(`${extra.length === 1 ? 'A column' : 'Columns'} of its own (${shownTitle(extra.join(', '))}) go into the notes.`)
  const more = layout.more.map((name) => row.get(name) ?? '').filter((text) => text.trim() !== '')
  if (more.length > 0) warnings.push('Its own fields go into the notes.')
  const notes = layout.notes.map((name) => row.get(name) ?? '')
  return [...notes, ...more, ...extra.map((name) => `${name}: ${row.get(name)}`), ...left]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n')
}
