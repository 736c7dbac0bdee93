import { clean, columns, heading, number } from './report.mjs'

/**
 * Findings by kind; so many of each are kept, all are counted. `kinds` is { kind: [title, needs the person] },
 * in the order in which they are shown.
 */
export function makeFindings(kinds, listed) {
  const found = new Map(Object.keys(kinds).map((kind) => [kind, { total: 0, kept: [] }]))
  return {
    add(kind, name, note) {
      const entry = found.get(kind)
      entry.total += 1
      if (entry.kept.length < listed) entry.kept.push([note, name])
    },
    total: (kind) => found.get(kind).total,
    get needing() {
      return [...found].reduce((sum, [kind, { total }]) => sum + (kinds[kind][1] ? total : 0), 0)
    },
    lines() {
      return [...found].flatMap(([kind, { total, kept }]) => {
        if (total === 0) return []
        const more = total > kept.length ? [`  … and ${number(total - kept.length)} more`] : []
        return [heading(`${clean(kinds[kind][0])} (${number(total)})`), ...columns(kept, '><'), ...more]
      })
    },
  }
}
