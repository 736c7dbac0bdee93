import Plus from 'lucide-solid/icons/plus'
import { createSignal, For, Show } from 'solid-js'
import type { ClientRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { clockTime } from '../../look/format.ts'
import { Badge, Button, ConfirmDialog, Said, TimeAgo, toast } from '../../parts/mod.ts'
import { GrantDialog } from './grant-dialog.tsx'
import { Reading } from './reading.tsx'
import { Section } from './row.tsx'

export function Clients() {
  const [granting, setGranting] = createSignal<() => void>()
  const [leaving, setLeaving] = createSignal<{ readonly row: ClientRow; readonly again: () => void }>()
  const revoke = async () => {
    const chosen = leaving()
    if (!chosen) return
    await engine.engine.revokeClient({ id: chosen.row.id })
    toast.ok(`${chosen.row.name} was shut out`)
    chosen.again()
  }
  return (
    <Section
      title="Clients"
      about="Windows and programs that were let in, each with a token of its own. A client that is shut out loses its connection at once."
    >
      <Reading what="clients" read={readClients} everyMs={5000}>
        {(rows, again) => (
          <>
            <Button class="mb-3" icon={Plus} onClick={() => setGranting(() => again)}>
              Let a program in …
            </Button>
            <ul>
              <For each={rows()} fallback={<li class="border-y border-line py-3 text-muted">No client has a token now.</li>}>
                {(row) => <Client row={row} onRevoke={() => setLeaving({ row, again })} />}
              </For>
            </ul>
          </>
        )}
      </Reading>
      <GrantDialog
        open={granting() !== undefined}
        onOpenChange={(open) => !open && setGranting(undefined)}
        onGranted={() => granting()?.()}
      />
      <ConfirmDialog
        open={leaving() !== undefined}
        onOpenChange={(open) => !open && setLeaving(undefined)}
        title={`Shut out ${leaving()?.row.name ?? ''}?`}
        confirm="Shut out"
        danger
        onConfirm={revoke}
      >
        <p>
          <Said text="Its token stops working now. If it is this window, open another one with `troupe open`. Runs that it started go on." />
        </p>
      </ConfirmDialog>
    </Section>
  )
}

/** Who is here now first, then by last use. */
async function readClients(): Promise<ClientRow[]> {
  const rows = await engine.engine.clients({})
  return rows.sort((a, b) => Number(b.connected) - Number(a.connected) || (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0))
}

function Client(props: { readonly row: ClientRow; readonly onRevoke: () => void }) {
  const scopes = () => (props.row.scopes.includes('*') ? 'may do everything' : `may call ${props.row.scopes.join(', ')}`)
  return (
    <li class="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line py-2 last:border-b">
      <div class="min-w-0 flex-1">
        <p class="flex items-center gap-2">
          <span class="font-medium">{props.row.name}</span>
          <span class="font-mono text-sm text-muted">{props.row.id}</span>
          <Show when={props.row.connected}>
            <Badge tone="accent">connected</Badge>
          </Show>
        </p>
        <p class="text-sm text-muted">
          {scopes()} ·{' '}
          <Show when={props.row.lastUsedAt} fallback="never used">
            {(at) => (
              <>
                used <TimeAgo at={at()} />
              </>
            )}
          </Show>
          <Show when={props.row.expiresAt}>{(at) => ` · good until ${clockTime(at())}`}</Show>
        </p>
      </div>
      <Button size="sm" onClick={() => props.onRevoke()}>
        Shut out …
      </Button>
    </li>
  )
}
