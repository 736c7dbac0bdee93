/**
 * Puts lent values into a request, for the hosts that they may go to and for no other: where a placeholder stands, and as the headers that
 * the connector gives. Rules [TL50] to [TL58].
 *
 * A placeholder is taken out of the address before it is parsed, so that no value can become a part of a host, a port or a user name.
 */
import { hostFits, type LentCredential, TroupeError } from '#core'
import { whyNotPublic } from './address.ts'
import type { GuardedRequest } from './guarded-fetch.ts'

const PLACEHOLDER = /\{\{\s*credential\.([a-z][a-z0-9-]{0,59})\.([a-z][a-z0-9_]{0,39})\s*\}\}/g
/** Stands for a placeholder while the address is parsed; of signs that no part of an address changes. */
const mark = (number: number): string => `troupe0placeholder${number}0`
const MARK = /troupe0placeholder(\d+)0/g

/** What a run has borrowed, as a tool knows it. */
export interface Loans {
  readonly credentials: readonly LentCredential[]
  /** Before a value goes to a host. REFUSED: it must not. */
  sends(credential: string, host: string): Promise<void>
}

interface Named {
  readonly credential: LentCredential
  readonly value: string
}

/** The address with marks in place of placeholders, for everything that looks at it before values are put in. */
export interface MarkedAddress {
  readonly text: string
  readonly named: readonly Named[]
}

export function markAddress(text: string, loans: Loans | undefined): MarkedAddress {
  const named: Named[] = []
  const marked = text.replace(PLACEHOLDER, (_whole, name: string, field: string) => {
    named.push(find(loans, name, field))
    return mark(named.length - 1)
  })
  return { text: marked, named }
}

/** REFUSED when a placeholder stands where the address says whom to ask. */
export function requirePlainHost({ protocol, host, username, password }: URL): void {
  if ([protocol, host, username, password].every((part) => part.search(MARK) < 0)) return
  throw new TroupeError('REFUSED', 'A credential cannot be a part of the host, port or user name of an address.', {
    hint: 'Put the placeholder into the path, the query, a header or the body.',
  })
}

export interface Filled {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | null
}

/**
 * The request as it goes out. `first`: this hop is what the caller asked for; after a redirect to another origin nothing is put in, and a request
 * that would need it is REFUSED.
 */
export async function fillRequest(
  request: GuardedRequest,
  { named }: MarkedAddress,
  { url, address, first }: { readonly url: URL; readonly address: string; readonly first: boolean },
  loans: Loans | undefined,
): Promise<Filled> {
  const used = new Map<string, LentCredential>()
  const fill = (text: string, encode: (value: string) => string = (value) => value): string =>
    text.replace(PLACEHOLDER, (_whole, name: string, field: string) => {
      const { credential, value } = find(loans, name, field)
      used.set(credential.name, credential)
      return encode(value)
    })
  for (const { credential } of named) used.set(credential.name, credential)
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, text]) => [plainName(name), headerValue(fill(text))]))
  const body = typeof request.body !== 'string' ? request.body : fill(request.body, encodingOf(headers['content-type'] ?? ''))
  const own = first ? ownHeaders(url, address, headers, loans) : { headers: {}, from: [] }
  for (const credential of used.values()) requireHost(credential, url, address, first)
  for (const credential of own.from) used.set(credential.name, credential)
  for (const { name } of used.values()) await loans?.sends(name, url.host)
  const filledUrl = url.href.replace(MARK, (whole, number: string) => {
    const one = named[Number(number)]
    return one ? encodeURIComponent(one.value) : whole
  })
  return { url: filledUrl, headers: { ...own.headers, ...headers }, body }
}

/** The placeholders that stand in these texts, each once. */
export const placeholdersIn = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map(([whole]) => whole))),
]

/** Whether a text holds a placeholder. */
export const hasPlaceholder = (text: string): boolean => text.search(PLACEHOLDER) >= 0

function find(loans: Loans | undefined, name: string, field: string): Named {
  const credential = loans?.credentials.find((one) => one.name === name)
  if (!credential) {
    throw new TroupeError('REFUSED', `The credential "${name}" is not lent to this run; nothing was sent.`, {
      hint: 'The person can grant it to this persona, or lend it to one run.',
    })
  }
  const value = credential.fields[field]
  if (value !== undefined) return { credential, value }
  const fields = Object.keys(credential.fields).join(', ') || 'none'
  throw new TroupeError('REFUSED', `The credential "${name}" lends no field "${field}" to this run (it lends: ${fields}).`)
}

function requireHost(credential: LentCredential, url: URL, address: string, first: boolean): void {
  const where = `${url.protocol}//${url.host}`
  const hosts = credential.hosts.join(', ') || 'none'
  if (!first) {
    throw new TroupeError(
      'REFUSED',
      `The server sends this request on to ${where}, and it carries ${credential.name}: it was not sent there.`,
    )
  }
  if (!hostFits(url, credential.hosts)) {
    throw new TroupeError('REFUSED', `${credential.name} may not be sent to ${where}. Its hosts: ${hosts}.`, {
      hint: 'A host without a port means https on 443. The person can add hosts to the credential.',
    })
  }
  const why = whyNotPublic(address)
  if (why !== null && !credential.allowPrivate) {
    throw new TroupeError(
      'REFUSED',
      `${url.hostname} has the address ${address}, which is not public (${why}): ${credential.name} was not sent.`,
      {
        hint: 'For a server of your own, allow private addresses in the credential.',
      },
    )
  }
}

/** What connectors add for this host, where the caller set no header of that name. */
function ownHeaders(url: URL, address: string, set: Readonly<Record<string, string>>, loans: Loans | undefined) {
  const headers: Record<string, string> = {}
  const from: LentCredential[] = []
  for (const credential of loans?.credentials ?? []) {
    const reaches = hostFits(url, credential.hosts) && (credential.allowPrivate || whyNotPublic(address) === null)
    const added = Object.entries(credential.headers).filter(([name]) => !(name.toLowerCase() in set) && !(name.toLowerCase() in headers))
    if (!reaches || added.length === 0) continue
    from.push(credential)
    for (const [name, value] of added) headers[name.toLowerCase()] = value
  }
  return { headers, from }
}

/** A value stands in a body as the body's own form writes it. */
function encodingOf(type: string): ((value: string) => string) | undefined {
  if (/json/i.test(type)) return insideJson
  return /x-www-form-urlencoded/i.test(type) ? encodeURIComponent : undefined
}

const insideJson = (value: string): string => JSON.stringify(value).slice(1, -1)

function plainName(name: string): string {
  if (hasPlaceholder(name)) throw new TroupeError('REFUSED', 'A credential cannot be the name of a header.')
  return name.toLowerCase()
}

function headerValue(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new TroupeError('REFUSED', 'A value with line breaks cannot be sent as a header.')
  return value
}
