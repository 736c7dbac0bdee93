/**
 * The document being edited: the form, what it would save, whether that differs, and the way to save it.
 *
 *   clean ⇄ dirty → saving → clean        saved as a new revision
 *                   saving → dirty        refused; the fields say why
 *                   saving → conflicted   somebody saved meanwhile: keep mine | take theirs | go on editing
 */
import { type Accessor, batch, createMemo, createSignal } from 'solid-js'
import { createStore, reconcile, type SetStoreFunction } from 'solid-js/store'
import type { PersonaDoc, PersonaRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { type Failure, failureOf } from '../../parts/mod.ts'
import { type PersonaForm, type Problems, sameDoc, toDoc, toForm } from './form.ts'
import { refusedFields } from './refusals.ts'

export interface Draft {
  readonly form: PersonaForm
  readonly set: SetStoreFunction<PersonaForm>
  readonly doc: Accessor<PersonaDoc>
  /** The stored persona that this began from; null for a new one. */
  readonly base: Accessor<PersonaRow | null>
  readonly dirty: Accessor<boolean>
  readonly saving: Accessor<boolean>
  readonly failure: Accessor<Failure | undefined>
  /** What is wrong with a field, in words; shown once the person has been there or tried to save. */
  problem(path: string): string | undefined
  readonly problems: Accessor<Problems>
  /** Somebody else's newer revision, waiting for a decision. */
  readonly conflict: Accessor<PersonaRow | null>
  /** What came of the last save, for who cannot see it. */
  readonly said: Accessor<string>
  /** Answers whether it was saved. */
  /** What the person wrote for the list of revisions; the next save takes it, however it is asked for. */
  readonly message: Accessor<string>
  setMessage(message: string): void
  save(): Promise<boolean>
  discard(): void
  keepMine(): Promise<boolean>
  takeTheirs(): void
  goOnEditing(): void
  /** The persona was changed from outside while nothing is unsaved here. */
  follow(row: PersonaRow): void
}

interface DraftOptions {
  readonly start: PersonaDoc
  readonly row: PersonaRow | null
  readonly onCreated: (row: PersonaRow) => void
}

export function createDraft(options: DraftOptions): Draft {
  const [form, set] = createStore<PersonaForm>(toForm(options.start))
  const [base, setBase] = createSignal<PersonaRow | null>(options.row)
  const [start, setStart] = createSignal(options.start)
  const [saving, setSaving] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const [refused, setRefused] = createSignal<{ readonly problems: Problems; readonly of: PersonaDoc }>()
  const [tried, setTried] = createSignal(false)
  const [conflict, setConflict] = createSignal<PersonaRow | null>(null)
  const [said, setSaid] = createSignal('')

  const read = createMemo(() => toDoc(form))
  const doc = createMemo(() => read().doc, undefined, { equals: sameDoc })
  const dirty = createMemo(
    () => !sameDoc(doc(), start()) || Object.keys(read().problems).some((path) => path !== 'name' || form.name !== start().name),
  )
  const problems = createMemo<Problems>(() => {
    const said = refused()
    return { ...(said && sameDoc(said.of, doc()) ? said.problems : {}), ...read().problems }
  })

  const stand = (row: PersonaRow) =>
    batch(() => {
      setBase(row)
      setStart(row.doc)
      set(reconcile(toForm(row.doc), { key: null }))
      setTried(false)
      setRefused(undefined)
      setFailure(undefined)
      setConflict(null)
    })
  const refuse = async (thrown: unknown, asked: PersonaDoc) => {
    const row = base()
    if ((thrown as { code?: unknown } | null)?.code === 'CONFLICT' && row) {
      setConflict(await engine.persona.get({ id: row.id }))
      return
    }
    setRefused({ problems: refusedFields(thrown), of: asked })
    setFailure(failureOf(thrown))
  }
  const [message, setMessage] = createSignal('')
  const saveFrom = async (baseRevision: number | undefined, unsaid = ''): Promise<boolean> => {
    const asked = doc()
    setTried(true)
    setFailure(undefined)
    if (Object.keys(read().problems).length > 0) return false
    setSaving(true)
    try {
      const row = base()
      if (row === null || baseRevision === undefined) {
        const created = await engine.persona.create({ doc: asked, message: message() || unsaid })
        setMessage('')
        stand(created)
        options.onCreated(created)
        return true
      }
      const { saved, persona } = await engine.persona.save({ id: row.id, doc: asked, baseRevision, message: message() || unsaid })
      setMessage('')
      // What was typed while it was being saved stays, and is unsaved.
      if (sameDoc(doc(), asked)) stand(persona)
      else {
        setBase(persona)
        setStart(persona.doc)
      }
      setSaid(saved ? `Saved as revision ${persona.revision}.` : 'Nothing differs from the last revision.')
      return true
    } catch (thrown) {
      await refuse(thrown, asked).catch((again: unknown) => setFailure(failureOf(again)))
      return false
    } finally {
      setSaving(false)
    }
  }
  return {
    said,
    form,
    set,
    doc,
    base,
    dirty,
    saving,
    failure,
    problems,
    // A name that is still to be written is no mistake before the first try to save.
    problem: (path) => (path === 'name' && !tried() ? undefined : problems()[path]),
    conflict,
    message,
    setMessage,
    save: () => (saving() ? Promise.resolve(false) : saveFrom(base()?.revision)),
    discard: () =>
      batch(() => {
        set(reconcile(toForm(start()), { key: null }))
        setTried(false)
        setRefused(undefined)
        setFailure(undefined)
      }),
    keepMine: () => {
      const theirs = conflict()
      if (!theirs) return Promise.resolve(false)
      setBase(theirs)
      setConflict(null)
      return saveFrom(theirs.revision, `Kept over revision ${theirs.revision}`)
    },
    takeTheirs: () => {
      const theirs = conflict()
      if (theirs) stand(theirs)
    },
    goOnEditing: () => setConflict(null),
    follow: (row) => {
      if (!dirty() && !saving() && row.revision !== base()?.revision) stand(row)
    },
  }
}
