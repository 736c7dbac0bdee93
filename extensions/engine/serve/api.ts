/** The OpenAPI door on the socket: the same router for curl and other languages, and its description. Loaded on first use. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { OpenAPIGenerator } from '@orpc/openapi'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { contract } from '#contract'
import { API_PREFIX, ERRORS } from '#contract/plain'
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
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: ERROR_SCHEMA },
      responses: {
        Error: {
          description: `It did not succeed. Codes and their status: ${STATUSES}.`,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
    },
    security: [{ token: [] }],
  })
  for (const path of Object.values(document.paths ?? {}))
    for (const method of ['get', 'post'] as const) {
      const operation = path?.[method]
      if (operation) operation.responses = { ...operation.responses, default: { $ref: '#/components/responses/Error' } }
    }
  return JSON.stringify(document)
}

const STATUSES = Object.entries(ERRORS)
  .map(([code, { status }]) => `${code} ${status}`)
  .join(', ')

/** The shape that wire-errors.ts gives to every error. */
const ERROR_SCHEMA = {
  type: 'object' as const,
  required: ['code', 'status', 'message', 'data'],
  properties: {
    code: { enum: Object.keys(ERRORS) },
    status: { type: 'integer' as const },
    message: { type: 'string' as const, description: 'What was expected, what came, what to do; for people.' },
    data: {
      type: 'object' as const,
      required: ['family', 'retry', 'hint', 'facts'],
      properties: {
        family: { enum: ['user', 'world', 'bug'], description: 'Who can mend it.' },
        retry: { enum: ['never', 'later'], description: 'Whether the same call may succeed later.' },
        hint: { type: ['string' as const, 'null' as const] },
        facts: { type: 'object' as const, description: 'Particulars for programs; INVALID names the field.' },
      },
    },
  },
}
