import { createSignal, For, Show } from 'solid-js'
import type { FieldCheck as Found } from '#contract'
import { engine } from '../../link/mod.ts'
import { counted } from '../../look/format.ts'
import { Badge, Button, tryOrToast } from '../../parts/mod.ts'
import { Row, Section } from '../settings/row.tsx'

/** Opens every secret once, and says which cannot be trusted. */
export function FieldCheck(props: { readonly open: boolean; readonly fields: number }) {
  const [busy, setBusy] = createSignal(false)
  const [found, setFound] = createSignal<Found>()
  const check = async () => {
    setBusy(true)
    await tryOrToast('The secrets were not checked', async () => setFound(await engine.vault.checkFields({})))
    setBusy(false)
  }
  return (
    <Section title="Soundness">
      <Row label={counted(props.fields, 'sealed secret')} hint="Each is opened once, and nothing is shown.">
        <span class="flex items-center gap-3">
          <Show when={found()}>
            {(result) => (
              <Show when={result().damaged.length === 0} fallback={<Badge tone="bad">{result().damaged.length} damaged</Badge>}>
                <Badge tone="ok">all {result().checked} are whole</Badge>
              </Show>
            )}
          </Show>
          <Button disabled={!props.open} busy={busy()} onClick={() => void check()}>
            Check all
          </Button>
        </span>
      </Row>
      <ul>
        <For each={found()?.damaged}>
          {(one) => (
            <li class="mt-1 text-bad-ink">
              <span class="font-mono text-sm">
                {one.credentialId} · {one.field}
              </span>{' '}
              {one.message}
            </li>
          )}
        </For>
      </ul>
    </Section>
  )
}
