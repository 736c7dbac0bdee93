/** Inside the box: the table of names, those that stand for every item alike, and those that are made. */
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { guestFunctions, guestTable } from '../../sandbox/guest-text.ts'

interface NamesKit extends GuestKit {
  itemIndex: number
  shared: Record<string, unknown>
  libraries: Record<string, object>
  luxon(): { DateTime: { now(): { startOf(unit: string): unknown } }; Duration: unknown; Interval: unknown }
  itemAt(index: number): { json: unknown; binary?: unknown } | undefined
  items(): unknown[]
  nodeNamed(name: unknown): unknown
  legacyNode(name: string, index: number): unknown
  scopeAt(index: number): object
  inputScope(): unknown
}

declare const kit: NamesKit

const makers = {
  $json(): unknown {
    return kit.itemAt(kit.itemIndex)?.json
  },
  $data(): unknown {
    return kit.itemAt(kit.itemIndex)?.json
  },
  $binary(): unknown {
    return kit.itemAt(kit.itemIndex)?.binary ?? {}
  },
  $input(): unknown {
    return kit.inputScope()
  },
  $(): unknown {
    return (name: unknown) => kit.nodeNamed(name)
  },
  $node(): unknown {
    return new Proxy({}, { get: (_target, name) => (typeof name === 'string' ? kit.legacyNode(name, kit.itemIndex) : undefined) })
  },
  $items(): unknown {
    return (name?: unknown, output?: unknown, run?: unknown) =>
      name === undefined ? kit.items() : kit.ask('nodeItems', String(name), output ?? null, run ?? null)
  },
  $item(): unknown {
    return (index: unknown) => kit.scopeAt(Number(index))
  },
  $itemIndex(): unknown {
    return kit.itemIndex
  },
  $position(): unknown {
    return kit.itemIndex
  },
  $thisItem(): unknown {
    return kit.itemAt(kit.itemIndex)
  },
  $thisItemIndex(): unknown {
    return kit.itemIndex
  },
  $runIndex(): unknown {
    return kit.ask('runIndex')
  },
  $thisRunIndex(): unknown {
    return kit.ask('runIndex')
  },
  $prevNode(): unknown {
    return kit.ask('previous')
  },
  $workflow(): unknown {
    return kit.ask('workflow')
  },
  $execution(): unknown {
    return kit.ask('execution')
  },
  $executionId(): unknown {
    return (kit.ask('execution') as { id: unknown }).id
  },
  $resumeWebhookUrl(): unknown {
    return (kit.ask('execution') as { resumeUrl: unknown }).resumeUrl
  },
  $vars(): unknown {
    return kit.ask('variables')
  },
  $secrets(): unknown {
    return {}
  },
  $env(): unknown {
    const known = kit.ask('environment') as Record<string, unknown> | undefined
    if (known !== undefined) return known
    return new Proxy(
      {},
      {
        get: (_target, name) => {
          if (typeof name === 'symbol') return undefined
          throw kit.failure('ExpressionError', 'access to env vars denied')
        },
      },
    )
  },
  $parameter(): unknown {
    return kit.ask('parameters')
  },
  $rawParameter(): unknown {
    return kit.ask('parameters')
  },
  $self(): unknown {
    return kit.ask('context')
  },
  $nodeVersion(): unknown {
    return kit.ask('nodeVersion')
  },
  $mode(): unknown {
    return kit.ask('mode')
  },
  $pageCount(): unknown {
    return kit.ask('page', 'pageCount')
  },
  $response(): unknown {
    return kit.ask('page', 'response')
  },
  $request(): unknown {
    return kit.ask('page', 'request')
  },
  $now(): unknown {
    return kit.luxon().DateTime.now()
  },
  $today(): unknown {
    return kit.luxon().DateTime.now().startOf('day')
  },
  $jmespath(): unknown {
    return (value: object, query: string) => jmes(value, query)
  },
  $jmesPath(): unknown {
    return (value: object, query: string) => jmes(value, query)
  },
  $fromAI(): unknown {
    return fromModel
  },
  $fromAi(): unknown {
    return fromModel
  },
  $fromai(): unknown {
    return fromModel
  },
  DateTime(): unknown {
    return kit.luxon().DateTime
  },
  Duration(): unknown {
    return kit.luxon().Duration
  },
  Interval(): unknown {
    return kit.luxon().Interval
  },
  $if(): unknown {
    return (test: unknown, yes: unknown, no?: unknown) => (test ? yes : no)
  },
  $ifEmpty(): unknown {
    return (value: unknown, other: unknown) => (isBlank(value) ? other : value)
  },
  $min(): unknown {
    return (...values: number[]) => Math.min(...values)
  },
  $max(): unknown {
    return (...values: number[]) => Math.max(...values)
  },
  $not(): unknown {
    return (value: unknown) => !value
  },
  $average(): unknown {
    return (...values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length
  },
}

function jmes(value: object, query: string): unknown {
  if (typeof value !== 'object' || value === null || typeof query !== 'string') {
    throw kit.failure('ExpressionError', 'expected two arguments (Object, string) for this function')
  }
  return (kit.libraries.jmespath as { search(value: object, query: string): unknown }).search(value, query)
}

/** What a model would fill in. Outside a tool call the host knows nothing, or the default. */
function fromModel(name: unknown, description?: unknown, type?: unknown, fallback?: unknown): unknown {
  return kit.ask('fromAi', name, description, type, fallback)
}

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0 && !(value instanceof Date)
}

/** Names of plain JavaScript that expressions have, and those that they have as an empty object. */
function fillShared(): void {
  const allowed = [
    ...[
      'Object',
      'Array',
      'String',
      'Number',
      'Boolean',
      'Symbol',
      'Math',
      'JSON',
      'Date',
      'RegExp',
      'Map',
      'Set',
      'WeakMap',
      'WeakSet',
      'BigInt',
    ],
    ...['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'Intl'],
    ...[
      'ArrayBuffer',
      'DataView',
      'Int8Array',
      'Uint8Array',
      'Uint8ClampedArray',
      'Int16Array',
      'Uint16Array',
      'Int32Array',
      'Uint32Array',
    ],
    ...['Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
    ...[
      'parseInt',
      'parseFloat',
      'isNaN',
      'isFinite',
      'NaN',
      'Infinity',
      'encodeURI',
      'encodeURIComponent',
      'decodeURI',
      'decodeURIComponent',
    ],
  ]
  const hollow = [
    ...[
      'document',
      'global',
      'window',
      'Window',
      'this',
      'globalThis',
      'self',
      'alert',
      'prompt',
      'confirm',
      'eval',
      'uneval',
      'setTimeout',
    ],
    ...[
      'setInterval',
      'Function',
      'require',
      'module',
      'fetch',
      'XMLHttpRequest',
      'Promise',
      'Generator',
      'GeneratorFunction',
      'AsyncFunction',
    ],
    ...['AsyncGenerator', 'AsyncGeneratorFunction', 'AsyncIterator', 'Reflect', 'Proxy', 'WebAssembly', 'escape', 'unescape', 'process'],
  ]
  kit.shared = { __proto__: null } as unknown as Record<string, unknown>
  for (const name of allowed) kit.shared[name] = (globalThis as unknown as Record<string, unknown>)[name]
  for (const name of hollow) kit.shared[name] = {}
}

export const namesPart = `${guestTable('makers', makers as never, [jmes, fromModel, isBlank] as never)}${guestFunctions({ fillShared })}kit.fillShared()\n`
