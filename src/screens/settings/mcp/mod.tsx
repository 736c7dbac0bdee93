/** MCP servers: added, looked at, their tools accepted one by one, switched off and removed. */
import Blocks from 'lucide-solid/icons/blocks'
import Plus from 'lucide-solid/icons/plus'
import { createSignal, For, Show } from 'solid-js'
import { Button, EmptyState, ErrorNote, Loading } from '../../../parts/mod.ts'
import { useActions } from '../../../shell/mod.ts'
import { mcpServers } from '../../../state/mod.ts'
import { Section } from '../row.tsx'
import { ServerDialog } from './dialog.tsx'
import { ServerEntry } from './entry.tsx'

export function McpServers() {
  const [adding, setAdding] = createSignal(false)
  const taken = () => (mcpServers.value() ?? []).map(({ id }) => id)
  useActions(() => [{ id: 'mcp.add', title: 'Add an MCP server', section: 'Here', icon: Plus, run: () => void setAdding(true) }])
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
      Add a server
    </Button>
  )
  return (
    <Section
      title="MCP servers"
      about="Programs and addresses that offer tools to personas. A tool is offered once you accepted it, and only as you accepted it."
      actions={<Show when={taken().length > 0}>{add}</Show>}
    >
      <Show when={mcpServers.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The servers could not be read" onRetry={mcpServers.again} class="mb-3" />}
      </Show>
      <Show
        when={mcpServers.value()}
        fallback={
          <Show when={!mcpServers.failure()}>
            <Loading what="servers" onRetry={mcpServers.again} />
          </Show>
        }
      >
        {(list) => (
          <Show
            when={list().length > 0}
            fallback={
              <EmptyState icon={Blocks} title="No MCP server yet" actions={add}>
                With one, a persona can use tools that others made: files, repositories, calendars. Add a program that you have, or an
                address.
              </EmptyState>
            }
          >
            <ul>
              <For each={list()}>{(one) => <ServerEntry server={one.server} tools={one.tools} stderr={one.stderr} />}</For>
            </ul>
          </Show>
        )}
      </Show>
      <ServerDialog open={adding()} onOpenChange={setAdding} taken={taken()} />
    </Section>
  )
}
