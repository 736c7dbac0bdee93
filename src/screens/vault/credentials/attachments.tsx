import Paperclip from 'lucide-solid/icons/paperclip'
import { createSignal, For } from 'solid-js'
import type { AttachmentRow, CredentialDetail } from '#contract'
import { CREDENTIAL_LIMITS } from '#contract/plain'
import { engine } from '../../../link/mod.ts'
import { bytes } from '../../../look/format.ts'
import { Button, TimeAgo, toast, tryOrToast } from '../../../parts/mod.ts'
import { saveFile } from '../../run/mod.tsx'
import { Section } from '../../settings/row.tsx'
import { withProof } from '../proof.tsx'
import { bytesOfBase64, fileToBase64 } from './file.ts'

interface AttachmentsProps {
  readonly detail: CredentialDetail
  readonly open: boolean
  readonly again: () => void
}

/** Files that belong to it: a certificate, a key file. Sealed like the fields. */
export function Attachments(props: AttachmentsProps) {
  const [busy, setBusy] = createSignal(false)
  let picker: HTMLInputElement | undefined
  const id = () => props.detail.row.id
  const add = async (file: File | undefined) => {
    if (!file) return
    if (file.size > CREDENTIAL_LIMITS.attachmentBytes) {
      toast.error(`${file.name} has ${bytes(file.size)}; at most ${bytes(CREDENTIAL_LIMITS.attachmentBytes)} can be attached`)
      return
    }
    setBusy(true)
    await tryOrToast(`${file.name} was not attached`, async () => {
      await engine.credential.attach({ id: id(), name: file.name, fileBase64: await fileToBase64(file) })
      props.again()
    })
    setBusy(false)
  }
  const save = (one: AttachmentRow) =>
    void tryOrToast(`${one.name} was not opened`, async () => {
      const file = await withProof(`save ${one.name}`, (proof) =>
        engine.credential.openAttachment({ id: id(), attachmentId: one.id, proof }),
      )
      if (file) saveFile(file.name, bytesOfBase64(file.fileBase64))
    })
  const remove = (one: AttachmentRow) =>
    void tryOrToast(`${one.name} was not removed`, async () => {
      await engine.credential.detach({ id: id(), attachmentId: one.id })
      props.again()
    })
  return (
    <Section
      title="Attachments"
      actions={
        <Button
          icon={Paperclip}
          busy={busy()}
          disabled={!props.open || props.detail.attachments.length >= CREDENTIAL_LIMITS.attachments}
          onClick={() => picker?.click()}
        >
          Attach a file
        </Button>
      }
    >
      <input
        ref={picker}
        type="file"
        class="sr-only"
        tabindex={-1}
        aria-label="File to attach"
        onChange={(event) => {
          void add(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
      <ul>
        <For
          each={props.detail.attachments}
          fallback={<li class="border-y border-line py-3 text-muted">None. A certificate or a key file can be kept here, sealed.</li>}
        >
          {(one) => (
            <li class="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line py-2 last:border-b">
              <span class="min-w-0 flex-1 truncate">{one.name}</span>
              <span class="text-sm text-muted">
                {bytes(one.bytes)} · <TimeAgo at={one.addedAt} />
              </span>
              <Button size="sm" disabled={!props.open} onClick={() => save(one)}>
                Save …
              </Button>
              <Button size="sm" disabled={!props.open} onClick={() => remove(one)}>
                Remove
              </Button>
            </li>
          )}
        </For>
      </ul>
    </Section>
  )
}
