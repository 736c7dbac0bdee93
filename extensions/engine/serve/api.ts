/** The OpenAPI door on the socket: the same router for curl and other languages, and its description. Loaded on first use. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { OpenAPIGenerator } from '@orpc/openapi'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { contract } from '#contract'
import { API_PREFIX } from '#contract/plain'
import type { DoorContext, guardCalls } from './calls.ts'
import type { EngineRouter } from './rpc.ts'

export interface Api {
  /** Answers a request under API_PREFIX. */
  answer(request: IncomingMessage, response: ServerResponse, context: DoorContext): Promise<void>
  /** OpenAPI 3.1, made once. */
  document(version: string): Promise<string>
}

export function makeApi(router: EngineRouter, guard: ReturnType<typeof guardCalls>): Api {
  const handler = new OpenAPIHandler<DoorContext>(router, { interceptors: [guard.request], clientInterceptors: [guard.call] })
  let document: Promise<string> | undefined
  return {
    async answer(request, response, context) {
      await handler.handle(request, response, { prefix: API_PREFIX, context })
    },
    document(version) {
      document ??= generate(version)
      return document
    },
  }
}

async function generate(version: string): Promise<string> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const document = await generator.generate(contract, {
    info: { title: 'Troupe', version },
    servers: [{ url: API_PREFIX }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }],
  })
  return JSON.stringify(document)
}
