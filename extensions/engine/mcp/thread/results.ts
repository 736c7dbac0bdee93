/** What servers answer, as bounded text for a model, and as definitions of one shape. Everything is masked before it is cut. */
import type { CallToolResult, GetPromptResult, Prompt, ReadResourceResult, Resource, Tool } from '@modelcontextprotocol/client'
import type { McpPrompt, McpResource, McpToolDefinition } from '#contract'
import { MCP_LIMITS } from '#contract/plain'
import type { Redactor } from '#core'
import type { BoundedText, McpAnswers } from '../messages.ts'

/** Room for the note that says what was cut. */
const NOTE_BYTES = 160

type Content = CallToolResult['content'][number]

export function callText(result: CallToolResult, maxBytes: number, redactor: Redactor): BoundedText {
  const parts = result.content.map(contentText)
  // Said twice by most servers: as text, and as data. Data alone is handed on as JSON.
  if (parts.length === 0 && result.structuredContent !== undefined) parts.push(JSON.stringify(result.structuredContent))
  const text = parts.length === 0 ? '(the tool answered nothing)' : parts.join('\n')
  return bounded(result.isError !== true, text, maxBytes, redactor)
}

export function resourceText(result: ReadResourceResult, maxBytes: number, redactor: Redactor): BoundedText {
  const parts = result.contents.map((one) => ('text' in one ? one.text : binary(one.mimeType, one.blob)))
  return bounded(true, parts.join('\n'), maxBytes, redactor)
}

export function promptText(result: GetPromptResult, maxBytes: number, redactor: Redactor): BoundedText {
  const parts = result.messages.map(({ role, content }) =>
    role === 'assistant' ? `[assistant]\n${contentText(content)}` : contentText(content),
  )
  return bounded(true, parts.join('\n\n'), maxBytes, redactor)
}

function contentText(content: Content): string {
  switch (content.type) {
    case 'text':
      return content.text
    case 'image':
    case 'audio':
      return binary(content.mimeType, content.data)
    case 'resource_link':
      return `[resource ${content.uri}: ${content.name}]`
    case 'resource':
      return 'text' in content.resource ? content.resource.text : binary(content.resource.mimeType, content.resource.blob)
  }
}

const binary = (mimeType: string | undefined, base64: string): string =>
  `[${mimeType ?? 'binary data'}, about ${Math.floor((base64.length * 3) / 4)} bytes, not shown]`

export function bounded(ok: boolean, text: string, maxBytes: number, redactor: Redactor): BoundedText {
  const bytes = Buffer.from(redactor.text(text))
  if (bytes.length <= maxBytes) return { ok, text: bytes.toString('utf8'), droppedBytes: 0 }
  const kept = bytes
    .subarray(0, Math.max(0, maxBytes - NOTE_BYTES))
    .toString('utf8')
    .replace(/\uFFFD$/, '')
  const droppedBytes = bytes.length - Buffer.byteLength(kept)
  return { ok, text: `${kept}\n[cut here: ${droppedBytes} more bytes]`, droppedBytes }
}

/** Definitions as they are pinned: only what a model is told, and what the gate goes by. */
export function definitions(tools: readonly Tool[], redactor: Redactor): McpAnswers['tools'] {
  const kept: McpToolDefinition[] = []
  const leftOut: string[] = []
  for (const tool of tools) {
    const definition = redactor.value(definitionOf(tool))
    const fits = definition.name.length <= MCP_LIMITS.toolNameChars && JSON.stringify(definition).length <= MCP_LIMITS.definitionBytes
    if (fits && kept.length < MCP_LIMITS.tools && !kept.some(({ name }) => name === definition.name)) kept.push(definition)
    else leftOut.push(definition.name.slice(0, MCP_LIMITS.toolNameChars))
  }
  return { tools: kept, leftOut: leftOut.slice(0, 50) }
}

function definitionOf({ name, title, description, inputSchema, annotations }: Tool): McpToolDefinition {
  return {
    name,
    title: title ?? annotations?.title ?? '',
    description: description ?? '',
    inputSchema: structuredClone(inputSchema) as Record<string, unknown>,
    readOnly: annotations?.readOnlyHint === true,
    idempotent: annotations?.idempotentHint === true,
  }
}

export const resourceRow = ({ uri, name, description, mimeType }: Resource): McpResource => ({
  uri,
  name,
  description: description ?? '',
  mimeType: mimeType ?? '',
})

export const promptRow = ({ name, description, arguments: args }: Prompt): McpPrompt => ({
  name,
  description: description ?? '',
  arguments: (args ?? []).map((one) => ({ name: one.name, description: one.description ?? '', required: one.required === true })),
})
