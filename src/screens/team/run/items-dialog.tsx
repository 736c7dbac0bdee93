import { createResource, createSignal, For, Show } from 'solid-js'
import { engine } from '../../../link/mod.ts'
import { counted } from '../../../look/format.ts'
import { Button, Dialog, ErrorNote, failureOf, Loading } from '../../../parts/mod.ts'

export interface ItemsAsked {
  readonly runId: string
  readonly node: string
  readonly output: number
}
const PAGE = 20

/** The items that one output of a node gave in a run, page by page. */
export function ItemsDialog(props: { readonly asked: ItemsAsked | undefined; readonly onClose: () => void }) {
  const [offset, setOffset] = createSignal(0)
  const [page] = createResource(
    () => props.asked && { ...props.asked, offset: offset() },
    (asked) => engine.team.items({ ...asked, limit: PAGE }),
  )
  const close = () => {
    setOffset(0)
    props.onClose()
  }
  return (
    <Dialog
      open={props.asked !== undefined}
      onOpenChange={(open) => !open && close()}
      size="lg"
      title={`Items of ${props.asked?.node ?? ''}`}
      description={page.latest ? counted(page.latest.total, 'item') : ''}
    >
      <Show when={page.error}>{(thrown) => <ErrorNote title="The items could not be read." failure={failureOf(thrown())} />}</Show>
      <Show when={!page.error && page.latest} fallback={<Show when={!page.error}>{<Loading what="the items" />}</Show>}>
        {(shown) => (
          <div class="flex flex-col gap-3">
            <Show when={shown().cut}>{(cut) => <p class="rounded-md bg-warn-soft px-3 py-2 text-warn-ink">{cut()}</p>}</Show>
            <ol class="flex flex-col gap-2" aria-label="Items">
              <For each={shown().items} fallback={<li class="text-muted">No items.</li>}>
                {(item, at) => (
                  <li class="rounded-md border border-line bg-sunken">
                    <p class="px-3 pt-1.5 text-sm text-muted">{offset() + at() + 1}</p>
                    <pre class="overflow-auto px-3 pb-2 font-mono text-sm">
                      {JSON.stringify(item.error === undefined ? item.json : { ...item.json, error: item.error }, null, 2)}
                    </pre>
                    <Show when={item.binary}>
                      {(files) => <p class="px-3 pb-2 text-sm text-muted">Files: {Object.keys(files()).join(', ')}</p>}
                    </Show>
                  </li>
                )}
              </For>
            </ol>
            <Show when={shown().total > PAGE}>
              <div class="flex items-center justify-end gap-2">
                <Button size="sm" disabled={offset() === 0} onClick={() => setOffset(offset() - PAGE)}>
                  Earlier
                </Button>
                <Button size="sm" disabled={offset() + PAGE >= shown().total} onClick={() => setOffset(offset() + PAGE)}>
                  Later
                </Button>
              </div>
            </Show>
          </div>
        )}
      </Show>
    </Dialog>
  )
}
