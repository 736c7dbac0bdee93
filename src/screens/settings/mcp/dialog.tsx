import { createEffect, createSignal, createUniqueId, on, Show } from 'solid-js'
import type { McpTest } from '#contract'
import { engine } from '../../../link/mod.ts'
import { counted } from '../../../look/format.ts'
import { Button, createAttempt, Dialog, ErrorNote, Field, Segmented, TextArea, TextInput, toast } from '../../../parts/mod.ts'
import { freshServer, type ServerForm, serverDoc, serverProblems } from './form.ts'

interface ServerDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly taken: readonly string[]
}

/** A server is looked at before it is kept. None of its tools is accepted by that. */
export function ServerDialog(props: ServerDialogProps) {
  const formId = createUniqueId()
  const [form, setForm] = createSignal(freshServer())
  const [touched, setTouched] = createSignal(false)
  const [found, setFound] = createSignal<McpTest>()
  const { busy, failure, run, fail } = createAttempt()
  const change = (patch: Partial<ServerForm>) => {
    setForm({ ...form(), ...patch })
    setFound(undefined)
    fail(undefined)
  }
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        change(freshServer())
        setTouched(false)
      },
    ),
  )
  const problems = () => (touched() ? serverProblems(form(), props.taken) : {})
  const look = async () => {
    setTouched(true)
    if (Object.keys(serverProblems(form(), props.taken)).length > 0) return
    await run(async () => void setFound(await engine.mcp.try({ doc: serverDoc(form()) })))
  }
  const save = () =>
    run(async () => {
      const doc = serverDoc(form())
      await engine.mcp.save({ doc })
      await engine.mcp.test({ id: doc.id })
      toast.ok(`${doc.label} was added. Accept the tools that personas may use.`)
      props.onOpenChange(false)
    })
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Add an MCP server"
      description="It is started and looked at before it is saved."
      footer={
        <>
          <Button type="submit" form={formId} busy={busy() && !found()} disabled={busy()}>
            Look at it
          </Button>
          <Button
            variant="primary"
            busy={busy() && found() !== undefined}
            disabled={busy() || !found()}
            title={found() ? undefined : 'Look at it first'}
            onClick={() => void save()}
          >
            Save
          </Button>
        </>
      }
    >
      <form
        id={formId}
        class="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void look()
        }}
      >
        <ServerFields form={form()} problems={problems()} onChange={change} />
      </form>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} class="mt-4" />}</Show>
      <Show when={found()}>
        {(test) => (
          <p class="mt-4 border-t border-line pt-3" role="status">
            {test().serverName} answered after {test().startMs} ms: {counted(test().tools.length, 'tool')} of about{' '}
            {test().tokens.toLocaleString('en')} tokens, {counted(test().resources, 'resource')}, {counted(test().prompts, 'prompt')}.
          </p>
        )}
      </Show>
    </Dialog>
  )
}

interface ServerFieldsProps {
  readonly form: ServerForm
  readonly problems: Partial<Record<keyof ServerForm, string>>
  readonly onChange: (patch: Partial<ServerForm>) => void
}

function ServerFields(props: ServerFieldsProps) {
  return (
    <>
      <Field label="Name" hint="Short; tools are called by it." error={props.problems.id}>
        <TextInput mono value={props.form.id} onValue={(id) => props.onChange({ id })} placeholder="files" />
      </Field>
      <Segmented
        label="What it is"
        value={props.form.kind}
        options={[
          { value: 'stdio', label: 'A program' },
          { value: 'http', label: 'An address' },
        ]}
        onValue={(kind) => props.onChange({ kind })}
      />
      <Show
        when={props.form.kind === 'stdio'}
        fallback={
          <Field label="Address" hint="It speaks streamable HTTP." error={props.problems.url}>
            <TextInput mono value={props.form.url} onValue={(url) => props.onChange({ url })} placeholder="https://example.org/mcp" />
          </Field>
        }
      >
        <Field label="Program and arguments" hint="One on each line. It runs with your rights." error={props.problems.command}>
          <TextArea
            mono
            rows={4}
            value={props.form.command}
            onValue={(command) => props.onChange({ command })}
            placeholder={'npx\n-y\n@modelcontextprotocol/server-filesystem\n/home/me/notes'}
          />
        </Field>
      </Show>
      <Field
        label="Credentials"
        optional
        hint="Names from the vault, one on each line. Lent while it runs: as variables of a program, as headers of an address."
      >
        <TextArea mono rows={2} value={props.form.credentials} onValue={(credentials) => props.onChange({ credentials })} />
      </Field>
    </>
  )
}
