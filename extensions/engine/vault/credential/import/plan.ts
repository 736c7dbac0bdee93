/** From what was found to a plan that can be shown and held to. [CR50, CR52] */
import { createHmac } from 'node:crypto'
import type { CredentialPlan, ImportSource } from '#contract'
import { importSource } from '#contract'
import { CREDENTIAL_LIMITS } from '#contract/plain'
import { TroupeError } from '#core'
import { connectorOf } from '../../connector/mod.ts'
import { sortFields } from '../fields.ts'
import type { CredentialPorts } from '../ports.ts'
import { readSealedFile } from '../sealed-file.ts'
import { readCsv } from './csv.ts'
import { readEnvFile } from './env-file.ts'
import type { Found, Reading } from './found.ts'
import { fromSealed } from './sealed.ts'
import { fromVariables } from './variables.ts'

export interface Planned {
  readonly plan: CredentialPlan
  /** By key; with the values, for the import. */
  readonly entries: ReadonlyMap<string, Found & { readonly name: string }>
}

async function read(source: ReturnType<typeof importSource.parse>, ports: CredentialPorts): Promise<Reading> {
  switch (source.kind) {
    case 'csv':
      return readCsv(source.text, source.format)
    case 'env': {
      const { variables, skipped } = readEnvFile(source.text)
      const { found, skipped: more } = fromVariables({ variables, whole: true })
      return { found, skipped: [...skipped, ...more] }
    }
    case 'environment':
      return fromVariables({
        variables: new Map(Object.entries(ports.env).flatMap(([name, value]) => (value ? [[name, value] as const] : []))),
        whole: false,
      })
    case 'sealed':
      return fromSealed(await readSealedFile(source.text, source.passphrase, ports.deriveKey))
  }
}

/** `digestKey` is this engine's own for as long as it runs: the digest tells nobody anything of the values. */
export async function planImport(
  given: ImportSource,
  taken: ReadonlySet<string>,
  ports: CredentialPorts,
  digestKey: Uint8Array,
): Promise<Planned> {
  const source = importSource.parse(given)
  const { found, skipped } = await read(source, ports)
  if (found.length > CREDENTIAL_LIMITS.importEntries)
    throw new TroupeError('TOO_LARGE', `${found.length} entries were found; ${CREDENTIAL_LIMITS.importEntries} are taken at a time.`, {
      hint: 'Split the file.',
    })
  const names = new Set(taken)
  const entries = new Map<string, Found & { readonly name: string }>()
  const items: CredentialPlan['items'] = []
  const left = [...skipped]
  for (const one of found) {
    const why = whyNot(one)
    if (why !== null) {
      left.push({ from: one.from, why })
      continue
    }
    const name = freeName(one.wantedName, names)
    names.add(name)
    const connector = connectorOf(one.connector)
    const warnings = [...one.warnings, ...(name === one.wantedName ? [] : [`"${one.wantedName}" is taken, so it is called "${name}".`])]
    items.push({
      key: one.key,
      from: one.from,
      name,
      connector: connector.id,
      connectorName: connector.name,
      fields: Object.keys(one.values),
      chosen: one.chosen,
      warnings,
    })
    entries.set(one.key, { ...one, name })
  }
  const digest = createHmac('sha256', digestKey)
    .update(JSON.stringify([items, left, [...entries.values()].map(({ values, more }) => [values, more])]))
    .digest('base64url')
  return { plan: { items, skipped: left, digest }, entries }
}

/** In words of the field, never of the value. */
function whyNot(one: Found): string | null {
  try {
    const { secrets, plain } = sortFields(connectorOf(one.connector), one.values)
    return secrets.size === 0 && Object.keys(plain).length === 0 ? 'It has no value.' : null
  } catch (thrown) {
    if (thrown instanceof TroupeError && thrown.code === 'INVALID') return thrown.message
    throw thrown
  }
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  for (let number = 2; ; number += 1) if (!taken.has(`${wanted}-${number}`)) return `${wanted}-${number}`
}
