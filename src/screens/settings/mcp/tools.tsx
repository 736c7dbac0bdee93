import { For, Show } from 'solid-js'
import type { McpTool } from '#contract'
import { engine } from '../../../link/mod.ts'
import { Badge, Button, createAttempt, ErrorNote, type Tone } from '../../../parts/mod.ts'

const PIN: Readonly<Record<McpTool['pin'], { readonly word: string; readonly tone: Tone }>> = {
  accepted: { word: 'accepted', tone: 'ok' },
  new: { word: 'new', tone: 'quiet' },
  changed: { word: 'changed', tone: 'warn' },
  gone: { word: 'gone', tone: 'bad' },
}

/** The tools of one server, what each costs, and whether it may be used as it is now. */
export function ServerTools(props: { readonly id: string; readonly tools: readonly McpTool[] }) {
  const { busy, failure, run } = createAttempt()
  const open = () => props.tools.filter(({ pin }) => pin === 'new')
  const accept = (tools: readonly McpTool[]) =>
    run(async () => {
      await engine.mcp.accept({ id: props.id, tools: tools.map(({ name, seenHash }) => ({ name, hash: seenHash })) })
    })
  const takeBack = (tool: McpTool) => run(async () => void (await engine.mcp.unaccept({ id: props.id, tools: [tool.name] })))
  return (
    <div class="mt-2 flex flex-col gap-2">
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="That was not done" />}</Show>
      <Show when={open().length > 1}>
        <Button size="sm" class="self-start" busy={busy()} onClick={() => void accept(open())}>
          Accept all {open().length} new ones
        </Button>
      </Show>
      <ul class="max-h-96 overflow-auto rounded-md border border-line">
        <For each={props.tools}>
          {(tool) => (
            <li class="flex flex-col gap-1 border-t border-line px-3 py-2 first:border-t-0">
              <div class="flex flex-wrap items-center gap-x-2 gap-y-1">
                <span class="font-mono text-sm font-medium break-all">{tool.name}</span>
                <Badge tone={PIN[tool.pin].tone}>{PIN[tool.pin].word}</Badge>
                <span class="text-sm text-muted tabular-nums">
                  about {tool.tokens.toLocaleString('en')} tokens{saysOf(tool)}
                </span>
                <span class="ml-auto flex gap-1">
                  <Show when={tool.pin === 'new' || tool.pin === 'changed'}>
                    <Button
                      size="sm"
                      disabled={busy()}
                      onClick={() => void accept([tool])}
                      aria-label={`${tool.pin === 'changed' ? 'Accept as it is now' : 'Accept'}: ${tool.name}`}
                    >
                      {tool.pin === 'changed' ? 'Accept as it is now' : 'Accept'}
                    </Button>
                  </Show>
                  <Show when={tool.acceptedHash !== null}>
                    <Button
                      size="sm"
                      variant="quiet"
                      disabled={busy()}
                      onClick={() => void takeBack(tool)}
                      aria-label={`Take back: ${tool.name}`}
                    >
                      Take back
                    </Button>
                  </Show>
                </span>
              </div>
              <p class="text-sm text-muted">{tool.seen.description}</p>
              <Details tool={tool} />
            </li>
          )}
        </For>
      </ul>
    </div>
  )
}

const saysOf = ({ seen }: McpTool): string =>
  seen.readOnly ? ' · says that it only reads' : seen.idempotent ? ' · says that it may be repeated' : ''

/** Schema and hash; of one that has changed, both sides. */
function Details(props: { readonly tool: McpTool }) {
  const before = () => (props.tool.pin === 'changed' ? props.tool.accepted : null)
  return (
    <details open={props.tool.pin === 'changed'}>
      <summary class="w-fit rounded-sm text-sm text-muted hover:text-text">Schema</summary>
      <Show when={before()}>
        {(accepted) => (
          <div class="mt-1">
            <p class="text-sm font-medium">As you accepted it</p>
            <p class="text-sm text-muted">{accepted().description}</p>
            <Schema value={accepted().inputSchema} />
            <p class="mt-1 text-sm font-medium">As it is now</p>
          </div>
        )}
      </Show>
      <Schema value={props.tool.seen.inputSchema} />
      <p class="mt-1 font-mono text-sm break-all text-muted">SHA-256 {props.tool.seenHash}</p>
    </details>
  )
}

const Schema = (props: { readonly value: unknown }) => (
  <pre tabindex="0" class="mt-1 max-h-48 overflow-auto rounded-md bg-sunken px-2 py-1 font-mono text-sm">
    {JSON.stringify(props.value, null, 2)}
  </pre>
)
