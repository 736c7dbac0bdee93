/** Pagination: asks again, with a parameter or an address that changes, until the answers say that there is no more. */
import type { ExpressionScope } from '../expression/mod.ts'
import { pause } from '../flow/attempt.ts'
import { valueAt } from '../flow/call.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall } from '../flow/kind.ts'
import type { HttpResponse } from '../flow/ports.ts'
import { bags, text, wholeNumber } from './each.ts'
import type { Draft } from './http-request.ts'
import { type Body, bodyOf, type Wanted } from './http-response.ts'
import { isBag, setPlain } from './paths.ts'

/** A service that never says "no more" is not asked for ever. */
const MOST_PAGES = 1_000

export interface Page {
  readonly response: HttpResponse
  readonly body: Body
  readonly url: string
}

export async function allPages(
  call: NodeCall,
  index: number,
  draft: Draft,
  wanted: Wanted,
  send: (draft: Draft) => Promise<{ response: HttpResponse; url: string }>,
): Promise<Page[]> {
  const settings = valueAt(call.node.parameters, 'options.pagination.pagination')
  const pages: Page[] = []
  const mode = isBag(settings) ? text(settings.paginationMode, 'updateAParameterInEachRequest') : 'off'
  if (!isBag(settings) || mode === 'off') return [await page(draft)]
  let scope: ExpressionScope = { ...call.scope, page: { pageCount: 0, request: shownRequest(draft), response: {} } }
  const most =
    settings.limitPagesFetched === true ? wholeNumber(call.param('options.pagination.pagination.maxRequests', index, 100), 100) : MOST_PAGES
  const interval = wholeNumber(call.param('options.pagination.pagination.requestInterval', index, 0), 0)
  for (let count = 0; ; ) {
    const next = mode === 'responseContainsNextURL' ? withAddress(draft, settings, count) : withParameters(draft, settings)
    pages.push(await page(next))
    count++
    const last = pages.at(-1)
    scope = { ...call.scope, page: { pageCount: count, request: shownRequest(next), response: shownResponse(last) } }
    if (isComplete(settings) || count >= most) return pages
    if (count >= MOST_PAGES)
      throw new NodeFailure(`The service still had more after ${MOST_PAGES} pages; the pagination's end is never reached.`)
    await pause(interval, call.ports.clock, call.signal)
  }

  async function page(asked: Draft): Promise<Page> {
    const { response, url } = await send(asked)
    return { response, url, body: bodyOf(response, wanted) }
  }

  function resolved(value: unknown): unknown {
    return call.ports.expressions.resolve(value, scope, index)
  }

  function withAddress(from: Draft, asked: Record<string, unknown>, count: number): Draft {
    if (count === 0) return from
    const url = text(resolved(asked.nextURL))
    if (URL.parse(url) === null) throw new NodeFailure(`The address of the next page, ${JSON.stringify(url)}, is no address.`)
    return { ...from, url, query: [] }
  }

  function withParameters(from: Draft, asked: Record<string, unknown>): Draft {
    const parameters = isBag(asked.parameters) ? bags(asked.parameters.parameters) : []
    const next: Draft = { ...from, query: [...from.query], headers: { ...from.headers } }
    for (const parameter of parameters) {
      const name = text(resolved(parameter.name))
      const value = resolved(parameter.value)
      const where = text(parameter.type, 'qs')
      if (where === 'headers') next.headers[name.toLowerCase()] = text(value)
      else if (where === 'body') next.body = withField(next.body, name, value)
      else next.query = [...next.query.filter(([key]) => key !== name), [name, value]]
    }
    return next
  }

  function isComplete(asked: Record<string, unknown>): boolean {
    const last = pages.at(-1)
    if (last === undefined) return true
    switch (text(asked.paginationCompleteWhen, 'responseIsEmpty')) {
      case 'receiveSpecificStatusCodes':
        return text(resolved(asked.statusCodesWhenComplete)).split(',').map(Number).includes(last.response.status)
      case 'other':
        return resolved(asked.completeExpression) === true
      default:
        return isEmptyBody(last.body.value)
    }
  }
}

function withField(body: Draft['body'], name: string, value: unknown): Draft['body'] {
  const next = isBag(body) && !(body instanceof Uint8Array) ? { ...body } : {}
  setPlain(next, name, value)
  return next
}

function isEmptyBody(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (value instanceof Uint8Array) return value.byteLength === 0
  return isBag(value) && Object.keys(value).length === 0
}

function shownRequest(draft: Draft): unknown {
  return {
    url: draft.url,
    method: draft.method,
    qs: Object.fromEntries(draft.query),
    headers: draft.headers,
    body: draft.body instanceof Uint8Array ? null : draft.body,
  }
}

function shownResponse(page: Page | undefined): unknown {
  if (page === undefined) return {}
  const { response, body } = page
  return {
    statusCode: response.status,
    statusMessage: response.statusText,
    headers: response.headers,
    body: body.kind === 'file' ? null : body.value,
  }
}
