import Copy from 'lucide-solid/icons/copy'
import Eye from 'lucide-solid/icons/eye'
import EyeOff from 'lucide-solid/icons/eye-off'
import { createSignal, For, onCleanup, Show } from 'solid-js'
import type { CredentialDetail } from '#contract'
import { engine } from '../../../link/mod.ts'
import { IconButton, tryOrToast } from '../../../parts/mod.ts'
import { Row, Section } from '../../settings/row.tsx'
import { copyForAWhile } from '../clipboard.ts'
import { withProof } from '../proof.tsx'

/** What is in it. A secret is shown only to who shows that it is them, and is gone from the screen after a while. */
export function FieldList(props: { readonly detail: CredentialDetail; readonly open: boolean }) {
  return (
    <Section
      title="Fields"
      about="A persona sees only the placeholder. The value is put in on the way to an allowed host, and taken out of what comes back."
    >
      <For each={props.detail.fields}>
        {(field) => (
          <Row
            label={field.label}
            hint={<code class="font-mono select-text">{`{{credential.${props.detail.row.name}.${field.name}}}`}</code>}
          >
            <Show when={field.secret} fallback={<span class="font-mono text-sm break-all select-text">{field.value || '–'}</span>}>
              <Show when={field.set} fallback={<span class="text-muted">empty</span>}>
                <Secret id={props.detail.row.id} name={props.detail.row.name} field={field} open={props.open} />
              </Show>
            </Show>
          </Row>
        )}
      </For>
    </Section>
  )
}

interface SecretProps {
  readonly id: string
  readonly name: string
  readonly field: CredentialDetail['fields'][number]
  readonly open: boolean
}

function Secret(props: SecretProps) {
  const [value, setValue] = createSignal<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const hide = () => {
    clearTimeout(timer)
    setValue(undefined)
  }
  onCleanup(hide)
  const read = (purpose: 'reveal' | 'copy') =>
    withProof(`${purpose} ${props.name}.${props.field.name}`, (proof) =>
      engine.credential.reveal({ id: props.id, field: props.field.name, purpose, proof }),
    )
  const reveal = () =>
    void tryOrToast(`${props.field.label} was not shown`, async () => {
      const answer = await read('reveal')
      if (!answer) return
      setValue(answer.value)
      timer = setTimeout(hide, answer.shownMs)
    })
  const copy = () =>
    void tryOrToast(`${props.field.label} was not copied`, async () => {
      const answer = await read('copy')
      if (answer) await copyForAWhile(answer.value, props.field.label)
    })
  return (
    <span class="flex min-w-0 items-center gap-1">
      <span
        class="min-w-0 font-mono text-sm break-all whitespace-pre-wrap select-text"
        data-secret={value() === undefined ? undefined : ''}
      >
        {value() ?? '••••••••••••'}
      </span>
      <IconButton
        size="sm"
        icon={value() === undefined ? Eye : EyeOff}
        label={value() === undefined ? `Show ${props.field.label}` : `Hide ${props.field.label}`}
        disabled={!props.open}
        onClick={() => (value() === undefined ? reveal() : hide())}
      />
      <IconButton size="sm" icon={Copy} label={`Copy ${props.field.label}`} disabled={!props.open} onClick={copy} />
    </span>
  )
}
