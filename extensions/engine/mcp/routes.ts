/** The `mcp` slice of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { BoundedText } from './messages.ts'
import type { Mcp } from './servers.ts'

/** The room is loaded with its first call: `room` answers it. */
export function mcpRoutes(room: () => Promise<Mcp>) {
  const mcp = implement(contract.mcp).$context<CallContext>()
  return {
    list: mcp.list.handler(async () => [...(await (await room()).list())]),
    get: mcp.get.handler(async ({ input }) => {
      const { server, tools, stderr } = await (await room()).get(input.id)
      return { server, tools: [...tools], stderr }
    }),
    try: mcp.try.handler(async ({ input }) => (await room()).try(input.doc)),
    save: mcp.save.handler(async ({ input }) => (await room()).save(input.doc)),
    test: mcp.test.handler(async ({ input }) => (await room()).test(input.id)),
    accept: mcp.accept.handler(async ({ input }) => [...(await (await room()).accept(input.id, input.tools))]),
    unaccept: mcp.unaccept.handler(async ({ input }) => [...(await (await room()).unaccept(input.id, input.tools))]),
    stop: mcp.stop.handler(async ({ input }) => (await room()).stop(input.id)),
    remove: mcp.remove.handler(async ({ input }) => {
      await (await room()).remove(input.id)
      return { done: true } as const
    }),
    resources: mcp.resources.handler(async ({ input }) => [...(await (await room()).resources(input.id))]),
    readResource: mcp.readResource.handler(async ({ input }) => plain(await (await room()).readResource(input.id, input.uri))),
    prompts: mcp.prompts.handler(async ({ input }) => [...(await (await room()).prompts(input.id))]),
    getPrompt: mcp.getPrompt.handler(async ({ input }) => plain(await (await room()).getPrompt(input.id, input.name, input.args))),
  }
}

const plain = ({ text, droppedBytes }: BoundedText) => ({ text, droppedBytes })
