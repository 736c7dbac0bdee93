import { Show } from 'solid-js'
import type { TeamLink } from '#contract'
import { Button, Field, NumberInput, Select, TextInput } from '../../../parts/mod.ts'
import type { TeamEditor } from '../editor.ts'
import { linkChanged, unlinked } from '../graph/edit.ts'
import { linkKey } from '../graph/patch.ts'

/** One link: what it lets through, and the items that went through it in the run that is shown. */
export function LinkForm(props: { readonly editor: TeamEditor; readonly link: TeamLink; readonly onItems: (() => void) | undefined }) {
  const { editor } = props
  const nameOf = (id: string) => editor.doc().nodes.find((node) => node.id === id)?.name ?? id
  const change = (fields: Partial<TeamLink>) =>
    editor.edit('Change a link', (doc) => linkChanged(doc, linkKey(props.link), fields), linkKey(props.link))
  return (
    <form class="flex flex-col gap-3.5 p-4" aria-label="Link" onSubmit={(event) => event.preventDefault()}>
      <p>
        From <strong>{nameOf(props.link.from.node)}</strong> to <strong>{nameOf(props.link.to.node)}</strong>
      </p>
      <Show
        when={props.link.kind === 'main'}
        fallback={<p class="text-muted">It hands a part over ({props.link.kind.replace(/^ai_/, '')}) and carries no items.</p>}
      >
        <Field label="Role">
          <Select
            value={props.link.role}
            options={[
              { value: 'sequential', label: 'Plain: everything goes through' },
              { value: 'conditional', label: 'Conditional: what meets a condition' },
              { value: 'parallel', label: 'Parallel: tasks of an orchestrator' },
              { value: 'feedback', label: 'Feedback: back, so many times' },
            ]}
            onValue={(role) => change({ role })}
          />
        </Field>
        <Show when={props.link.role === 'conditional'}>
          <Field label="Condition" hint="For each item. What is not exactly true, or cannot be judged, does not go through.">
            <TextInput
              mono
              value={props.link.condition ?? ''}
              placeholder="$json.score > 3"
              onValue={(condition) => change({ condition })}
            />
          </Field>
        </Show>
        <Show when={props.link.role === 'feedback'}>
          <Field label="Rounds" hint="How often it carries items in one run.">
            <NumberInput
              value={props.link.rounds ?? 10}
              min={1}
              max={1000}
              step={1}
              onValue={(rounds) => change({ rounds: rounds ?? undefined })}
            />
          </Field>
        </Show>
      </Show>
      <div class="flex gap-2">
        <Show when={props.onItems}>{(show) => <Button onClick={() => show()()}>Items</Button>}</Show>
        <Button
          variant="danger"
          onClick={() => {
            editor.edit('Remove a link', (doc) => unlinked(doc, linkKey(props.link)))
            editor.selectLink(undefined)
          }}
        >
          Remove the link
        </Button>
      </div>
    </form>
  )
}
