import RefreshCw from 'lucide-solid/icons/refresh-cw'
import { createSignal, For, Show } from 'solid-js'
import type { PreflightItem } from '#contract'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, ErrorNote, FoundItem, IconButton } from '../../parts/mod.ts'
import { Reading } from './reading.tsx'
import { Section } from './row.tsx'

/** What needs somebody first, what is merely not there last. */
const ORDER: readonly PreflightItem['state'][] = ['blocked', 'warning', 'not-checked', 'ok', 'missing']
const sorted = (items: readonly PreflightItem[]) => [...items].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))

/** The doctor: everything is looked at together, and each finding can be looked at again by itself. */
export function Machine() {
  return (
    <Reading what="findings" read={() => engine.engine.preflight({})}>
      {(items, again) => <Findings items={items()} onAgain={again} />}
    </Reading>
  )
}

function Findings(props: { readonly items: readonly PreflightItem[]; readonly onAgain: () => void }) {
  const [newer, setNewer] = createSignal<Readonly<Record<string, PreflightItem>>>({})
  const looking = createAttempt()
  const look = (id: string) =>
    looking.run(async () => {
      const [found] = await engine.engine.preflight({ ids: [id] })
      if (found) setNewer((before) => ({ ...before, [id]: found }))
    })
  const all = () => {
    setNewer({})
    props.onAgain()
  }
  const items = () => sorted(props.items.map((item) => newer()[item.id] ?? item))
  return (
    <Section
      title="This machine"
      about="What Troupe needs here, and what single things need. What was not checked is not shown as good."
      actions={
        <Button icon={RefreshCw} onClick={all}>
          Look again
        </Button>
      }
    >
      <Show when={looking.failure()}>{(failure) => <ErrorNote failure={failure()} title="It could not be looked at" class="mb-3" />}</Show>
      <ul aria-label="Findings">
        <For each={items()}>
          {(item) => (
            <FoundItem
              item={item}
              end={
                <Show when={item.state !== 'ok'}>
                  <IconButton
                    size="sm"
                    icon={RefreshCw}
                    label={`Look at this again: ${item.title}`}
                    disabled={looking.busy()}
                    onClick={() => void look(item.id)}
                  />
                </Show>
              }
            />
          )}
        </For>
      </ul>
    </Section>
  )
}
