/** A persona or a team by its id, its exact name, or a beginning that only one has. */
import type { PersonaCard, TeamCard } from '#contract'
import { WrongUse } from './failure.ts'
import type { Engine } from './link/connect.ts'

/** `archived` too: those in the archive can be found, for what may be done with them. */
export async function findPersona(engine: Engine, asked: string, options: { readonly archived?: boolean } = {}): Promise<PersonaCard> {
  const [live, archived] = await Promise.all([
    engine.persona.list({ archived: false }),
    options.archived ? engine.persona.list({ archived: true }) : [],
  ])
  return choosePersona([...live, ...archived], asked)
}

const PERSONAS: Words = {
  one: 'persona',
  many: 'personas',
  prefix: 'per_',
  none: 'There are none yet: troupe template list shows what to begin with.',
  list: 'troupe persona list',
}
const TEAMS: Words = {
  one: 'team',
  many: 'teams',
  prefix: 'team_',
  none: 'There are none yet: troupe import makes one of an n8n workflow, troupe team create of a file.',
  list: 'troupe team list',
}

/** Archived ones too, for what may be done with them. */
export async function findTeam(engine: Engine, asked: string): Promise<TeamCard> {
  const [live, archived] = await Promise.all([engine.team.list({ archived: false }), engine.team.list({ archived: true })])
  return chooseNamed([...live, ...archived], asked, TEAMS)
}

/** WrongUse, with what was probably meant, when none or several fit. */
export function choosePersona(cards: readonly PersonaCard[], asked: string): PersonaCard {
  return chooseNamed(cards, asked, PERSONAS)
}

interface Named {
  readonly id: string
  readonly name: string
}

/** How what is looked for is called. */
interface Words {
  readonly one: string
  readonly many: string
  /** Of its ids. */
  readonly prefix: string
  /** What to do when there are none at all. */
  readonly none: string
  readonly list: string
}

function chooseNamed<Card extends Named>(cards: readonly Card[], asked: string, words: Words): Card {
  const wanted = asked.trim()
  const byId = cards.find((card) => card.id === wanted)
  if (byId) return byId
  const lower = wanted.toLowerCase()
  for (const fits of [
    (card: Card) => card.name === wanted,
    (card: Card) => plain(card.name) === plain(lower),
    (card: Card) =>
      wanted !== '' &&
      (plain(card.name).startsWith(plain(lower)) || card.id.startsWith(lower) || card.id.startsWith(`${words.prefix}${lower}`)),
  ]) {
    const found = cards.filter(fits)
    if (found.length === 1 && found[0]) return found[0]
    if (found.length > 1)
      throw new WrongUse(`"${asked}" fits ${found.length} ${words.many}: ${listed(found)}.`, 'Write more of the name, or the id.')
  }
  throw new WrongUse(`There is no ${words.one} "${asked}".`, nearWords(cards, lower, words))
}

/** `disk-guardian` finds "Disk guardian": what is easy to type stands for what is nice to read. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim()
}

function listed(cards: readonly Named[]): string {
  const shown = cards.slice(0, 6).map((card) => `${card.name} (${card.id})`)
  return cards.length > 6 ? `${shown.join(', ')} …` : shown.join(', ')
}

function nearWords(cards: readonly Named[], asked: string, words: Words): string {
  if (cards.length === 0) return words.none
  const near = cards
    .map((card) => ({ name: card.name, far: distance(plain(card.name), plain(asked)) }))
    .filter(({ name, far }) => far <= Math.max(2, Math.floor(name.length / 3)) || plain(name).includes(plain(asked)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
  return near.length > 0 ? `Did you mean ${near.map(({ name }) => `"${name}"`).join(' or ')}?` : `${words.list} shows all of them.`
}

/** Edits from one word to the other (Levenshtein). */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
