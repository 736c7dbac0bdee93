import Check from 'lucide-solid/icons/check'
import Pencil from 'lucide-solid/icons/pencil'
import X from 'lucide-solid/icons/x'
import { createSignal, Show } from 'solid-js'
import type { AskedCall, Decision, InboxItem } from '#contract'
import { Button, ErrorNote, Field, Kbd, Select, TextArea, TextInput } from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { createDeciding } from './deciding.ts'
import { DenyDialog } from './deny-dialog.tsx'
import { whyNoArguments } from './words.ts'

type Keep = 'no' | 'run' | 'session' | 'always'

const KEEPS: readonly { readonly value: Keep; readonly label: string }[] = [
  { value: 'no', label: 'Only this call' },
  { value: 'run', label: 'Calls like it in this run' },
  { value: 'session', label: 'Calls like it in this session' },
  { value: 'always', label: 'Calls like it of this persona, until revoked' },
]

/** A call with its exact arguments: approved as it is or as edited, or denied with a reason that the model sees. */
export function CallPane(props: { readonly item: InboxItem; readonly call: AskedCall }) {
  const deciding = createDeciding()
  const whole = () => JSON.stringify(props.call.args, null, 2)
  const [edited, setEdited] = createSignal<string>()
  const [keep, setKeep] = createSignal<Keep>('no')
  const [pattern, setPattern] = createSignal(props.call.tool)
  const [denying, setDenying] = createSignal(false)
  const wrong = () => (edited() === undefined ? undefined : whyNoArguments(edited() ?? ''))
  const edit = () => setEdited((before) => before ?? whole())
  const approve = () => {
    if (wrong() !== undefined) return
    const args = edited() === undefined ? {} : { args: JSON.parse(edited() ?? '') as unknown }
    const decision: Decision = { kind: 'approve', ...args, ...remembered(props.item, keep(), pattern()) }
    void deciding.decide([props.item], decision)
  }
  useActions(() => [
    { id: 'inbox.approve', title: 'Approve this call', section: 'Here', icon: Check, shortcut: 'a', run: approve },
    { id: 'inbox.edit', title: 'Edit its arguments', section: 'Here', icon: Pencil, shortcut: 'e', run: edit },
    { id: 'inbox.deny', title: 'Deny this call …', section: 'Here', icon: X, shortcut: 'd', run: () => setDenying(true) },
  ])
  return (
    <div class="flex max-w-3xl flex-col gap-3">
      <div>
        <h2 class="text-md font-semibold wrap-anywhere">{props.item.title}</h2>
        <p class="text-muted">{props.item.why}</p>
      </div>
      <Arguments whole={whole()} edited={edited()} wrong={wrong()} onEdit={setEdited} onSend={approve} />
      <div class="grid max-w-xl grid-cols-[minmax(0,1fr)_minmax(0,1fr)] gap-3">
        <Field label="Do not ask again for">
          <Select value={keep()} options={KEEPS} onValue={setKeep} />
        </Field>
        <Show when={keep() !== 'no'}>
          <Field label="Like it means" hint="tool(argument pattern), * is anything.">
            <TextInput mono value={pattern()} onValue={setPattern} />
          </Field>
        </Show>
      </div>
      <Show when={deciding.failure()}>{(shown) => <ErrorNote failure={shown()} title="It was not decided" />}</Show>
      <div class="flex flex-wrap items-center gap-2">
        <Button variant="primary" icon={Check} busy={deciding.busy()} disabled={wrong() !== undefined} onClick={approve}>
          {edited() === undefined ? 'Approve' : 'Approve as edited'} <Kbd keys="a" />
        </Button>
        <Show when={edited() === undefined} fallback={<Button onClick={() => setEdited(undefined)}>Leave it as it was</Button>}>
          <Button icon={Pencil} onClick={edit}>
            Edit <Kbd keys="e" />
          </Button>
        </Show>
        <Button icon={X} onClick={() => setDenying(true)}>
          Deny … <Kbd keys="d" />
        </Button>
      </div>
      <DenyDialog open={denying()} onOpenChange={setDenying} items={[props.item]} />
    </div>
  )
}

interface ArgumentsProps {
  readonly whole: string
  /** undefined: as they were asked for. */
  readonly edited: string | undefined
  readonly wrong: string | undefined
  readonly onEdit: (text: string | undefined) => void
  readonly onSend: () => void
}

function Arguments(props: ArgumentsProps) {
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) props.onSend()
    if (event.key === 'Escape') props.onEdit(undefined)
  }
  return (
    <Show
      when={props.edited !== undefined}
      fallback={
        <pre
          class="max-h-80 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-sm whitespace-pre-wrap wrap-anywhere select-text"
          tabindex={0}
        >
          {props.whole}
        </pre>
      }
    >
      <Field label="Arguments" hint="These run instead of what was asked for; both are kept." error={props.wrong}>
        <TextArea
          ref={(area: HTMLTextAreaElement) => queueMicrotask(() => area.focus())}
          mono
          rows={Math.min(18, props.whole.split('\n').length + 2)}
          value={props.edited ?? ''}
          onValue={props.onEdit}
          onKeyDown={pressed}
        />
      </Field>
    </Show>
  )
}

function remembered({ runId, personaId }: InboxItem, keep: Keep, pattern: string) {
  if (keep === 'no') return {}
  const target = personaId === null ? ({ kind: 'everywhere' } as const) : ({ kind: 'persona', id: personaId } as const)
  const lifetime =
    keep === 'always' || runId === null
      ? ({ kind: 'always' } as const)
      : keep === 'run'
        ? ({ kind: 'run', runId } as const)
        : ({ kind: 'session', sessionId: runId } as const)
  return { remember: { pattern, target, lifetime } }
}
