/** ask: puts a question to the person. Nothing here answers it: the run parks, and the person's words become the tool's result. */
import { z } from 'zod'
import { defineTool, type Tool } from './tool.ts'

const option = z.union([
  z.string().min(1).max(200),
  z.object({ label: z.string().min(1).max(200), about: z.string().max(2000).optional().describe('What it means, in a sentence') }),
])

export const askPerson: Tool = defineTool({
  name: 'ask',
  description:
    'Asks the person who owns you, and waits for the answer, which may take long. Only for what you cannot find out and must not decide yourself. You may show a file as it is and as you would change it.',
  schema: z.object({
    question: z.string().min(1).max(4000),
    options: z.array(option).max(20).default([]).describe('What can be chosen; empty: the person answers in words'),
    several: z.boolean().default(false).describe('More than one option may be chosen'),
    ownWords: z.boolean().default(false).describe('Words may be given beside the options'),
    proposal: z
      .object({ path: z.string().max(4000), before: z.string().max(400_000), after: z.string().max(400_000) })
      .optional()
      .describe('A file as it is and as you would have it'),
  }),
  safety: () => 'read-only',
  // Only reached where nothing guards the run.
  run: async () => ({ ok: false, text: 'Nobody can be asked here.', droppedBytes: 0 }),
})
