import { useNavigate } from '@solidjs/router'
import FileUp from 'lucide-solid/icons/file-up'
import { createEffect, createSignal, For, Match, on, Show, Switch } from 'solid-js'
import { counted } from '../../../look/format.ts'
import { Button, Dialog, ErrorNote, Field, TextArea } from '../../../parts/mod.ts'
import { askImport, importAsked } from '../../../shell/mod.ts'
import { Grants } from './grants.tsx'
import { createImporting, type FileReading, type Importing } from './importing.ts'
import { Report } from './report.tsx'

/** The import over any screen: what an n8n workflow becomes, before anything is made of it. */
export function ImportWorkflow() {
  const importing = createImporting()
  const navigate = useNavigate()
  createEffect(on(importAsked, (ask) => ask && (ask.files || ask.text !== undefined) && importing.take(ask)))
  const close = () => {
    importing.back()
    askImport(undefined)
  }
  const open = (id: string) => {
    close()
    navigate(`/teams/${id}`)
  }
  const title = () =>
    ({ choosing: 'Import an n8n workflow', reading: 'Reading …', planned: 'This would be made', made: 'Made' })[importing.stage().kind]
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && close()}
      size="lg"
      title={title()}
      footer={<Footer importing={importing} onClose={close} onOpen={open} />}
    >
      <Show when={importing.failure()}>{(shown) => <ErrorNote title="Nothing more was made" failure={shown()} class="mb-3" />}</Show>
      <Switch>
        <Match when={importing.stage().kind === 'choosing'}>
          <Choose importing={importing} />
        </Match>
        <Match when={reading(importing)}>
          {(now) => (
            <p role="status">
              {now().done + 1} of {counted(now().all, 'file')} …
            </p>
          )}
        </Match>
        <Match when={planned(importing)}>{(files) => <Planned files={files()} />}</Match>
        <Match when={made(importing)}>
          {(teams) => (
            <div class="flex flex-col gap-5">
              <For each={teams()}>
                {(one) => (
                  <section class="flex flex-col gap-2" aria-label={one.team.doc.name}>
                    <div class="flex items-center gap-2">
                      <h3 class="min-w-0 flex-1 truncate font-semibold">{one.team.doc.name}</h3>
                      <Button size="sm" onClick={() => open(one.team.id)}>
                        Open<span class="sr-only"> {one.team.doc.name}</span>
                      </Button>
                    </div>
                    <p class="text-muted">
                      It is not active: nothing but you starts it.
                      {one.import.personas.length > 0
                        ? ` Asleep until you wake them: ${one.import.personas.map(({ name }) => name).join(', ')}.`
                        : ''}
                    </p>
                    <Grants made={one} onTeam={importing.replace} />
                  </section>
                )}
              </For>
            </div>
          )}
        </Match>
      </Switch>
    </Dialog>
  )
}

const reading = ({ stage }: Importing) => {
  const now = stage()
  return now.kind === 'reading' ? now : undefined
}
const planned = ({ stage }: Importing) => {
  const now = stage()
  return now.kind === 'planned' ? now.files : undefined
}
const made = ({ stage }: Importing) => {
  const now = stage()
  return now.kind === 'made' ? now.teams : undefined
}
const teamsIn = (files: readonly FileReading[]) => files.reduce((sum, { reading: one }) => sum + (one.ok ? one.workflows.length : 0), 0)

function Footer(props: { readonly importing: Importing; readonly onClose: () => void; readonly onOpen: (id: string) => void }) {
  const { importing } = props
  return (
    <Switch>
      <Match when={made(importing)}>
        {(teams) => (
          <>
            <Button onClick={() => props.onClose()}>Done</Button>
            <Show when={teams().length === 1 && teams()[0]}>
              {(one) => (
                <Button variant="primary" onClick={() => props.onOpen(one().team.id)}>
                  Open the canvas
                </Button>
              )}
            </Show>
          </>
        )}
      </Match>
      <Match when={planned(importing)}>
        {(files) => (
          <>
            <Button onClick={importing.back}>Back</Button>
            <Button variant="primary" disabled={teamsIn(files()) === 0} busy={importing.busy()} onClick={() => void importing.make()}>
              Make {counted(teamsIn(files()), 'team')}
            </Button>
          </>
        )}
      </Match>
      <Match when={true}>
        <Button onClick={() => props.onClose()}>Not now</Button>
        <Button
          variant="primary"
          disabled={importing.text().trim() === ''}
          busy={importing.busy()}
          onClick={() => importing.take({ text: importing.text() })}
        >
          Show what it becomes
        </Button>
      </Match>
    </Switch>
  )
}

function Planned(props: { readonly files: readonly FileReading[] }) {
  return (
    <div class="flex flex-col gap-5">
      <For each={props.files}>
        {({ name, reading: one }) => (
          <Show
            when={one.ok && one.workflows}
            fallback={
              <div role="alert" class="rounded-md bg-bad-soft px-3 py-2">
                <p class="font-medium text-bad-ink">{name}</p>
                <p>{one.ok ? '' : one.message}</p>
                <p class="text-muted">{one.ok ? '' : one.hint}</p>
              </div>
            }
          >
            {(workflows) => <For each={workflows()}>{(workflow) => <Report name={workflow.team.name} report={workflow} />}</For>}
          </Show>
        )}
      </For>
    </div>
  )
}

function Choose(props: { readonly importing: Importing }) {
  const [over, setOver] = createSignal(false)
  let picker: HTMLInputElement | undefined
  const take = (files: FileList | null | undefined) => files && files.length > 0 && props.importing.take({ files: [...files] })
  return (
    <div class="flex flex-col gap-4">
      <button
        type="button"
        class="flex flex-col items-center gap-1 rounded-lg border border-dashed border-control-line px-4 py-6 text-center text-muted hover:bg-hover"
        classList={{ 'bg-accent-soft': over() }}
        onClick={() => picker?.click()}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          take(event.dataTransfer?.files)
        }}
      >
        <FileUp size={20} aria-hidden="true" />
        <span class="font-medium text-text">Choose files, or drop them here</span>
        <span class="text-sm">Workflows that n8n exported. Nothing is made before you have seen what each becomes.</span>
      </button>
      <input
        ref={picker}
        type="file"
        multiple
        class="sr-only"
        tabindex={-1}
        aria-label="Workflow files"
        accept=".json,.txt"
        onChange={(event) => {
          take(event.currentTarget.files)
          event.currentTarget.value = ''
        }}
      />
      <Field label="Or paste its text">
        <TextArea rows={8} mono spellcheck={false} value={props.importing.text()} onValue={props.importing.setText} />
      </Field>
    </div>
  )
}
