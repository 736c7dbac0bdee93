/** A tool that lives outside the thread, as one of the loop's own: the same step, the same gate, the same bounds. */
import type { BodyIo, SharedTool } from '#core'
import type { ModelTool } from '../ports.ts'

export const sharedTool = (tool: SharedTool, io: BodyIo): ModelTool => ({
  name: tool.name,
  description: tool.description,
  schema: { jsonSchema: tool.inputSchema },
  safety: () => tool.safety,
  execute: (args, { idempotencyKey = '' }, signal) => io.callShared(tool, args, idempotencyKey, signal),
})
