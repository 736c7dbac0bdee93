/** Builds the request of an HTTP node for one item: address, query, headers, body. Versions 1 and 2 name everything otherwise. */
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { HttpRequest } from '../flow/ports.ts'
import { bags, type Json, text } from './each.ts'
import { bytesOf } from './files.ts'
import { isPlain } from './paths.ts'

/** Reads one parameter with its expressions resolved, as `NodeCall.param` does, for one item. */
export type Read = (path: string, otherwise?: unknown) => unknown

export interface Draft {
  method: string
  url: string
  query: [string, unknown][]
  headers: Record<string, string>
  body: Json | string | Uint8Array | null
  bodyKind: 'json' | 'form' | 'multipart' | 'bytes' | 'none'
  followRedirects: boolean
  timeoutMs: number
}

export function draftOf(read: Read, item: Item, version: number): Draft {
  return version < 3 ? oldDraft(read, item) : newDraft(read, item)
}

function newDraft(read: Read, item: Item): Draft {
  const draft: Draft = {
    method: text(read('method'), 'GET'),
    url: addressOf(read),
    query: [],
    headers: {},
    body: null,
    bodyKind: 'none',
    followRedirects: read('options.redirect.redirect.followRedirects', true) !== false,
    timeoutMs: Number(read('options.timeout', 300_000)) || 300_000,
  }
  if (read('sendQuery', false) === true) {
    draft.query =
      read('specifyQuery', 'keypair') === 'json'
        ? Object.entries(jsonOf(read('jsonQuery', ''), 'query'))
        : pairsOf(read('queryParameters.parameters'))
  }
  if (read('sendHeaders', false) === true) {
    const pairs =
      read('specifyHeaders', 'keypair') === 'json'
        ? Object.entries(jsonOf(read('jsonHeaders', ''), 'headers'))
        : pairsOf(read('headerParameters.parameters'))
    for (const [name, value] of pairs) draft.headers[name.toLowerCase()] = text(value)
  }
  if (read('sendBody', false) === true) addBody(draft, read, item)
  return draft
}

function addressOf(read: Read): string {
  const url = read('url', '')
  if (typeof url !== 'string') throw new NodeFailure(`The URL must be text, and is ${JSON.stringify(url)}.`)
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`
  if (URL.parse(whole) === null) throw new NodeFailure(`${JSON.stringify(url)} is no address. Begin with https://.`)
  return whole
}

function pairsOf(list: unknown): [string, unknown][] {
  return bags(list).flatMap((one): [string, unknown][] => (text(one.name) === '' ? [] : [[text(one.name), one.value ?? '']]))
}

function jsonOf(given: unknown, what: string): Json {
  if (isPlain(given)) return given
  try {
    const parsed: unknown = JSON.parse(text(given, '{}') || '{}')
    if (typeof parsed === 'object' && parsed !== null) return parsed as Json
  } catch {
    // Said below, together with JSON that is no object.
  }
  throw new NodeFailure(`The ${what} is not a valid JSON object.`)
}

function addBody(draft: Draft, read: Read, item: Item): void {
  switch (text(read('contentType'), 'json')) {
    case 'form-urlencoded':
      draft.bodyKind = 'form'
      draft.body =
        read('specifyBody', 'keypair') === 'string'
          ? text(read('body', ''))
          : Object.fromEntries(pairsOf(read('bodyParameters.parameters')))
      return
    case 'multipart-form-data':
      addMultipart(draft, read, item)
      return
    case 'binaryData':
      draft.bodyKind = 'bytes'
      draft.body = bytesOf(item, text(read('inputDataFieldName'), 'data'))
      draft.headers['content-type'] ??= text(item.binary?.[text(read('inputDataFieldName'), 'data')]?.mimeType, 'application/octet-stream')
      return
    case 'raw':
      draft.bodyKind = 'bytes'
      draft.body = text(read('body', ''))
      draft.headers['content-type'] ??= text(read('rawContentType', ''), '') || 'text/plain'
      return
    default:
      draft.bodyKind = 'json'
      draft.body =
        read('specifyBody', 'keypair') === 'json'
          ? jsonOf(read('jsonBody', ''), 'JSON body')
          : Object.fromEntries(pairsOf(read('bodyParameters.parameters')))
  }
}

