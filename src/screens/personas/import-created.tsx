import Moon from 'lucide-solid/icons/moon'
import { createSignal, For, Show } from 'solid-js'
import type { PersonaRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { Badge, Button, PersonaMark, tryOrToast } from '../../parts/mod.ts'

/** What was created, asleep; each can be woken here. */
export function Created(props: { readonly rows: readonly PersonaRow[] }) {
  const [awake, setAwake] = createSignal<ReadonlySet<string>>(new Set())
  const wake = (row: PersonaRow) =>
    tryOrToast(`${row.doc.name} was not woken`, async () => {
      await engine.persona.activate({ id: row.id, active: true })
      setAwake(new Set([...awake(), row.id]))
    })
  return (
    <>
      <p class="mb-3">They sleep, and refuse to run, until you wake them. That can wait: look at them first.</p>
      <ul class="flex flex-col gap-1">
        <For each={props.rows}>
          {(row) => (
            <li class="flex items-center gap-2.5 py-1">
              <PersonaMark icon={row.doc.icon} colour={row.doc.colour} />
              <span class="min-w-0 flex-1 truncate font-medium">{row.doc.name}</span>
              <Show when={!awake().has(row.id)} fallback={<Badge tone="ok">Awake</Badge>}>
                <Badge icon={Moon}>Asleep</Badge>
                <Button size="sm" onClick={() => void wake(row)}>
                  Wake
                </Button>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </>
  )
}
