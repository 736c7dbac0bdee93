/** Inside the scripts' box: `this` of a script, and the helpers on it. What needs a network says that there is none. */
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { guestFunctions } from '../../sandbox/guest-text.ts'

interface SelfKit extends GuestKit {
  items(): { binary?: Record<string, { data?: string; mimeType?: string }> }[]
  staticData: Record<string, unknown>
}

declare const kit: SelfKit

function scriptThis(): object {
  const noNetwork = (name: string) => (): never => {
    throw new Error(`${name} is not available: scripts run without a network. Use an HTTP Request node.`)
  }
  const buffer = (globalThis as unknown as { Buffer: { from(text: string, encoding: string): { toString(encoding: string): string } } })
    .Buffer
  const binary = (index: number, name: string): unknown => {
    const data = kit.items()[index]?.binary?.[name]?.data
    if (typeof data !== 'string') {
      throw new Error(`This operation expects the node's input data to contain a binary file '${name}', but none was found [item ${index}]`)
    }
    return buffer.from(data, 'base64')
  }
  return {
    getWorkflowStaticData: (kind: string) => kit.staticData[kind === 'global' ? 'global' : 'node'],
    getNodeParameter: (name: string, _index?: number, fallback?: unknown) =>
      (kit.ask('parameters') as Record<string, unknown>)[name] ?? fallback,
    helpers: {
      httpRequest: noNetwork('httpRequest'),
      httpRequestWithAuthentication: noNetwork('httpRequestWithAuthentication'),
      requestWithAuthentication: noNetwork('requestWithAuthentication'),
      request: noNetwork('request'),
      getBinaryDataBuffer: async (index: number, name: string) => binary(index, name),
      prepareBinaryData: async (data: { toString(encoding: string): string }, fileName?: string, mimeType?: string) => ({
        data: data.toString('base64'),
        mimeType: mimeType ?? 'application/octet-stream',
        ...(fileName === undefined ? {} : { fileName, fileExtension: fileName.split('.').at(-1) }),
      }),
      returnJsonArray: (rows: unknown) => (Array.isArray(rows) ? rows : [rows]).map((json: unknown) => ({ json })),
    },
  }
}

/** In mode for each item, the other items are out of reach. */
function inputForEach(): unknown {
  const only = (name: string) => (): never => {
    throw kit.failure('Error', `Can't use .${name}() here`)
  }
  return { first: only('first'), last: only('last'), all: only('all') }
}

export const scriptSelfPart = guestFunctions({ scriptThis, inputForEach })
