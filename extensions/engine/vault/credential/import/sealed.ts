/** What a sealed file of our own holds, as an import. */
import { knownConnector } from '../../connector/mod.ts'
import { formFields } from '../fields.ts'
import type { SealedContent } from '../sealed-file.ts'
import { type Found, type Reading, shownTitle, slugOf } from './found.ts'

export function fromSealed({ credentials }: SealedContent): Reading {
  const found: Found[] = []
  const skipped: { from: string; why: string }[] = []
  for (const [index, one] of credentials.entries()) {
    const connector = knownConnector(one.connector)
    if (!connector) {
      skipped.push({ from: shownTitle(one.name), why: `It is of the kind "${shownTitle(one.connector)}", which this build does not know.` })
      continue
    }
    const names = new Set(formFields(connector).map(({ name }) => name))
    const left = Object.keys(one.values).filter((name) => !names.has(name))
    found.push({
      key: `sealed:${index}`,
      from: shownTitle(one.name),
      wantedName: slugOf(one.name) || connector.id,
      connector: connector.id,
      label: one.label,
      values: Object.fromEntries(Object.entries(one.values).filter(([name]) => names.has(name))),
      chosen: true,
      warnings: [
        ...(left.length > 0 ? [`Left out: ${shownTitle(left.join(', '))}.`] : []),
        ...(connector.oauth === null ? [] : ['It has to be connected again here: a connection belongs to one machine.']),
      ],
      more: {
        extraHosts: one.extraHosts,
        allowPrivate: one.allowPrivate,
        expiresAt: one.expiresAt,
        rotateEveryDays: one.rotateEveryDays,
        attachments: one.attachments,
      },
    })
  }
  return { found, skipped }
}
