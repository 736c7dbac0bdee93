import { For, Show } from 'solid-js'
import type { CredentialPlan } from '#contract'
import { counted } from '../../../look/format.ts'
import { Checkbox } from '../../../parts/mod.ts'

interface ImportPlanProps {
  readonly plan: CredentialPlan
  readonly keys: ReadonlySet<string>
  readonly onKeys: (keys: ReadonlySet<string>) => void
}

/** Each entry with what it becomes, to be ticked; and what becomes nothing, with the reason. */
export function ImportPlan(props: ImportPlanProps) {
  const put = (key: string, is: boolean) => {
    const next = new Set(props.keys)
    if (is) next.add(key)
    else next.delete(key)
    props.onKeys(next)
  }
  const all = () => props.plan.items.length > 0 && props.keys.size === props.plan.items.length
  return (
    <>
      <Show when={props.plan.items.length > 0} fallback={<p class="text-muted">Nothing in it makes a credential.</p>}>
        <Checkbox
          class="mb-2"
          label={`All ${counted(props.plan.items.length, 'entry', 'entries')}`}
          checked={all()}
          indeterminate={!all() && props.keys.size > 0}
          onChecked={(is) => props.onKeys(new Set(is ? props.plan.items.map(({ key }) => key) : []))}
        />
      </Show>
      <ul>
        <For each={props.plan.items}>
          {(item) => (
            <li class="border-t border-line py-2">
              <Checkbox
                label={
                  <>
                    <span class="font-medium">{item.from}</span>
                    <span class="text-muted">
                      {' '}
                      → {item.connectorName} · <span class="font-mono text-sm">{item.name}</span> ({item.fields.join(', ')})
                    </span>
                  </>
                }
                hint={item.warnings.join(' ') || undefined}
                checked={props.keys.has(item.key)}
                onChecked={(is) => put(item.key, is)}
              />
            </li>
          )}
        </For>
      </ul>
      <Show when={props.plan.skipped.length > 0}>
        <details class="mt-2 text-muted">
          <summary>{counted(props.plan.skipped.length, 'line makes', 'lines make')} no credential</summary>
          <ul class="mt-1 list-disc pl-5">
            <For each={props.plan.skipped}>
              {(one) => (
                <li>
                  {one.from}: {one.why}
                </li>
              )}
            </For>
          </ul>
        </details>
      </Show>
    </>
  )
}
