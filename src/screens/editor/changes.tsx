import { createMemo, createResource, For, Show } from 'solid-js'
import type { DocChange, PersonaDoc } from '#contract'
import { engine } from '../../link/mod.ts'
import { SideBySide } from '../../parts/diff/mod.tsx'
import { Badge, Dialog, ErrorNote, failureOf, Loading } from '../../parts/mod.ts'
import { docText, promptText } from './doc-text.ts'
import { BYTE_UNITS, inUnits, TIME_UNITS } from './units.ts'

interface DiffDialogProps {
  readonly personaId: string
  /** undefined while it is closed. */
  readonly between: { readonly from: number; readonly to: number } | undefined
  readonly onClose: () => void
}

/** What changed between two revisions: the prompts side by side, everything else in words. */
export function DiffDialog(props: DiffDialogProps) {
  const [diff, { refetch }] = createResource(
    () => props.between,
    ({ from, to }) => engine.persona.diff({ id: props.personaId, from, to }),
  )
  const found = () => (diff.state === 'ready' ? diff() : undefined)
  return (
    <Dialog
      open={props.between !== undefined}
      onOpenChange={(open) => !open && props.onClose()}
      size="lg"
      title={`Revision ${props.between?.from ?? ''} → ${props.between?.to ?? ''}`}
    >
      <Show when={diff.error === undefined} fallback={<ErrorNote failure={failureOf(diff.error)} onRetry={() => void refetch()} />}>
        <Show when={found()} fallback={<Loading what="the difference" onRetry={() => void refetch()} />}>
          {(shown) => (
            <Changes
              from={shown().from}
              to={shown().to}
              changes={shown().changes}
              fromLabel={`Revision ${props.between?.from ?? ''}`}
              toLabel={`Revision ${props.between?.to ?? ''}`}
            />
          )}
        </Show>
      </Show>
    </Dialog>
  )
}

interface ChangesProps {
  readonly from: PersonaDoc
  readonly to: PersonaDoc
  readonly changes: readonly DocChange[]
  readonly fromLabel: string
  readonly toLabel: string
}

export function Changes(props: ChangesProps) {
  const prompts = createMemo(() => [promptText(props.from), promptText(props.to)] as const)
  const others = createMemo(() => props.changes.filter((change) => !isSectionText(change)))
  return (
    <div class="flex flex-col gap-4">
      <Show when={props.changes.length === 0}>
        <p class="text-muted">They say the same.</p>
      </Show>
      <Show when={others().length > 0}>
        <ul class="flex flex-col divide-y divide-line rounded-md border border-line">
          <For each={others()}>{(change) => <ChangeLine change={change} />}</For>
        </ul>
      </Show>
      <Show when={prompts()[0] !== prompts()[1]}>
        <SideBySide
          before={prompts()[0]}
          after={prompts()[1]}
          beforeLabel={`Prompt, ${props.fromLabel}`}
          afterLabel={`Prompt, ${props.toLabel}`}
          class="max-h-[60vh]"
        />
      </Show>
    </div>
  )
}

/** Both documents as texts, whole; for where no list of changes can be had. */
export function WholeDiff(props: Omit<ChangesProps, 'changes'>) {
  return (
    <SideBySide
      before={docText(props.from)}
      after={docText(props.to)}
      beforeLabel={props.fromLabel}
      afterLabel={props.toLabel}
      class="max-h-[55vh]"
    />
  )
}

function isSectionText(change: DocChange): boolean {
  return change.kind === 'changed' && /^\/sections\/[^/]+\/text$/.test(change.path)
}

const WORDS: Readonly<Record<DocChange['kind'], { readonly word: string; readonly tone: 'ok' | 'bad' | 'quiet' | 'accent' }>> = {
  added: { word: 'added', tone: 'ok' },
  removed: { word: 'removed', tone: 'bad' },
  changed: { word: 'changed', tone: 'accent' },
  moved: { word: 'moved', tone: 'quiet' },
}

function ChangeLine(props: { readonly change: DocChange }) {
  const kind = () => WORDS[props.change.kind]
  return (
    <li class="flex items-start gap-3 px-3 py-2">
      <span class="w-16 shrink-0">
        <Badge tone={kind().tone}>{kind().word}</Badge>
      </span>
      <div class="min-w-0 flex-1">
        <p class="font-medium">{props.change.label}</p>
        <Show when={props.change.kind === 'changed'}>
          <p class="wrap-anywhere">
            <del class="text-muted">{said(props.change.before, props.change.path)}</del>
            <span class="text-muted"> → </span>
            <ins class="no-underline">{said(props.change.after, props.change.path)}</ins>
          </p>
        </Show>
      </div>
    </li>
  )
}

const SAID_CHARS = 300

function said(value: unknown, path: string): string {
  if (typeof value === 'number' && path.endsWith('Ms')) return inUnits(value, TIME_UNITS)
  if (typeof value === 'number' && path.endsWith('Bytes')) return inUnits(value, BYTE_UNITS)
  if (value === null || value === undefined || value === '') return 'nothing'
  if (value === true) return 'on'
  if (value === false) return 'off'
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return value.length === 0 ? 'nothing' : value.join(', ').slice(0, SAID_CHARS)
  const text = typeof value === 'string' ? value : typeof value === 'number' ? value.toLocaleString('en-US') : JSON.stringify(value)
  return text.length > SAID_CHARS ? `${text.slice(0, SAID_CHARS)} …` : text
}
