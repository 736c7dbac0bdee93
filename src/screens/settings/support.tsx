import Download from 'lucide-solid/icons/package'
import { createSignal, For, Show } from 'solid-js'
import type { SupportPlan } from '#contract'
import { engine } from '../../link/mod.ts'
import { bytes, counted } from '../../look/format.ts'
import { Button, Checkbox, createAttempt, Dialog, ErrorNote } from '../../parts/mod.ts'
import { Machine } from './machine.tsx'
import { Fact, Section } from './row.tsx'

/** How this machine is, and one file for whoever helps. */
export function Support() {
  return (
    <>
      <Machine />
      <Bundle />
    </>
  )
}

function Bundle() {
  const [plan, setPlan] = createSignal<SupportPlan>()
  const [without, setWithout] = createSignal<readonly string[]>([])
  const [written, setWritten] = createSignal<{ readonly path: string; readonly bytes: number }>()
  const gathering = createAttempt()
  const writing = createAttempt()
  const gather = () =>
    gathering.run(async () => {
      setWritten(undefined)
      setWithout([])
      setPlan(await engine.support.plan({}))
    })
  const write = (id: string) =>
    writing.run(async () => {
      setWritten(await engine.support.write({ id, without: [...without()] }))
      setPlan(undefined)
    })
  const choose = (name: string, kept: boolean) => setWithout((before) => (kept ? before.filter((one) => one !== name) : [...before, name]))
  return (
    <Section
      title="Support bundle"
      about="One file for somebody who helps you: versions, health and the log. Secrets are hidden, and prompts, results and names of credentials are left out. You see what is in it before it is written, and nothing is sent to anybody."
    >
      <Show when={gathering.failure()}>{(failure) => <ErrorNote failure={failure()} title="It could not be gathered" class="mb-3" />}</Show>
      <Show when={writing.failure()}>{(failure) => <ErrorNote failure={failure()} title="It was not written" class="mb-3" />}</Show>
      <div role="status">
        <Show when={written()}>
          {(file) => (
            <p class="mb-3">
              Written, {bytes(file().bytes)}: <Fact>{file().path}</Fact>
            </p>
          )}
        </Show>
      </div>
      <Show
        when={plan()}
        fallback={
          <Button icon={Download} busy={gathering.busy()} onClick={() => void gather()}>
            Gather it
          </Button>
        }
      >
        {(shown) => (
          <>
            <Entries plan={shown()} without={without()} onChoose={choose} />
            <div class="mt-3 flex justify-end gap-2">
              <Button onClick={() => setPlan(undefined)}>Not now</Button>
              <Button
                variant="primary"
                busy={writing.busy()}
                disabled={without().length === shown().entries.length}
                onClick={() => void write(shown().id)}
              >
                Write it
              </Button>
            </div>
          </>
        )}
      </Show>
    </Section>
  )
}

interface EntriesProps {
  readonly plan: SupportPlan
  readonly without: readonly string[]
  readonly onChoose: (name: string, kept: boolean) => void
}

function Entries(props: EntriesProps) {
  const [shown, setShown] = createSignal<{ readonly name: string; readonly text: string }>()
  const look = createAttempt()
  const show = (name: string) =>
    look.run(async () => {
      const { text } = await engine.support.text({ id: props.plan.id, name })
      setShown({ name, text })
    })
  return (
    <>
      <Show when={look.failure()}>{(failure) => <ErrorNote failure={failure()} title="It could not be shown" class="mb-3" />}</Show>
      <ul aria-label="What is in it">
        <For each={props.plan.entries}>
          {(entry) => (
            <li class="flex items-center gap-4 border-t border-line py-2 last:border-b">
              <Checkbox
                class="flex-1"
                label={<span class="font-mono text-sm">{entry.name}</span>}
                hint={entry.about}
                checked={!props.without.includes(entry.name)}
                onChecked={(kept) => props.onChoose(entry.name, kept)}
              />
              <span class="shrink-0 text-right text-sm text-muted tabular-nums">
                {bytes(entry.bytes)}
                <Show when={entry.hidden > 0}>
                  <span class="block">{counted(entry.hidden, 'thing')} hidden</span>
                </Show>
              </span>
              <Button size="sm" aria-label={`Show ${entry.name}`} onClick={() => void show(entry.name)}>
                Show
              </Button>
            </li>
          )}
        </For>
      </ul>
      <Dialog
        open={shown() !== undefined}
        onOpenChange={(open) => !open && setShown(undefined)}
        size="lg"
        title={shown()?.name ?? ''}
        description="Exactly as it would be written."
        footer={<Button onClick={() => setShown(undefined)}>Close</Button>}
      >
        <pre
          class="max-h-[60vh] overflow-auto rounded-md bg-sunken p-3 font-mono text-sm whitespace-pre-wrap break-all select-text"
          tabindex={0}
        >
          {shown()?.text.slice(-SHOWN_CHARS)}
        </pre>
        <Show when={(shown()?.text.length ?? 0) > SHOWN_CHARS}>
          <p class="mt-2 text-sm text-muted">
            The end of it; <code>troupe support-bundle --show {shown()?.name}</code> prints all.
          </p>
        </Show>
      </Dialog>
    </>
  )
}

/** More would make the page slow to draw. */
const SHOWN_CHARS = 100_000
