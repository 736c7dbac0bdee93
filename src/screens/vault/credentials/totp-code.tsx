import Copy from 'lucide-solid/icons/copy'
import { createSignal, onCleanup, Show } from 'solid-js'
import type { TotpCode as Code } from '#contract'
import { engine } from '../../../link/mod.ts'
import { Button, IconButton, tryOrToast } from '../../../parts/mod.ts'
import { Row, Section } from '../../settings/row.tsx'
import { copyForAWhile } from '../clipboard.ts'
import { withProof } from '../proof.tsx'
import { createWait } from '../wait.ts'

/** The one-time code of now, for as long as it holds. */
export function TotpCode(props: { readonly id: string; readonly name: string; readonly open: boolean }) {
  const [code, setCode] = createSignal<Code>()
  const [endsAt, setEndsAt] = createSignal<number | null>(null)
  const left = createWait(endsAt)
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  const show = () =>
    void tryOrToast('The code was not made', async () => {
      const made = await withProof(`make a one-time code of ${props.name}`, (proof) => engine.credential.code({ id: props.id, proof }))
      if (!made) return
      setCode(made)
      setEndsAt(Date.now() + made.leftMs)
      clearTimeout(timer)
      timer = setTimeout(() => setCode(undefined), made.leftMs)
    })
  return (
    <Section title="One-time code">
      <Row
        label="Code of now"
        hint={
          <Show when={code()} fallback="Changes every half minute, as in an authenticator app.">
            Holds for {left()} s
          </Show>
        }
      >
        <Show
          when={code()}
          fallback={
            <Button disabled={!props.open} onClick={show}>
              Show the code
            </Button>
          }
        >
          {(shown) => (
            <span class="flex items-center gap-1">
              <span class="font-mono text-xl tracking-widest tabular-nums select-text">{shown().code}</span>
              <IconButton icon={Copy} label="Copy the code" onClick={() => void copyForAWhile(shown().code, 'The code')} />
            </span>
          )}
        </Show>
      </Row>
    </Section>
  )
}
