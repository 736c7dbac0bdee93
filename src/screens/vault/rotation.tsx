import { Show } from 'solid-js'
import type { VaultStatus } from '#contract'
import { engine } from '../../link/mod.ts'
import { Button, toast, tryOrToast } from '../../parts/mod.ts'
import { Fact, Row, Section } from '../settings/row.tsx'
import { withProof } from './proof.tsx'

/** A new master key: every secret is sealed anew. It can be stopped, and goes on where it was. */
export function Rotation(props: { readonly status: VaultStatus }) {
  const rotation = () => props.status.rotation
  const open = () => props.status.state === 'open'
  const begin = () =>
    void tryOrToast('The key was not changed', async () => {
      const begun = await withProof('change the master key', (proof) => engine.vault.rotate({ proof }))
      if (begun && !begun.rotation) toast.ok('Every secret is sealed with a new key')
    })
  const stop = () => void tryOrToast('It was not stopped', () => engine.vault.stopRotation({}))
  return (
    <Section title="Master key" about="A new key seals every secret anew. Do it when a way in may have been seen by somebody.">
      <Row label="Sealed with">
        <Fact>{props.status.keyId ?? 'unknown'}</Fact>
      </Row>
      <Row label="Vault">
        <Fact>{props.status.vaultId ?? 'unknown'}</Fact>
      </Row>
      <Row
        label={rotation() ? 'A new key is being put in place' : 'New master key'}
        hint={rotation()?.stoppedBecause ?? 'It can be interrupted at any time, and goes on where it was.'}
      >
        <Show
          when={rotation()}
          fallback={
            <Button disabled={!open()} onClick={begin}>
              Change the key …
            </Button>
          }
        >
          {(now) => (
            <span class="flex items-center gap-3">
              <progress class="meter w-32" aria-label="Secrets sealed anew" value={now().done} max={Math.max(1, now().total)} />
              <span class="text-sm text-muted tabular-nums">
                {now().done} of {now().total}
              </span>
              <Show
                when={now().running}
                fallback={
                  <Button size="sm" disabled={!open()} onClick={begin}>
                    Go on
                  </Button>
                }
              >
                <Button size="sm" onClick={stop}>
                  Stop
                </Button>
              </Show>
            </span>
          )}
        </Show>
      </Row>
    </Section>
  )
}
