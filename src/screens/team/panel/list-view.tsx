/** The same graph as a list: for screen readers, for the keyboard, and for who thinks in lists. Links can be made and taken here. */
import Link2 from 'lucide-solid/icons/link-2'
import Unlink from 'lucide-solid/icons/unlink-2'
import { createSignal, For, Show } from 'solid-js'
import type { TeamNode } from '#contract'
import { Button, Field, IconButton, SearchField, Select } from '../../../parts/mod.ts'
import { KIND_LOOKS } from '../board/kinds.ts'
import type { TeamEditor } from '../editor.ts'
import { linked, unlinked } from '../graph/edit.ts'
import { linkKey } from '../graph/patch.ts'

export function ListView(props: { readonly editor: TeamEditor; readonly onOpen: (id: string) => void }) {
  const { editor } = props
  const [text, setText] = createSignal('')
  const shown = () => {
    const wanted = text().trim().toLowerCase()
    return editor
      .doc()
      .nodes.filter((node) => wanted === '' || `${node.name} ${KIND_LOOKS[node.kind].label}`.toLowerCase().includes(wanted))
  }
  return (
    <div class="flex flex-col gap-3 p-4">
      <SearchField label="Search nodes" value={text()} onValue={setText} />
      <ul aria-label="Nodes" class="flex flex-col gap-1.5">
        <For each={shown()} fallback={<li class="text-muted">No node fits.</li>}>
          {(node) => <Row editor={editor} node={node} onOpen={() => props.onOpen(node.id)} />}
        </For>
      </ul>
    </div>
  )
}

function Row(props: { readonly editor: TeamEditor; readonly node: TeamNode; readonly onOpen: () => void }) {
  const { editor } = props
  const [linking, setLinking] = createSignal(false)
  const nameOf = (id: string) => editor.doc().nodes.find((node) => node.id === id)?.name ?? id
  const out = () => editor.doc().links.filter(({ from }) => from.node === props.node.id)
  const face = () => editor.faceOf(props.node.id)
  return (
    <li class="rounded-md border border-line px-3 py-2" classList={{ 'border-accent': editor.selection().has(props.node.id) }}>
      <div class="flex items-center gap-2">
        <button
          type="button"
          class="min-w-0 flex-1 truncate text-left"
          aria-pressed={editor.selection().has(props.node.id)}
          onClick={() => editor.jumpTo(props.node.id)}
          onDblClick={() => props.onOpen()}
        >
          <span class="font-medium">{props.node.name}</span> <span class="text-muted">{face().live?.words ?? face().subtitle}</span>
        </button>
        <Button size="sm" onClick={() => props.onOpen()}>
          Edit<span class="sr-only"> {props.node.name}</span>
        </Button>
        <IconButton icon={Link2} size="sm" label={`Link ${props.node.name} to …`} onClick={() => setLinking(!linking())} />
      </div>
      <Show when={linking()}>
        <NewLink editor={editor} node={props.node} onDone={() => setLinking(false)} />
      </Show>
      <Show when={out().length > 0}>
        <ul aria-label={`${props.node.name} leads to`} class="mt-1 flex flex-col gap-0.5 text-muted">
          <For each={out()}>
            {(link) => (
              <li class="flex items-center gap-1">
                <button type="button" class="min-w-0 flex-1 truncate text-left" onClick={() => editor.selectLink(linkKey(link))}>
                  → {nameOf(link.to.node)}
                  {face().outputs[link.from.output] ? ` (${face().outputs[link.from.output]})` : ''}
                </button>
                <IconButton
                  icon={Unlink}
                  size="sm"
                  label={`Take the link to ${nameOf(link.to.node)} off`}
                  onClick={() => editor.edit('Remove a link', (doc) => unlinked(doc, linkKey(link)))}
                />
              </li>
            )}
          </For>
        </ul>
      </Show>
    </li>
  )
}

/** Output, target and input, by choice: linking without a pointer. */
function NewLink(props: { readonly editor: TeamEditor; readonly node: TeamNode; readonly onDone: () => void }) {
  const { editor } = props
  const [output, setOutput] = createSignal('0')
  const [to, setTo] = createSignal('')
  const [input, setInput] = createSignal('0')
  const numbered = (count: number, nameAt: (at: number) => string) =>
    Array.from({ length: Math.max(1, count) }, (_, at) => ({ value: String(at), label: nameAt(at) || `${at + 1}` }))
  const outputs = () => editor.faceOf(props.node.id).outputs
  const inputs = () => editor.boxes().get(to())?.inputs ?? 1
  return (
    <div class="mt-2 flex flex-wrap items-end gap-2">
      <Show when={outputs().length > 1}>
        <Field label="Output">
          <Select value={output()} options={numbered(outputs().length, (at) => outputs()[at] ?? '')} onValue={setOutput} />
        </Field>
      </Show>
      <Field label="To">
        <Select
          value={to()}
          options={[
            { value: '', label: 'Choose a node' },
            ...editor
              .doc()
              .nodes.filter(({ id, kind }) => id !== props.node.id && !kind.endsWith('Start'))
              .map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onValue={setTo}
        />
      </Field>
      <Show when={inputs() > 1}>
        <Field label="Input">
          <Select value={input()} options={numbered(inputs(), () => '')} onValue={setInput} />
        </Field>
      </Show>
      <Button
        size="sm"
        disabled={to() === ''}
        onClick={() => {
          editor.edit('Link two nodes', (doc) =>
            linked(doc, { from: props.node.id, output: Number(output()), to: to(), input: Number(input()) }),
          )
          props.onDone()
        }}
      >
        Link
      </Button>
    </div>
  )
}
