/**
 * HTTP request, all versions. Everything goes through the guarded port: it judges addresses, fills in credentials, and bounds
 * what comes back. Items are asked for a few at a time; with batching, a batch at a time with a pause between two.
 */
import type { Item } from '../expression/mod.ts'
import { pause } from '../flow/attempt.ts'
import { NodeFailure, RunEnded } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import type { HttpResponse } from '../flow/ports.ts'
import { messageOf, wholeNumber } from './each.ts'
import { allPages } from './http-pages.ts'
import { type Draft, draftOf, requestOf } from './http-request.ts'
import { HttpFailure, itemsOf, wantedOf } from './http-response.ts'
import { isBag } from './paths.ts'

const AT_ONCE = 10

export const http: NodeKindRules = {
  async run(call) {
    const items = call.items()
    const batching = isBag(call.raw('options.batching.batch'))
    const size = batching ? wholeNumber(call.param('options.batching.batch.batchSize', 0, 50), 50) : AT_ONCE
    const interval = batching ? wholeNumber(call.param('options.batching.batch.batchInterval', 0, 1_000), 1_000) : 0
    const step = size < 1 ? items.length || 1 : size
    const out: Item[] = []
    for (let at = 0; at < items.length; at += step) {
      if (at > 0) await pause(interval, call.ports.clock, call.signal)
      const places = items.slice(at, at + step).map((_, offset) => at + offset)
      out.push(...(await Promise.all(places.map((index) => one(call, items[index] as Item, index)))).flat())
    }
    return [out]
  },
}

async function one(call: NodeCall, item: Item, index: number): Promise<Item[]> {
  const read = (path: string, otherwise?: unknown) => call.param(path, index, otherwise)
  try {
    const wanted = wantedOf(read, call.version)
    const pages = await allPages(call, index, draftOf(read, item, call.version), wanted, (draft) => send(call, draft, wanted.neverError))
    return pages
      .flatMap((page) => itemsOf(page.response, page.body, wanted, page.url))
      .map((made) => ({ ...made, pairedItem: { item: index } }))
  } catch (thrown) {
    if (!call.carriesOn || thrown instanceof RunEnded) throw thrown
    const error = thrown instanceof HttpFailure ? thrown.told : messageOf(thrown)
    return [{ json: { error }, pairedItem: { item: index } }]
  }
}

async function send(call: NodeCall, draft: Draft, neverError: boolean): Promise<{ response: HttpResponse; url: string }> {
  const port = call.ports.http
  if (port === undefined) throw new NodeFailure('This run may not use the network.')
  const request = requestOf(draft, call.node.credentials)
  let response: HttpResponse
  try {
    response = await port(request, call.signal)
  } catch (thrown) {
    if (call.signal.aborted) throw new RunEnded('cancelled', 'The run was cancelled.')
    throw new NodeFailure(messageOf(thrown), { name: 'NodeApiError', cause: thrown })
  }
  const fine = response.status >= 200 && response.status < (draft.followRedirects ? 300 : 400)
  if (!fine && !neverError) throw new HttpFailure(response)
  return { response, url: request.url }
}
