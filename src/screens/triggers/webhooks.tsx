import Webhook from 'lucide-solid/icons/webhook'
import { createSignal, For, Show } from 'solid-js'
import type { WebhookRequest, WebhookRow, WebhookSecret } from '#contract'
import { engine } from '../../link/mod.ts'
import { bytes, clockTime } from '../../look/format.ts'
import { Badge, Button, Dialog, EmptyState, ErrorNote, Loading, toast, tryOrToast } from '../../parts/mod.ts'
import { createRead } from './reading.ts'

/** Webhooks with their addresses, and the log of what was sent to them. */
export function Webhooks() {
  const hooks = createRead(['webhook', 'trigger', 'vault'], () => engine.webhook.list())
  const requests = createRead(['webhook'], () => engine.webhook.requests({ limit: 100 }))
  const [shown, setShown] = createSignal<{ readonly row: WebhookRow; readonly secret: WebhookSecret }>()
  const show = (row: WebhookRow) =>
    tryOrToast('Its address could not be shown', async () => void setShown({ row, secret: await engine.webhook.secret({ id: row.id }) }))
  return (
    <>
      <Show when={hooks.failure()}>
        {(failure) => <ErrorNote failure={failure()} title="The webhooks could not be read" onRetry={hooks.again} />}
      </Show>
      <Show
        when={hooks.value()}
        fallback={
          <Show when={!hooks.failure()}>
            <Loading what="webhooks" onRetry={hooks.again} />
          </Show>
        }
      >
        {(rows) => (
          <Show
            when={rows().length > 0}
            fallback={
              <EmptyState icon={Webhook} title="No webhooks">
                Give a persona a trigger of the kind “A webhook”. Until then nothing listens.
              </EmptyState>
            }
          >
            <ul class="mb-6">
              <For each={rows()}>{(row) => <Hook row={row} onShow={() => void show(row)} />}</For>
            </ul>
            <h2 class="mb-2 font-semibold">Requests</h2>
            <ul>
              <For each={requests.value()} fallback={<li class="border-y border-line py-3 text-muted">No request has come yet.</li>}>
                {(request) => <Request row={request} />}
              </For>
            </ul>
          </Show>
        )}
      </Show>
      <Show when={shown()}>
        {(of) => (
          <Dialog
            open
            size="lg"
            onOpenChange={() => setShown(undefined)}
            title={of().row.name}
            description="Who has these can start it. That they were shown is in the vault’s audit log."
            footer={<Button onClick={() => setShown(undefined)}>Close</Button>}
          >
            <dl class="flex flex-col gap-3">
              <Copied label="Address" text={of().secret.url} />
              <Copied label="Key" text={of().secret.key} />
              <Copied label="To try it in a terminal" text={of().secret.curl} />
            </dl>
          </Dialog>
        )}
      </Show>
    </>
  )
}

function Hook(props: { readonly row: WebhookRow; readonly onShow: () => void }) {
  const test = () =>
    tryOrToast('It could not be tried', async () => {
      const { outcome, detail, status } = await engine.webhook.test({ id: props.row.id })
      if (status === 202) toast.ok(`${props.row.name} took the request`)
      else toast.info(`${props.row.name}: ${outcome}. ${detail}`)
    })
  return (
    <li class="flex flex-wrap items-center gap-3 border-t border-line py-2.5 last:border-b">
      <div class="min-w-0 flex-1">
        <p class="flex items-center gap-2">
          <span class="font-medium">{props.row.name}</span>
          <Badge tone={props.row.ready ? 'ok' : 'warn'}>{props.row.ready ? 'listens' : 'does not listen'}</Badge>
        </p>
        <p class="text-sm text-muted">
          {props.row.note || `${props.row.base ?? ''}…`} ·{' '}
          {props.row.signature === 'none' ? 'not signed' : `signed (${props.row.signature})`} · {props.row.accepted} taken,{' '}
          {props.row.refused} refused
        </p>
      </div>
      <Button size="sm" onClick={() => props.onShow()}>
        Address and key …
      </Button>
      <Button size="sm" disabled={!props.row.ready} onClick={() => void test()}>
        Try it
      </Button>
    </li>
  )
}

function Request(props: { readonly row: WebhookRequest }) {
  const replay = () =>
    tryOrToast('It could not be replayed', async () => {
      await engine.webhook.replay({ request: props.row.id })
      toast.ok('Its event was stored again')
    })
  return (
    <li class="flex flex-wrap items-center gap-3 border-t border-line py-2 last:border-b">
      <time class="w-36 shrink-0 text-sm text-muted tabular-nums" datetime={new Date(props.row.at).toISOString()}>
        {clockTime(props.row.at)}
      </time>
      <Badge tone={props.row.status === 202 ? 'ok' : 'bad'}>{`${props.row.status} ${props.row.outcome}`}</Badge>
      <span class="min-w-0 flex-1 truncate text-sm text-muted">{props.row.detail || props.row.preview}</span>
      <span class="text-sm text-muted tabular-nums">{bytes(props.row.bytes)}</span>
      <Show when={props.row.replayable}>
        <Button size="sm" onClick={() => void replay()}>
          Replay
        </Button>
      </Show>
    </li>
  )
}

function Copied(props: { readonly label: string; readonly text: string }) {
  const copy = () =>
    void navigator.clipboard.writeText(props.text).then(
      () => toast.ok(`${props.label} copied`),
      () => toast.info('Select the text and copy it; the clipboard refused.'),
    )
  return (
    <div>
      <dt class="text-sm font-medium">{props.label}</dt>
      <dd class="mt-1 flex items-start gap-2">
        <code class="min-w-0 flex-1 rounded-md bg-ground px-2 py-1.5 text-sm break-all">{props.text}</code>
        <Button size="sm" onClick={copy}>
          Copy
        </Button>
      </dd>
    </div>
  )
}
