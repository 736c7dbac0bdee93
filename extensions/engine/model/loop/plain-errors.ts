import type { ModelMessage } from 'ai'

/**
 * For OpenAI, whose protocols have no mark for a failed tool: its library would pack the text into JSON instead, so that the output
 * of a program that failed would reach the model as one escaped line, longer than what the context was measured for.
 */
export function withPlainErrors(message: ModelMessage): ModelMessage {
  if (message.role !== 'tool') return message
  const content = message.content.map((part) =>
    part.type === 'tool-result' && part.output.type === 'error-text'
      ? { ...part, output: { type: 'text' as const, value: part.output.value } }
      : part,
  )
  return { role: 'tool', content }
}
