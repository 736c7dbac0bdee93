import RefreshCw from 'lucide-solid/icons/refresh-cw'
import Square from 'lucide-solid/icons/square'
import Trash2 from 'lucide-solid/icons/trash'
import { createSignal, Show } from 'solid-js'
import type { McpServerRow, McpTool } from '#contract'
import { engine } from '../../../link/mod.ts'
import { counted } from '../../../look/format.ts'
import { Badge, Button, ConfirmDialog, createAttempt, ErrorNote, Menu, Switch, TimeAgo, type Tone, toast } from '../../../parts/mod.ts'
import { ServerTools } from './tools.tsx'

const STATE: Readonly<Record<McpServerRow['standing']['state'], { readonly word: string; readonly tone: Tone }>> = {
  stopped: { word: 'stopped', tone: 'quiet' },
  starting: { word: 'starting', tone: 'accent' },
  running: { word: 'running', tone: 'ok' },
  stopping: { word: 'stopping', tone: 'accent' },
}

interface ServerEntryProps {
  readonly server: McpServerRow
  readonly tools: readonly McpTool[]
  readonly stderr: string
}

/** One server: how it is, what its tools cost, and what of them is accepted. */
export function ServerEntry(props: ServerEntryProps) {
  const [removing, setRemoving] = createSignal(false)
  const { busy, failure, run } = createAttempt()
  const doc = () => props.server.doc
  const state = () => STATE[props.server.standing.state]
  const look = () => run(async () => void (await engine.mcp.test({ id: doc().id })))
  const stop = () => run(async () => void (await engine.mcp.stop({ id: doc().id })))
  const turn = (enabled: boolean) => run(async () => void (await engine.mcp.save({ doc: { ...doc(), enabled } })))
  const remove = async () => {
    await engine.mcp.remove({ id: doc().id })
    toast.ok(`${doc().label} was removed`)
  }
  return (
    <li class="border-t border-line py-3 last:border-b" aria-label={doc().label}>
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 class="font-semibold">{doc().label}</h3>
        <Badge tone={doc().enabled ? state().tone : 'quiet'}>{doc().enabled ? state().word : 'off'}</Badge>
        <Show when={props.server.counts.changed > 0}>
          <Badge tone="warn">{counted(props.server.counts.changed, 'tool has changed', 'tools have changed')}</Badge>
        </Show>
        <span class="ml-auto text-sm text-muted">
          <Show when={props.server.testedAt} fallback="never looked at">
            {(at) => (
              <>
                looked at <TimeAgo at={at()} />
              </>
            )}
          </Show>
        </span>
        <Button size="sm" icon={RefreshCw} busy={busy()} disabled={!doc().enabled} onClick={() => void look()}>
          Look again
        </Button>
        <Menu
          size="sm"
          label={`More about ${doc().label}`}
          entries={[
            { label: 'Stop it', icon: Square, onSelect: () => void stop() },
            { label: 'Remove …', icon: Trash2, danger: true, onSelect: () => setRemoving(true) },
          ]}
        />
      </div>
      <p class="font-mono text-sm break-all text-muted">{whereOf(props.server)}</p>
      <p class="text-sm text-muted">{figuresOf(props.server)}</p>
      <div class="mt-2">
        <Switch label="Offered to personas" checked={doc().enabled} onChecked={(on) => void turn(on)} />
      </div>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="That was not done" class="mt-2" />}</Show>
      <Show when={props.server.standing.problem}>
        {(problem) => (
          <div class="mt-2 rounded-md bg-warn-soft px-3 py-2 text-warn-ink">
            <p>{problem()}</p>
            <Show when={props.stderr !== ''}>
              <pre tabindex="0" class="mt-1 max-h-32 overflow-auto font-mono text-sm whitespace-pre-wrap">
                {props.stderr}
              </pre>
            </Show>
          </div>
        )}
      </Show>
      <Show when={props.tools.length > 0}>
        <ServerTools id={doc().id} tools={props.tools} />
      </Show>
      <ConfirmDialog
        open={removing()}
        onOpenChange={setRemoving}
        title={`Remove ${doc().label}?`}
        confirm="Remove"
        danger
        onConfirm={remove}
      >
        <p>
          {props.server.usedBy.length === 0
            ? 'No persona uses it.'
            : `${props.server.usedBy.join(', ')} use it: its tools are left out of their runs from then on.`}{' '}
          What was accepted of it is forgotten.
        </p>
      </ConfirmDialog>
    </li>
  )
}

const whereOf = ({ doc: { transport } }: McpServerRow): string =>
  transport.kind === 'http' ? transport.url : [transport.program, ...transport.args].join(' ')

function figuresOf({ serverName, tokens, standing, usedBy, doc }: McpServerRow): string {
  const used = usedBy.length === 0 ? 'used by nobody yet' : `used by ${usedBy.join(', ')}`
  const lent = doc.credentials.length === 0 ? [] : [`borrows ${doc.credentials.join(', ')}`]
  const cost = `accepted tools take about ${tokens.toLocaleString('en')} tokens of each model call`
  return [serverName ?? 'not reached yet', cost, counted(standing.calls, 'call'), used, ...lent].join(' · ')
}
