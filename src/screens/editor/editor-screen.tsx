import { Navigate, useNavigate, useParams, useSearchParams } from '@solidjs/router'
import SearchX from 'lucide-solid/icons/search-x'
import { createEffect, createMemo, createResource, createSignal, on, onCleanup, Show } from 'solid-js'
import type { PersonaDoc, PersonaRow } from '#contract'
import { BODY_KINDS, type BodyKind } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, EmptyState, ErrorNote, type Failure, failureOf, Loading, Page } from '../../parts/mod.ts'
import { onChange, personas, templates } from '../../state/mod.ts'
import { TemplateGallery } from '../personas/mod.tsx'
import { blankDoc } from './blank.ts'
import { Editor } from './editor.tsx'

/** `/personas/:id`, and `/personas/new` with `?template=<id>`, `?body=model|command|agent` or `?draft=<run>` (what that run tried); without any, what to begin with. */
export function EditorScreen() {
  const params = useParams<{ id: string }>()
  return (
    <Show when={params.id} keyed>
      {(id) => (id === 'new' ? <NewPersona /> : <StoredPersona id={id} />)}
    </Show>
  )
}

function NewPersona() {
  const [query] = useSearchParams<{ template?: string; body?: string; draft?: string }>()
  const asked = createMemo((): Beginning | undefined => {
    if (query.template) return { from: 'template', id: query.template }
    if (query.draft) return { from: 'run', id: query.draft }
    const body = BODY_KINDS.find((kind) => kind === query.body)
    return body ? { from: 'blank', body } : undefined
  })
  return (
    <Show when={asked()} keyed fallback={<Gallery />}>
      {(wanted) => {
        switch (wanted.from) {
          case 'blank':
            return <FreshEditor start={blankDoc(wanted.body)} />
          case 'template':
            return <FromTemplate id={wanted.id} />
          case 'run':
            return <FromRun id={wanted.id} />
        }
      }}
    </Show>
  )
}

/** What a new persona begins with. */
type Beginning = { readonly from: 'blank'; readonly body: BodyKind } | { readonly from: 'template' | 'run'; readonly id: string }

function Gallery() {
  return (
    <Page title="New persona" subtitle="Begin from scratch, or from something that works. Nothing is saved before you save it.">
      <TemplateGallery />
    </Page>
  )
}

function FromTemplate(props: { readonly id: string }) {
  const template = createMemo(() => templates.value()?.find((row) => row.id === props.id))
  return (
    <Show
      when={template()}
      keyed
      fallback={
        <Page title="New persona">
          <Show when={templates.value()} fallback={<Loading what="the template" onRetry={templates.again} />}>
            <EmptyState icon={SearchX} title="There is no such template">
              <p>It may be of another version of Troupe. Choose one of those that are here.</p>
            </EmptyState>
            <TemplateGallery />
          </Show>
        </Page>
      }
    >
      {(row) => <FreshEditor start={structuredClone(plain(row.doc))} firstRun={row.firstRun} />}
    </Show>
  )
}

/** The document that a run tried, and what the run was given. */
function FromRun(props: { readonly id: string }) {
  const [detail, { refetch }] = createResource(
    () => props.id,
    (id) => engine.run.get({ id }),
  )
  return (
    <Show
      when={detail.error === undefined && detail()}
      keyed
      fallback={
        <Page title="New persona">
          <Show when={detail.error !== undefined} fallback={<Loading what="the run" onRetry={() => void refetch()} />}>
            <ErrorNote title="That run could not be read." failure={failureOf(detail.error)} onRetry={() => void refetch()} />
          </Show>
        </Page>
      }
    >
      {({ doc, input, params }) => {
        const { body } = doc
        return body.kind === 'team' ? (
          <Navigate href={`/teams/${body.teamId}`} />
        ) : (
          <FreshEditor start={plain({ ...doc, body })} firstRun={{ input, params }} />
        )
      }}
    </Show>
  )
}

/** What the store holds is a proxy; a clone of what it stands for can be edited. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function FreshEditor(props: {
  readonly start: PersonaDoc
  readonly firstRun?: { readonly input: string; readonly params: Readonly<Record<string, string>> }
}) {
  const navigate = useNavigate()
  return (
    <Editor
      start={props.start}
      row={null}
      firstRun={props.firstRun}
      onCreated={(row) => {
        personas.again()
        // After the form has become clean, so that the guard lets it pass.
        queueMicrotask(() => navigate(`/personas/${row.id}`, { replace: true }))
      }}
    />
  )
}

function StoredPersona(props: { readonly id: string }) {
  const [row, setRow] = createSignal<PersonaRow>()
  const [failure, setFailure] = createSignal<Failure>()
  const read = async () => {
    try {
      setRow(await engine.persona.get({ id: props.id }))
      setFailure(undefined)
    } catch (thrown) {
      setFailure(failureOf(thrown))
    }
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(
    onChange('persona', (change) => {
      if (change.id !== props.id && change.topic !== 'reset') return
      clearTimeout(timer)
      timer = setTimeout(() => void read(), 100)
    }),
  )
  onCleanup(() => clearTimeout(timer))
  createEffect(
    on(
      () => props.id,
      () => void read(),
    ),
  )
  const there = createMemo(() => row() !== undefined)
  return (
    <Show
      when={there()}
      fallback={
        <Page title="Persona">
          <Show when={failure()} fallback={<Loading what="the persona" onRetry={() => void read()} />}>
            {(shown) => <NotThere failure={shown()} again={() => void read()} />}
          </Show>
        </Page>
      }
    >
      {(_there) => (
        <Editor
          start={(row() as PersonaRow).doc}
          row={row() as PersonaRow}
          latest={row}
          gone={failure()?.code === 'NOT_FOUND'}
          onCreated={() => undefined}
        />
      )}
    </Show>
  )
}

function NotThere(props: { readonly failure: Failure; readonly again: () => void }) {
  const navigate = useNavigate()
  return (
    <div class="flex flex-col items-start gap-3">
      <ErrorNote
        title="This persona could not be read."
        failure={props.failure}
        onRetry={props.failure.canRetry ? props.again : undefined}
        class="w-full"
      />
      <Button onClick={() => navigate('/personas')}>All personas</Button>
    </div>
  )
}
