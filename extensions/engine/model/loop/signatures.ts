import type { ModelMessage } from 'ai'

/** Reasoning and provider marks are signed for the model that made them; another model refuses or misreads them. */
export function withoutSignatures(message: ModelMessage): ModelMessage {
  if (message.role !== 'assistant' || typeof message.content === 'string') return message
  const content = message.content
    .filter((part) => part.type !== 'reasoning' && part.type !== 'tool-approval-request')
    .map((part) => {
      const { providerOptions: _signed, ...bare } = part
      return bare
    })
  return { role: 'assistant', content }
}
