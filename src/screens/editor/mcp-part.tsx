import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { produce } from 'solid-js/store'
import type { McpGrant, McpServerRow, McpTool } from '#contract'
import { Checkbox } from '../../parts/mod.ts'
import { mcpServers } from '../../state/mod.ts'
import type { Draft } from './draft.ts'

/** Which tools of which MCP servers the model is offered, and what they take of its context. */
export function McpTools(props: { readonly draft: Draft }) {
  const servers = () => mcpServers.value()?.map(({ server }) => server)
  const toolsOf = (id: string) => mcpServers.value()?.find(({ server }) => server.doc.id === id)?.tools ?? []
  const grants = () => props.draft.form.model.mcp
  const unknown = () => grants().filter(({ server }) => servers() !== undefined && !servers()?.some(({ doc }) => doc.id === server))
  const total = () =>
    grants().reduce((sum, { server, tools }) => {
      const known = toolsOf(server)
      return sum + tools.reduce((part, name) => part + (known.find((tool) => tool.name === name)?.tokens ?? 0), 0)
    }, 0)
  return (
    <div class="flex flex-col gap-3">
      <div>
        <h3 class="text-sm font-medium">Tools of MCP servers</h3>
        <p class="text-sm text-muted">
          Only tools that you accepted can be chosen.{' '}
          <A href="/settings/mcp" class="underline">
            Set up servers
          </A>
        </p>
      </div>
      <For each={servers() ?? []}>{(server) => <ServerTools server={server} tools={toolsOf(server.doc.id)} draft={props.draft} />}</For>
      <For each={unknown()}>
        {({ server }) => (
          <p class="text-sm text-warn-ink">
            This persona names the MCP server “{server}”, which is not set up on this machine: its tools are left out of a run.
          </p>
        )}
      </For>
      <Show when={total() > 0}>
        <p class="text-sm text-muted" role="status">
          What is chosen takes about {total().toLocaleString('en')} tokens of each model call.
        </p>
      </Show>
    </div>
  )
}

interface ServerToolsProps {
  readonly server: McpServerRow
  readonly tools: readonly McpTool[]
  readonly draft: Draft
}

function ServerTools(props: ServerToolsProps) {
  const id = () => props.server.doc.id
  const grant = (): McpGrant | undefined => props.draft.form.model.mcp.find(({ server }) => server === id())
  const shown = () => props.tools.filter(({ pin, name }) => pin === 'accepted' || grant()?.tools.includes(name))
  const change = (edit: (grant: McpGrant) => void) =>
    props.draft.set(
      'model',
      'mcp',
      produce((all: McpGrant[]) => {
        let one = all.find(({ server }) => server === id())
        if (!one) {
          one = { server: id(), tools: [], resources: false }
          all.push(one)
        }
        edit(one)
      }),
    )
  const toggle = (name: string, on: boolean) =>
    change((one) => {
      one.tools = on ? [...one.tools, name] : one.tools.filter((tool) => tool !== name)
    })
  return (
    <fieldset class="rounded-lg border border-line px-3 py-2">
      <legend class="px-1 text-sm font-medium">{props.server.doc.label}</legend>
      <Show when={!props.server.doc.enabled}>
        <p class="text-sm text-warn-ink">It is switched off: none of its tools is offered.</p>
      </Show>
      <div class="flex max-h-72 flex-col gap-1 overflow-auto">
        <For each={shown()} fallback={<p class="text-sm text-muted">None of its tools is accepted yet.</p>}>
          {(tool) => (
            <Checkbox
              label={`${tool.name} · about ${tool.tokens.toLocaleString('en')} tokens${PIN_NOTE[tool.pin]}`}
              hint={tool.accepted?.description.split('\n', 1)[0] ?? ''}
              checked={grant()?.tools.includes(tool.name) ?? false}
              onChecked={(on) => toggle(tool.name, on)}
            />
          )}
        </For>
        <Checkbox
          label="Its resources"
          hint="Adds two tools, which list and read them."
          checked={grant()?.resources ?? false}
          onChecked={(on) =>
            change((one) => {
              one.resources = on
            })
          }
        />
      </div>
    </fieldset>
  )
}

const PIN_NOTE: Readonly<Record<McpTool['pin'], string>> = {
  accepted: '',
  new: ' · never accepted: left out',
  changed: ' · changed since it was accepted: left out',
  gone: ' · not offered any more: left out',
}
