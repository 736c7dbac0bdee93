import Copy from 'lucide-solid/icons/copy'
import { createEffect, createSignal, For, on, Show } from 'solid-js'
import type { ClientRow } from '#contract'
import { LIMITS } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { clockTime } from '../../look/format.ts'
import { Button, createAttempt, Dialog, ErrorNote, Field, Select, TextArea, TextInput, toast } from '../../parts/mod.ts'
import { GRANT_WORDS, GRANTS, type Grant, scopeProblem, scopesOf } from './grant-scopes.ts'

const DAY_MS = 86_400_000
const ENDS = [
  { value: '1', label: 'After a day' },
  { value: '30', label: 'After 30 days' },
  { value: '365', label: 'After a year' },
  { value: '', label: 'When I shut it out' },
] as const
type End = (typeof ENDS)[number]['value']

interface Granted {
  readonly client: ClientRow
  readonly token: string
}

interface GrantDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly onGranted: () => void
}

/** Lets another program in: what it may do and for how long, and then its token, which is told this once. */
export function GrantDialog(props: GrantDialogProps) {
  const [granted, setGranted] = createSignal<Granted>()
  createEffect(
    on(
      () => props.open,
      () => setGranted(undefined),
    ),
  )
  return (
    <Show
      when={granted()}
      keyed
      fallback={
        <AskDialog
          {...props}
          onGranted={(told) => {
            setGranted(told)
            props.onGranted()
          }}
        />
      }
    >
      {(told) => <TokenDialog told={told} open={props.open} onDone={() => props.onOpenChange(false)} />}
    </Show>
  )
}

function AskDialog(props: {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly onGranted: (told: Granted) => void
}) {
  const [name, setName] = createSignal('')
  const [grant, setGrant] = createSignal<Grant>('run')
  const [typed, setTyped] = createSignal('')
  const [end, setEnd] = createSignal<End>('30')
  const [tried, setTried] = createSignal(false)
  const { busy, failure, run, fail } = createAttempt()
  const scopes = () => scopesOf(grant(), typed())
  const nameless = () => (name().trim() === '' ? 'Give it a name that you will know again.' : undefined)
  const go = async () => {
    setTried(true)
    fail(undefined)
    if (nameless() || scopeProblem(scopes())) return
    await run(async () => {
      const ttlMs = end() === '' ? null : Number(end()) * DAY_MS
      props.onGranted(await engine.engine.grantClient({ name: name().trim(), scopes: [...scopes()], ttlMs }))
    })
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Let a program in"
      description="It gets a token of its own, which you can take back at any time."
      footer={
        <>
          <Button onClick={() => props.onOpenChange(false)}>Not now</Button>
          <Button variant="primary" busy={busy()} onClick={() => void go()}>
            Make the token
          </Button>
        </>
      }
    >
      <div class="flex flex-col gap-4">
        <Field label="Name" error={tried() ? nameless() : undefined}>
          <TextInput value={name()} onValue={setName} placeholder="Deploy script" maxlength={LIMITS.nameChars} />
        </Field>
        <Field label="What it may do">
          <Select value={grant()} options={GRANTS.map((value) => ({ value, label: GRANT_WORDS[value] }))} onValue={setGrant} />
        </Field>
        <Show when={grant() === 'named'}>
          <Field
            label="Methods"
            hint="By name, for example run.start run.follow. /openapi.json on the engine’s socket lists all of them."
            error={tried() ? scopeProblem(scopes()) : undefined}
          >
            <TextArea mono rows={3} value={typed()} onValue={setTyped} />
          </Field>
        </Show>
        <Field label="Its token ends">
          <Select value={end()} options={ENDS} onValue={setEnd} />
        </Field>
        <Show when={failure()}>{(shown) => <ErrorNote title="No token was made" failure={shown()} />}</Show>
      </div>
    </Dialog>
  )
}

function TokenDialog(props: { readonly told: Granted; readonly open: boolean; readonly onDone: () => void }) {
  const { client, token } = props.told
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(token)
      toast.ok('Token copied')
    } catch (thrown) {
      toast.error('The token could not be copied: select it and copy it by hand', thrown)
    }
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={(open) => !open && props.onDone()}
      title={`The token of ${client.name}`}
      description="It is shown this once: Troupe keeps only its fingerprint."
      footer={
        <>
          <Button icon={Copy} onClick={() => void copy()}>
            Copy
          </Button>
          <Button variant="primary" onClick={() => props.onDone()}>
            I have it
          </Button>
        </>
      }
    >
      <p class="rounded-md border border-line bg-sunken px-3 py-2 font-mono text-sm break-all select-all" data-token>
        {token}
      </p>
      <p class="mt-3 text-muted">
        {client.expiresAt === null ? 'It works until you shut it out.' : `It works until ${clockTime(client.expiresAt)}.`}
      </p>
      <Show when={!client.scopes.includes('*')}>
        <p class="mt-1 text-muted">
          It may call{' '}
          <For each={client.scopes}>
            {(scope, at) => (
              <>
                {at() > 0 ? ', ' : ''}
                <code>{scope}</code>
              </>
            )}
          </For>
          .
        </p>
      </Show>
    </Dialog>
  )
}
