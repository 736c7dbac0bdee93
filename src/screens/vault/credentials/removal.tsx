import { For, Show } from 'solid-js'
import type { CredentialDetail, CredentialRadius } from '#contract'
import { engine } from '../../../link/mod.ts'
import { counted } from '../../../look/format.ts'
import { ConfirmDialog, TimeAgo, toast } from '../../../parts/mod.ts'
import { Reading } from '../../settings/reading.tsx'

interface RemovalProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly detail: CredentialDetail
  readonly onDone: () => void
}

export function RevokeDialog(props: RemovalProps) {
  const revoke = async () => {
    await engine.credential.revoke({ id: props.detail.row.id })
    toast.ok(`${props.detail.row.name} was revoked`)
    props.onDone()
  }
  return (
    <ConfirmDialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={`Revoke ${props.detail.row.label || props.detail.row.name}?`}
      confirm="Revoke"
      danger
      onConfirm={revoke}
    >
      <p>
        Every grant is taken back and every lease ends now. The service is told where it can be told; where it cannot, revoke the key there
        as well. It is lent no more until a new value is put in.
      </p>
      <Radius id={props.detail.row.id} />
    </ConfirmDialog>
  )
}

export function RemoveDialog(props: RemovalProps) {
  const remove = async () => {
    await engine.credential.remove({ id: props.detail.row.id, endLeases: true })
    props.onDone()
  }
  return (
    <ConfirmDialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={`Remove ${props.detail.row.label || props.detail.row.name}?`}
      confirm="Remove for good"
      danger
      onConfirm={remove}
    >
      <p>It goes with its attachments, for good. The key goes on working at the service: revoke it there when nobody needs it.</p>
      <Radius id={props.detail.row.id} />
    </ConfirmDialog>
  )
}

/** Who is touched by it. */
function Radius(props: { readonly id: string }) {
  return (
    <Reading what="users" read={() => engine.credential.blastRadius({ id: props.id })}>
      {(found) => (
        <ul class="mt-3 rounded-md bg-sunken px-3 py-2">
          <For each={linesOf(found())}>{(line) => <li>{line}</li>}</For>
          <li class="text-muted">
            <Show when={found().lastUsedAt} fallback="Never used by a run.">
              {(at) => (
                <>
                  Last used <TimeAgo at={at()} />.
                </>
              )}
            </Show>
          </li>
        </ul>
      )}
    </Reading>
  )
}

function linesOf({ personas, runs, providers, attachments }: CredentialRadius): readonly string[] {
  const lines: string[] = []
  if (personas.length > 0) lines.push(`Borrowed by ${personas.map(({ name }) => name).join(', ')}.`)
  if (runs.length > 0)
    lines.push(`${counted(runs.length, 'run holds', 'runs hold')} it now: ${runs.map((run) => run.personaName).join(', ')}.`)
  if (providers.length > 0) lines.push(`Models of ${providers.join(', ')} take their key from it.`)
  if (attachments > 0) lines.push(`${counted(attachments, 'attachment')} in it.`)
  return lines.length > 0 ? lines : ['No persona, run or provider uses it.']
}
