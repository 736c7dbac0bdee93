/** Respond: says what the caller of a webhook is answered, and passes its items on. */
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { bags, text, wholeNumber } from './each.ts'

export const respond: NodeKindRules = {
  run(call) {
    const items = call.items()
    call.respond({ status: wholeNumber(call.param('options.responseCode', 0, 200), 200), headers: headersOf(call), body: bodyOf(call) })
    return [items]
  },
}

function headersOf(call: NodeCall): Record<string, string> {
  const entries = bags(call.param('options.responseHeaders.entries', 0, []))
  return Object.fromEntries(entries.map((entry) => [text(entry.name).toLowerCase(), text(entry.value)]))
}

function bodyOf(call: NodeCall): unknown {
  const items = call.items()
  switch (call.param('respondWith', 0, 'firstIncomingItem')) {
    case 'noData':
      return null
    case 'allIncomingItems':
      return items.map((item) => item.json)
    case 'json':
      return asJson(call.param('responseBody', 0, ''))
    case 'text':
      return text(call.param('responseBody', 0, ''))
    case 'redirect':
      return { redirect: text(call.param('redirectURL', 0, '')) }
    case 'binary':
      return items[0]?.binary?.[text(call.param('inputFieldName', 0), 'data')] ?? null
    default:
      return items[0]?.json ?? {}
  }
}

/** Text that is JSON goes out as JSON; text that is not is the person's own and goes out as it is. */
function asJson(body: unknown): unknown {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