const BOUNDARY = '----troupe-boundary-7d3f1a'

function addMultipart(draft: Draft, read: Read, item: Item): void {
  const chunks: Uint8Array[] = []
  for (const one of bags(read('bodyParameters.parameters'))) {
    const name = text(one.name).replaceAll('"', '%22')
    if (one.parameterType === 'formBinaryData') {
      const property = text(one.inputDataFieldName, 'data')
      const file = item.binary?.[property]
      const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"; filename="${text(file?.fileName, 'file').replaceAll('"', '%22')}"\r\ncontent-type: ${text(file?.mimeType, 'application/octet-stream')}\r\n\r\n`
      chunks.push(Buffer.from(head), bytesOf(item, property), Buffer.from('\r\n'))
    } else chunks.push(Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text(one.value)}\r\n`))
  }
  chunks.push(Buffer.from(`--${BOUNDARY}--\r\n`))
  draft.bodyKind = 'multipart'
  draft.body = Buffer.concat(chunks)
  draft.headers['content-type'] = `multipart/form-data; boundary=${BOUNDARY}`
}

/** Versions 1 and 2. */
function oldDraft(read: Read, item: Item): Draft {
  const json = read('jsonParameters', false) === true
  const list = (name: 'query' | 'header' | 'body') =>
    json ? Object.entries(jsonOf(read(`${name}ParametersJson`, ''), `${name} parameters`)) : pairsOf(read(`${name}ParametersUi.parameter`))
  const draft: Draft = {
    method: text(read('requestMethod'), 'GET'),
    url: addressOf(read),
    query: list('query'),
    headers: Object.fromEntries(list('header').map(([name, value]) => [name.toLowerCase(), text(value)])),
    body: null,
    bodyKind: 'none',
    followRedirects: read('options.followRedirect', true) !== false,
    timeoutMs: Number(read('options.timeout', 300_000)) || 300_000,
  }
  if (!['POST', 'PUT', 'PATCH', 'DELETE'].includes(draft.method)) return draft
  if (read('sendBinaryData', false) === true) {
    const property = text(read('binaryPropertyName'), 'data')
    draft.body = bytesOf(item, property)
    draft.bodyKind = 'bytes'
    draft.headers['content-type'] ??= text(item.binary?.[property]?.mimeType, 'application/octet-stream')
    return draft
  }
  const kind = text(read('options.bodyContentType'), 'json')
  if (kind === 'raw') {
    draft.body = text(read('bodyParametersJson', ''))
    draft.bodyKind = 'bytes'
    draft.headers['content-type'] ??= text(read('options.bodyContentCustomMimeType', ''), '') || 'text/plain'
    return draft
  }
  draft.body = Object.fromEntries(list('body'))
  draft.bodyKind = kind === 'form-urlencoded' ? 'form' : 'json'
  return draft
}

/** The draft as it goes out. */
export function requestOf(draft: Draft, credentials: Readonly<Record<string, string>>): HttpRequest {
  const headers = {
    accept: 'application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, image/*;q=0.8, */*;q=0.7',
    ...draft.headers,
  }
  const { method, followRedirects, timeoutMs } = draft
  const asked = { method: method.toUpperCase(), url: withQuery(draft.url, draft.query), followRedirects, timeoutMs, credentials }
  if (draft.body === null) return { ...asked, headers, body: null }
  if (draft.body instanceof Uint8Array || draft.bodyKind === 'bytes') return { ...asked, headers, body: draft.body as string | Uint8Array }
  if (draft.bodyKind === 'form') {
    const body = typeof draft.body === 'string' ? draft.body : encoded(Object.entries(draft.body))
    return { ...asked, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body }
  }
  return { ...asked, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(draft.body) }
}

function withQuery(url: string, query: readonly [string, unknown][]): string {
  if (query.length === 0) return url
  const [address = '', fragment] = url.split('#', 2)
  const joint = address.includes('?') ? (address.endsWith('?') || address.endsWith('&') ? '' : '&') : '?'
  return `${address}${joint}${encoded(query)}${fragment === undefined ? '' : `#${fragment}`}`
}

function encoded(pairs: readonly [string, unknown][]): string {
  return pairs
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(text(one))}`),
    )
    .join('&')
}
