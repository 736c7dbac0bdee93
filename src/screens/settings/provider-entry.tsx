import ChevronRight from 'lucide-solid/icons/chevron-right'
import RefreshCw from 'lucide-solid/icons/refresh-cw'
import Trash2 from 'lucide-solid/icons/trash'
import { createSignal, For, Show } from 'solid-js'
import type { ModelInfo, ProviderRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { counted, money, tokens } from '../../look/format.ts'
import { Badge, Button, ConfirmDialog, createAttempt, ErrorNote, Menu, TimeAgo, toast } from '../../parts/mod.ts'
import { Findings } from './findings.tsx'
import { KINDS } from './provider-kinds.ts'

/** One provider: what it is, what its last probe found, its models. */
export function ProviderEntry(props: { readonly row: ProviderRow }) {
  const [removing, setRemoving] = createSignal(false)
  const { busy, failure, run } = createAttempt()
  const doc = () => props.row.doc
  const check = async () => {
    await run(async () => {
      await engine.provider.save({ doc: doc() })
    })
  }
  const remove = async () => {
    await engine.provider.remove({ id: doc().id })
    toast.ok(`${doc().label} was removed`)
  }
  return (
    <li class="border-t border-line py-3 last:border-b">
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 class="font-semibold">{doc().label}</h3>
        <span class="text-muted">
          {KINDS[doc().kind].label} · <span class="font-mono text-sm">{doc().id}</span>
        </span>
        <Show when={props.row.keyPresent === false}>
          <Badge tone="bad">{doc().credential ? 'its credential cannot be used' : `${doc().keyEnv} is not set`}</Badge>
        </Show>
        <span class="ml-auto text-sm text-muted">
          looked at <TimeAgo at={props.row.probe.at} />
        </span>
        <Button size="sm" icon={RefreshCw} busy={busy()} onClick={() => void check()}>
          Look again
        </Button>
        <Menu
          size="sm"
          label={`More about ${doc().label}`}
          entries={[{ label: 'Remove …', icon: Trash2, danger: true, onSelect: () => setRemoving(true) }]}
        />
      </div>
      <Show when={doc().baseUrl}>
        <p class="font-mono text-sm break-all text-muted">{doc().baseUrl}</p>
      </Show>
      <Show when={failure()}>
        {(shown) => <ErrorNote failure={shown()} title="It was looked at again, and this came back" class="mt-2" />}
      </Show>
      <div class="mt-2">
        <Findings probe={props.row.probe} wide />
      </div>
      <Models models={props.row.probe.models} />
      <ConfirmDialog
        open={removing()}
        onOpenChange={setRemoving}
        title={`Remove ${doc().label}?`}
        confirm="Remove"
        danger
        onConfirm={remove}
      >
        <p>
          Personas that name it go on naming it, and cannot run on it until it is added again. The key in{' '}
          {doc().credential ? 'the vault' : (doc().keyEnv ?? 'the environment')} is not touched.
        </p>
      </ConfirmDialog>
    </li>
  )
}

/** Models with their context and price; an unknown price says so. */
export function Models(props: { readonly models: readonly ModelInfo[] }) {
  return (
    <Show when={props.models.length > 0}>
      <details class="group mt-2">
        <summary class="flex w-fit list-none items-center gap-1 rounded-sm text-muted hover:text-text">
          <ChevronRight size={14} class="transition-transform group-open:rotate-90" aria-hidden="true" />
          {counted(props.models.length, 'model')}
        </summary>
        <div class="mt-1 max-h-72 overflow-auto rounded-md border border-line">
          <table class="w-full">
            <thead class="sticky top-0 bg-sunken text-left text-sm text-muted">
              <tr>
                <th class="px-3 py-1 font-medium">Model</th>
                <th class="px-3 py-1 text-right font-medium">Context</th>
                <th class="px-3 py-1 text-right font-medium">Input, output for a million tokens</th>
              </tr>
            </thead>
            <tbody>
              <For each={props.models}>
                {(model) => (
                  <tr class="border-t border-line">
                    <td class="px-3 py-1 font-mono text-sm break-all">{model.id}</td>
                    <td class="px-3 py-1 text-right tabular-nums">{tokens(model.contextTokens)}</td>
                    <td
                      class="px-3 py-1 text-right tabular-nums"
                      title={model.price ? `As of ${model.price.asOf}, ${model.price.source}` : undefined}
                    >
                      {model.price ? `${money(model.price.inputUsd)}, ${money(model.price.outputUsd)}` : 'unknown'}
                    </td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </div>
      </details>
    </Show>
  )
}
