/** Credentials under the headings of their categories, in the contract's order; what does not fit the search is left out with its heading. */
import type { CredentialRow } from '#contract'
import { CONNECTOR_CATEGORIES, type ConnectorCategory } from '#contract/plain'
import { CATEGORY_WORDS } from './words.ts'

export interface ArrangedItem {
  readonly category: ConnectorCategory
  /** undefined: the heading. */
  readonly row: CredentialRow | undefined
}

export function arranged(rows: readonly CredentialRow[], search: string): readonly ArrangedItem[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = (row: CredentialRow): boolean => {
    const text = `${row.name} ${row.label} ${row.connectorName} ${CATEGORY_WORDS[row.category]}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
  return CONNECTOR_CATEGORIES.flatMap((category): ArrangedItem[] => {
    const found = rows.filter((row) => row.category === category && fits(row)).sort((a, b) => a.name.localeCompare(b.name))
    return found.length === 0 ? [] : [{ category, row: undefined }, ...found.map((row) => ({ category, row }))]
  })
}
