import { useNavigate } from '@solidjs/router'
import Pencil from 'lucide-solid/icons/pencil'
import Play from 'lucide-solid/icons/play'
import RotateCw from 'lucide-solid/icons/rotate-cw'
import Square from 'lucide-solid/icons/square'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, Show } from 'solid-js'
import type { ServiceRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { Badge, Button, ConfirmDialog, Menu } from '../../parts/mod.ts'
import { restartService, startService, stopService } from './deeds.ts'
import { SERVICE_LOOKS } from './looks.ts'
import { ServiceDialog } from './service-dialog.tsx'
import { ServiceFacts } from './service-facts.tsx'
import { ServiceLogs } from './service-logs.tsx'

/** One service: how it is, what can be done to it, what it takes, who needs whom, and what it says. */
export function ServicePane(props: { readonly row: ServiceRow; readonly all: readonly ServiceRow[] }) {
  const navigate = useNavigate()
  const [editing, setEditing] = createSignal(false)
  const [removing, setRemoving] = createSignal(false)
  const id = () => props.row.doc.id
  const state = () => props.row.standing.state
  const look = () => SERVICE_LOOKS[state()]
  const resting = () => state() === 'stopped' || state() === 'failed'
  const remove = async () => {
    await engine.service.remove({ id: id() })
    navigate('/services')
  }
  return (
    <section class="flex h-full min-h-0 flex-col" aria-label={props.row.doc.label}>
      <header class="flex flex-wrap items-center gap-2 px-6 pt-4 pb-2 narrow:px-4">
        <h2 class="mr-auto flex min-w-0 items-center gap-2 text-md font-semibold">
          <span class="truncate">{props.row.doc.label}</span>
          <Badge tone={look().tone} icon={look().icon} spin={state() === 'starting' || state() === 'stopping'}>
            {look().word}
          </Badge>
        </h2>
        <Show
          when={resting()}
          fallback={
            <>
              <Button size="sm" icon={RotateCw} disabled={state() === 'stopping'} onClick={() => void restartService(id())}>
                Restart
              </Button>
              <Button size="sm" icon={Square} disabled={state() === 'stopping'} onClick={() => void stopService(id())}>
                Stop
              </Button>
            </>
          }
        >
          <Button size="sm" variant="primary" icon={Play} onClick={() => void startService(id())}>
            Start
          </Button>
        </Show>
        <Menu
          size="sm"
          label={`More for ${props.row.doc.label}`}
          entries={[
            { label: 'Edit …', icon: Pencil, onSelect: () => setEditing(true) },
            { label: 'Remove …', icon: Trash, danger: true, apart: true, onSelect: () => setRemoving(true) },
          ]}
        />
      </header>
      <Show when={props.row.standing.message}>
        <p
          class="mx-6 mb-2 rounded-md px-3 py-2 narrow:mx-4"
          classList={{
            'bg-bad-soft text-bad-ink': state() === 'failed',
            'bg-warn-soft text-warn-ink': state() === 'degraded' || state() === 'waiting',
            'bg-hover text-muted': !['failed', 'degraded', 'waiting'].includes(state()),
          }}
          role={state() === 'failed' ? 'alert' : undefined}
        >
          {props.row.standing.message}
        </p>
      </Show>
      <ServiceFacts row={props.row} all={props.all} />
      <ServiceLogs id={id()} />
      <ServiceDialog open={editing()} onOpenChange={setEditing} doc={props.row.doc} />
      <ConfirmDialog
        open={removing()}
        onOpenChange={setRemoving}
        title={`Remove ${props.row.doc.label}?`}
        confirm="Remove"
        danger
        onConfirm={remove}
      >
        <p>It is stopped, and its logs go with it. The program itself and a folder of your own stay as they are.</p>
      </ConfirmDialog>
    </section>
  )
}
