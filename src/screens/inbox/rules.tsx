import Plus from 'lucide-solid/icons/plus'
import ShieldCheck from 'lucide-solid/icons/shield-check'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, For, Show } from 'solid-js'
import type { ApprovalRule, Settings } from '#contract'
import { engine } from '../../link/mod.ts'
import { counted } from '../../look/format.ts'
import { Badge, Button, EmptyState, ErrorNote, Field, IconButton, Loading, Select, TimeAgo, toast, tryOrToast } from '../../parts/mod.ts'
import { useActions } from '../../shell/mod.ts'
import { changeSettings, personaById, rules, settings } from '../../state/mod.ts'
import { RuleDialog } from './rule-dialog.tsx'
import { EFFECT_TONES, timeWords } from './words.ts'

const FALLBACKS: readonly { readonly value: Settings['approvals']; readonly label: string }[] = [
  { value: 'allow', label: 'What a persona was given it may use' },
  { value: 'ask-unsafe', label: 'Ask for what cannot be repeated safely' },
  { value: 'ask', label: 'Ask for every call of a tool' },
]

/** The rules that hold, with what they matched; and what holds without one. */
export function Rules() {
  const [adding, setAdding] = createSignal(false)
  useActions(() => [{ id: 'rule.add', title: 'Add a rule', section: 'Here', icon: Plus, run: () => setAdding(true) }])
  const change = (approvals: Settings['approvals']) => void tryOrToast('The setting was not changed', () => changeSettings({ approvals }))
  return (
    <div class="px-6 pt-4 pb-12 narrow:px-4">
      <div class="mb-4 flex flex-wrap items-end gap-4">
        <Field label="Without a rule" hint="deny is stronger than ask, and ask than allow." class="w-80">
          <Select value={settings.value()?.approvals ?? 'allow'} options={FALLBACKS} onValue={change} />
        </Field>
        <Show when={rules.value()?.length}>
          <Button class="ml-auto" icon={Plus} onClick={() => setAdding(true)}>
            Add a rule
          </Button>
        </Show>
      </div>
      <Show when={rules.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The rules could not be read" onRetry={rules.again} class="mb-3" />}
      </Show>
      <Show when={rules.value()} fallback={<Show when={!rules.failure()}>{<Loading what="the rules" onRetry={rules.again} />}</Show>}>
        {(list) => (
          <Show
            when={list().length > 0}
            fallback={
              <EmptyState
                icon={ShieldCheck}
                title="No rule holds"
                actions={
                  <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
                    Add a rule
                  </Button>
                }
              >
                A rule says of calls like run_command(git push *) that they are denied, asked for, or allowed. One is made, too, when you
                approve a call and do not want to be asked again.
              </EmptyState>
            }
          >
            <ul>
              <For each={list()}>{(rule) => <RuleLine rule={rule} />}</For>
            </ul>
          </Show>
        )}
      </Show>
      <RuleDialog open={adding()} onOpenChange={setAdding} />
    </div>
  )
}

function RuleLine(props: { readonly rule: ApprovalRule }) {
  const rule = () => props.rule
  const where = () => {
    const { target } = rule()
    if (target.kind === 'everywhere') return 'everywhere'
    return target.kind === 'persona' ? (personaById(target.id)?.name ?? target.id) : `team ${target.id}`
  }
  const revoke = async () => {
    if (await tryOrToast('The rule was not revoked', () => engine.rule.revoke({ id: rule().id })))
      toast.ok(`${rule().pattern} holds no more`)
  }
  return (
    <li class="flex items-center gap-3 border-t border-line py-2 last:border-b">
      <Badge tone={rule().state === 'active' ? EFFECT_TONES[rule().effect] : 'quiet'}>{rule().effect}</Badge>
      <div class="min-w-0 flex-1">
        <p class="truncate font-mono" title={rule().pattern}>
          {rule().pattern}
        </p>
        <p class="truncate text-sm text-muted">
          {where()} · {timeWords(rule())}
          <Show when={rule().note}> · {rule().note}</Show>
        </p>
      </div>
      <p class="w-72 min-w-0 truncate text-sm text-muted narrow:w-40" title={rule().lastMatch?.call}>
        <Show when={rule().lastMatch} fallback="matched nothing yet">
          {(match) => (
            <>
              {counted(rule().matches, 'match', 'matches')}, last <TimeAgo at={match().at} />: <span class="font-mono">{match().call}</span>
            </>
          )}
        </Show>
      </p>
      <Show when={rule().state === 'active'}>
        <IconButton icon={Trash} label={`Revoke ${rule().pattern}`} onClick={() => void revoke()} />
      </Show>
    </li>
  )
}
