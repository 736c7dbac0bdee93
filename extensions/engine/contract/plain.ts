/**
 * The part of the contract that needs no schema library: protocol version, error codes, limits, word lists.
 * The window may import it without loading zod.
 */

export * from './credential-limits.ts'
export * from './errors.ts'
export * from './guard-words.ts'
export * from './limits.ts'
export * from './mcp-limits.ts'
export * from './protocol.ts'
export * from './service-limits.ts'
export * from './trigger-words.ts'
export * from './words.ts'
