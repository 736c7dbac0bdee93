/** A persona by its id, its exact name, or a beginning that only one has. */
import type { PersonaCard } from '#contract'
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

/** WrongUse, with what was probably meant, when none or several fit. */
export function choosePersona(cards: readonly PersonaCard[], asked: string): PersonaCard {
  const wanted = asked.trim()
  const byId = cards.find((card) => card.id === wanted)
  if (byId) return byId
  const lower = wanted.toLowerCase()
  for (const fits of [
    (card: PersonaCard) => card.name === wanted,
    (card: PersonaCard) => plain(card.name) === plain(lower),
    (card: PersonaCard) =>
      wanted !== '' && (plain(card.name).startsWith(plain(lower)) || card.id.startsWith(lower) || card.id.startsWith(`per_${lower}`)),
  ]) {
    const found = cards.filter(fits)
    if (found.length === 1 && found[0]) return found[0]
    if (found.length > 1)
      throw new WrongUse(`"${asked}" fits ${found.length} personas: ${listed(found)}.`, 'Write more of the name, or the id.')
  }
  throw new WrongUse(`There is no persona "${asked}".`, nearWords(cards, lower))
}

/** `disk-guardian` finds "Disk guardian": what is easy to type stands for what is nice to read. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim()
}

function listed(cards: readonly PersonaCard[]): string {
  const shown = cards.slice(0, 6).map((card) => `${card.name} (${card.id})`)
  return cards.length > 6 ? `${shown.join(', ')} …` : shown.join(', ')
}

function nearWords(cards: readonly PersonaCard[], asked: string): string {
  if (cards.length === 0) return 'There are none yet: troupe template list shows what to begin with.'
  const near = cards
    .map((card) => ({ name: card.name, far: distance(plain(card.name), plain(asked)) }))
    .filter(({ name, far }) => far <= Math.max(2, Math.floor(name.length / 3)) || plain(name).includes(plain(asked)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
  return near.length > 0 ? `Did you mean ${near.map(({ name }) => `"${name}"`).join(' or ')}?` : 'troupe persona list shows all of them.'
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
