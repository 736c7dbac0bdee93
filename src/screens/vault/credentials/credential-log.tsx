import { For, Show } from 'solid-js'
import { clockTime } from '../../../look/format.ts'
import { Badge, TimeAgo } from '../../../parts/mod.ts'
import { Section } from '../../settings/row.tsx'
import { createAuditPages } from '../audit-pages.ts'
import { AUDIT_WORDS, OUTCOME_LOOKS } from '../audit-words.ts'

const SHOWN = 12

/** What was done with this one, newest first; the whole log has its own tab. */
export function CredentialLog(props: { readonly id: string }) {
  const pages = createAuditPages(() => 'all', props.id)
  return (
    <Section title="What was done with it">
      <ul>
        <For each={pages.rows().slice(0, SHOWN)} fallback={<li class="border-y border-line py-3 text-muted">Nothing yet.</li>}>
          {(row) => (
            <li class="grid grid-cols-[10rem_minmax(0,1fr)_6rem] items-center gap-3 border-t border-line py-1.5 last:border-b">
              <span class="flex items-center gap-2">
                <span class="truncate">{AUDIT_WORDS[row.kind]}</span>
                <Show when={row.outcome !== 'done'}>
                  <Badge tone={OUTCOME_LOOKS[row.outcome].tone}>{OUTCOME_LOOKS[row.outcome].word}</Badge>
                </Show>
              </span>
              <span class="truncate text-muted" title={row.note}>
                {row.note} <span class="text-sm">by {row.by}</span>
              </span>
              <span class="text-right text-muted" title={clockTime(row.at)}>
                <TimeAgo at={row.at} />
              </span>
            </li>
          )}
        </For>
      </ul>
    </Section>
  )
}
