/** What an HTTP node makes of an answer: items, text, a file, the whole answer, or an error. */
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { HttpResponse } from '../flow/ports.ts'
import { type Json, text } from './each.ts'
import { extensionFor, fileValue } from './files.ts'
import type { Read } from './http-request.ts'
import { isBag } from './paths.ts'

export interface Wanted {
  readonly format: 'autodetect' | 'json' | 'text' | 'file'
  readonly full: boolean
  readonly neverError: boolean
  readonly property: string
}

export function wantedOf(read: Read, version: number): Wanted {
  if (version < 3) {
    const format = text(read('responseFormat'), 'json')
    return {
      format: format === 'file' ? 'file' : format === 'string' ? 'text' : 'json',
      full: read('options.fullResponse', false) === true,
      neverError: read('options.ignoreResponseCode', false) === true,
      property: text(read('dataPropertyName'), 'data'),
    }
  }
  const option = (name: string, otherwise: unknown) => read(`options.response.response.${name}`, otherwise)
  return {
    format: text(option('responseFormat', 'autodetect')) as Wanted['format'],
    full: option('fullResponse', false) === true,
    neverError: option('neverError', false) === true,
    property: text(option('outputPropertyName', 'data'), 'data'),
  }
}

/** The body as what it says it is. */
export interface Body {
  readonly kind: 'json' | 'text' | 'file'
  readonly value: unknown
}

export function bodyOf(response: HttpResponse, wanted: Wanted): Body {
  const type = response.headers['content-type'] ?? ''
  const format = wanted.format === 'autodetect' ? detected(type) : wanted.format
  if (format === 'file') return { kind: 'file', value: response.body }
  const source = Buffer.from(response.body).toString('utf8')
  if (format === 'text') return { kind: 'text', value: source }
  if (source.trim() === '') return { kind: 'json', value: wanted.format === 'json' ? {} : '' }
  try {
    return { kind: 'json', value: JSON.parse(source) }
  } catch {
    if (wanted.format === 'autodetect') return { kind: 'text', value: source }
    throw new NodeFailure('The answer is no JSON; let the node take it as text.')
  }
}

function detected(type: string): 'json' | 'text' | 'file' {
  const kind = type.split(';')[0]?.trim().toLowerCase() ?? ''
  if (kind.includes('json')) return 'json'
  if (/^(image|audio|video|font)\//.test(kind)) return 'file'
  if (/^application\/(octet-stream|pdf|zip|gzip|x-tar|x-7z-compressed|vnd\.(?!.*(json|xml)))/.test(kind)) return 'file'
  return 'text'
}

export function itemsOf(response: HttpResponse, body: Body, wanted: Wanted, url: string): Item[] {
  const whole = { headers: response.headers, statusCode: response.status, statusMessage: response.statusText }
  if (body.kind === 'file') {
    const value = fileValue(body.value as Uint8Array, nameOf(response, url), response.headers['content-type']?.split(';')[0])
    return [{ json: wanted.full ? whole : {}, binary: { [wanted.property]: value } }]
  }
  if (body.kind === 'text') return [{ json: { [wanted.property]: body.value, ...(wanted.full ? whole : {}) } }]
  if (wanted.full) return [{ json: { body: body.value, ...whole } }]
  if (Array.isArray(body.value)) return body.value.map((one) => ({ json: objectOf(one, wanted) }))
  return [{ json: objectOf(body.value, wanted) }]
}

function objectOf(value: unknown, wanted: Wanted): Json {
  return isBag(value) && !Array.isArray(value) ? value : { [wanted.property]: value }
}

function nameOf(response: HttpResponse, url: string): string {
  const given = /filename\*?=(?:UTF-8'')?"?([^";]+)"?/i.exec(response.headers['content-disposition'] ?? '')?.[1]
  if (given !== undefined) return given
  const last = URL.parse(url)?.pathname.split('/').at(-1) ?? ''
  if (last.includes('.')) return last
  const extension = extensionFor(response.headers['content-type'] ?? '')
  return extension === undefined ? last || 'file' : `${last || 'file'}.${extension}`
}

/** What an answer that is no success means, in a sentence. */
const MEANING: Readonly<Record<number, string>> = {
  400: 'The service did not understand the request; look at its parameters',
  401: 'The service did not accept the credential',
  403: 'The service does not allow this with the credential given',
  404: 'The resource you are requesting could not be found',
  405: 'The service does not allow this method at this address',
  429: 'The service says that it is asked too often; let the node retry, or send fewer at a time',
  500: 'The service failed',
  502: 'What stands before the service could not reach it',
  503: 'The service is not available now',
  504: 'The service did not answer in time',
}

export class HttpFailure extends NodeFailure {
  readonly status: number
  /** What an error branch reads. */
  readonly told: Readonly<Json>

  constructor(response: HttpResponse) {
    const source = Buffer.from(response.body).toString('utf8')
    super(MEANING[response.status] ?? `The service answered ${response.status} ${response.statusText ?? ''}`.trim(), {
      name: 'NodeApiError',
      description: sentenceIn(source),
    })
    this.status = response.status
    this.told = {
      message: `${response.status} - ${JSON.stringify(source)}`,
      name: 'AxiosError',
      code: response.status < 500 ? 'ERR_BAD_REQUEST' : 'ERR_BAD_RESPONSE',
      status: response.status,
    }
  }
}

/** Services hide their sentence in a field of one of these names. */
function sentenceIn(source: string): string {
  try {
    let value: unknown = JSON.parse(source)
    for (let depth = 0; depth < 5 && isBag(value); depth++) {
      const bag: Json = value
      value = bag.message ?? bag.error_description ?? bag.error ?? bag.detail ?? bag.description ?? bag.errors ?? undefined
    }
    if (typeof value === 'string') return value
  } catch {
    // Not JSON: the text itself is the sentence.
  }
  return source.slice(0, 500)
}
