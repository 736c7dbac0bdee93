import ArrowLeft from 'lucide-solid/icons/arrow-left'
import Ban from 'lucide-solid/icons/ban'
import Pen from 'lucide-solid/icons/pen'
import RefreshCw from 'lucide-solid/icons/refresh-cw'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { CredentialDetail } from '#contract'
import { engine } from '../../../link/mod.ts'
import { PERSONA_ICONS } from '../../../look/icons.ts'
import { Button, ErrorNote, Loading, Menu, toast, tryOrToast } from '../../../parts/mod.ts'
import { Attachments } from './attachments.tsx'
import { Connect } from './connect.tsx'
import { CredentialLog } from './credential-log.tsx'
import { createDetail } from './detail.ts'
import { EditDialog } from './edit-dialog.tsx'
import { FieldList } from './field-list.tsx'
import { Grants } from './grants.tsx'
import { Health } from './health.tsx'
import { Standing } from './line.tsx'
import { Places } from './places.tsx'
import { RemoveDialog, RevokeDialog } from './removal.tsx'
import { TotpCode } from './totp-code.tsx'

interface CredentialScreenProps {
  readonly id: string
  readonly open: boolean
  readonly onBack: () => void
}

/** One credential: how well it works, what is in it, who may borrow it, where it may go, what was done with it. */
export function CredentialScreen(props: CredentialScreenProps) {
  const detail = createDetail(() => props.id)
  return (
    <div class="max-w-4xl px-6 pt-3 pb-12 narrow:px-4">
      <Button variant="quiet" size="sm" icon={ArrowLeft} class="-ml-2" onClick={() => props.onBack()}>
        All credentials
      </Button>
      <Show when={detail.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The credential could not be read" onRetry={detail.again} class="mt-3" />}
      </Show>
      <Show
        when={detail.value()}
        fallback={
          <Show when={!detail.failure()}>
            <Loading what="the credential" onRetry={detail.again} />
          </Show>
        }
      >
        {(value) => <Shown detail={value()} open={props.open} again={detail.again} onGone={props.onBack} />}
      </Show>
    </div>
  )
}

interface ShownProps {
  readonly detail: CredentialDetail
  readonly open: boolean
  readonly again: () => void
  readonly onGone: () => void
}

function Shown(props: ShownProps) {
  const [editing, setEditing] = createSignal(false)
  const [revoking, setRevoking] = createSignal(false)
  const [removing, setRemoving] = createSignal(false)
  const [checking, setChecking] = createSignal(false)
  const row = () => props.detail.row
  const check = async () => {
    setChecking(true)
    await tryOrToast(`${row().name} was not checked`, () => engine.credential.check({ id: row().id }))
    props.again()
    setChecking(false)
  }
  return (
    <>
      <header class="mt-2 mb-4 flex flex-wrap items-center gap-3">
        <span class="grid size-9 shrink-0 place-items-center rounded-md bg-hover text-muted" aria-hidden="true">
          <Dynamic component={PERSONA_ICONS[row().icon]} size={20} />
        </span>
        <div class="min-w-0 flex-1">
          <h2 class="flex flex-wrap items-center gap-2.5 text-lg font-semibold">
            {row().label || row().name}
            <Standing row={row()} />
          </h2>
          <p class="text-muted">
            {row().connectorName} · <span class="font-mono text-sm select-text">{row().name}</span>
          </p>
        </div>
        <Show when={props.detail.connector.check}>
          <Button icon={RefreshCw} disabled={!props.open} busy={checking()} onClick={() => void check()}>
            Check now
          </Button>
        </Show>
        <Button icon={Pen} disabled={!props.open} onClick={() => setEditing(true)}>
          Edit
        </Button>
        <Menu
          label={`More about ${row().name}`}
          entries={[
            { label: 'Revoke …', icon: Ban, disabled: !props.open || row().revokedAt !== null, onSelect: () => setRevoking(true) },
            { label: 'Remove …', icon: Trash, danger: true, disabled: !props.open, onSelect: () => setRemoving(true) },
          ]}
        />
      </header>
      <Show when={row().revokedAt !== null}>
        <p class="mb-4 rounded-md bg-bad-soft px-3 py-2 text-bad-ink">
          Revoked: nobody gets it. Edit it and put in a new value to use it again.
        </p>
      </Show>
      <Show when={props.detail.connector.oauth}>
        <Connect detail={props.detail} open={props.open} again={props.again} />
      </Show>
      <Health detail={props.detail} />
      <FieldList detail={props.detail} open={props.open} />
      <Show when={row().hasTotp}>
        <TotpCode id={row().id} name={row().name} open={props.open} />
      </Show>
      <Grants detail={props.detail} open={props.open} again={props.again} />
      <Places detail={props.detail} />
      <Attachments detail={props.detail} open={props.open} again={props.again} />
      <CredentialLog id={row().id} />
      <EditDialog open={editing()} onOpenChange={setEditing} detail={props.detail} onSaved={props.again} />
      <RevokeDialog open={revoking()} onOpenChange={setRevoking} detail={props.detail} onDone={props.again} />
      <RemoveDialog
        open={removing()}
        onOpenChange={setRemoving}
        detail={props.detail}
        onDone={() => {
          toast.ok(`${row().label || row().name} was removed`)
          props.onGone()
        }}
      />
    </>
  )
}
