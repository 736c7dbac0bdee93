import BadgeCheck from 'lucide-solid/icons/badge-check'
import ScrollText from 'lucide-solid/icons/scroll-text'
import { createSignal, Show } from 'solid-js'
import type { AuditRow, AuditVerdict } from '#contract'
import { engine } from '../../link/mod.ts'
import { clockTime } from '../../look/format.ts'
import { Badge, Button, EmptyState, ErrorNote, Loading, Select, TimeAgo, tryOrToast, VirtualList } from '../../parts/mod.ts'
import { type AuditChoice, createAuditPages } from './audit-pages.ts'
import { AUDIT_WORDS, OUTCOME_LOOKS } from './audit-words.ts'

const CHOICES: readonly { readonly value: AuditChoice; readonly label: string }[] = [
  { value: 'all', label: 'Everything' },
  { value: 'doors', label: 'Unlocks, locks and ways in' },
  { value: 'lends', label: 'What was lent and sent' },
  { value: 'looks', label: 'Reveals, copies and exports' },
  { value: 'changes', label: 'Changes of credentials' },
]

/** What was done with the vault, newest first. Entries are chained, so that none can be taken out or changed unseen. */
export function Audit() {
  const [choice, setChoice] = createSignal<AuditChoice>('all')
  const [verdict, setVerdict] = createSignal<AuditVerdict>()
  const [busy, setBusy] = createSignal(false)
  const pages = createAuditPages(choice)
  const verify = async () => {
    setBusy(true)
    await tryOrToast('The log was not checked', async () => setVerdict(await engine.vault.verifyAudit({})))
    setBusy(false)
  }
  return (
    <div class="flex h-full min-h-0 flex-col">
      <div class="flex flex-wrap items-center gap-3 border-b border-line px-6 py-2 narrow:px-4">
        <Select aria-label="What to show" class="w-60" value={choice()} options={CHOICES} onValue={setChoice} />
        <div class="flex min-w-0 flex-1 items-center justify-end gap-3">
          <Show when={verdict()}>{(shown) => <Verdict verdict={shown()} />}</Show>
          <Button icon={BadgeCheck} busy={busy()} onClick={() => void verify()}>
            Verify the log
          </Button>
        </div>
      </div>
      <Show when={pages.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The log could not be read" onRetry={pages.again} class="m-4" />}
      </Show>
      <Show
        when={pages.loaded()}
        fallback={
          <Show when={!pages.failure()}>
            <Loading what="the log" onRetry={pages.again} />
          </Show>
        }
      >
        <Show
          when={pages.rows().length > 0}
          fallback={
            <EmptyState icon={ScrollText} title="Nothing of this kind yet">
              Unlocks, lends, reveals, exports and refusals are written here as they happen, without values.
            </EmptyState>
          }
        >
          <VirtualList label="Audit log" class="flex-1" count={pages.rows().length} rowHeight={44} onRange={(_, last) => pages.reach(last)}>
            {(index) => <Show when={pages.rows()[index]}>{(row) => <Line row={row()} />}</Show>}
          </VirtualList>
        </Show>
      </Show>
    </div>
  )
}

function Line(props: { readonly row: AuditRow }) {
  const look = () => OUTCOME_LOOKS[props.row.outcome]
  const about = () => {
    const { credential, field, host, personaId, runId } = props.row.subject
    return [credential && field ? `${credential}.${field}` : credential, host, personaId, runId].filter(Boolean).join(' · ')
  }
  return (
    <div class="grid h-full grid-cols-[4.5rem_11rem_minmax(0,1fr)_9rem_6rem] items-center gap-x-3 border-b border-line px-6 narrow:grid-cols-[3.5rem_11rem_minmax(0,1fr)_5.5rem] narrow:px-4">
      <span class="font-mono text-sm text-muted tabular-nums">{props.row.seq}</span>
      <span class="flex min-w-0 items-center gap-2">
        <span class="truncate font-medium">{AUDIT_WORDS[props.row.kind]}</span>
        <Show when={props.row.outcome !== 'done'}>
          <Badge tone={look().tone}>{look().word}</Badge>
        </Show>
      </span>
      <span class="min-w-0 truncate text-muted" title={`${props.row.note} ${about()}`}>
        {props.row.note || about()}
        <Show when={props.row.note && about()}>
          <span class="font-mono text-sm"> {about()}</span>
        </Show>
      </span>
      <span class="truncate text-muted narrow:hidden">by {props.row.by}</span>
      <span class="text-right text-muted" title={clockTime(props.row.at)}>
        <TimeAgo at={props.row.at} />
      </span>
    </div>
  )
}

function Verdict(props: { readonly verdict: AuditVerdict }) {
  const tone = () => ({ yes: 'ok', no: 'bad', sealed: 'quiet' })[props.verdict.whole] as 'ok' | 'bad' | 'quiet'
  return (
    <p role="status" class="min-w-0 truncate text-sm" title={props.verdict.detail}>
      <Badge tone={tone()}>{{ yes: 'whole', no: 'not whole', sealed: 'checked in part' }[props.verdict.whole]}</Badge>{' '}
      <span class="text-muted">{props.verdict.detail}</span>
    </p>
  )
}
