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
  /** What the person wrote for the list of revisions; the next save takes it, however it is asked for. */
  readonly message: Accessor<string>
  setMessage(message: string): void
  /** Answers whether it was saved. While a save is under way: what was written meanwhile is saved after it. */
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
  const standing = createStanding(options)
  const { doc, base, stand } = standing
  const [saving, setSaving] = createSignal(false)
  const [said, setSaid] = createSignal('')
  const [message, setMessage] = createSignal('')

  const refuse = async (thrown: unknown, asked: PersonaDoc) => {
    const theirs = await conflictOf(thrown, base())
    if (theirs) standing.setConflict(theirs)
    else {
      standing.setRefused({ problems: refusedFields(thrown), of: asked })
      standing.setFailure(failureOf(thrown))
    }
  }
  /** Created, and not yet shown under its own address, since something was written meanwhile. */
  let unshown = false
  const saveOnce = async (baseRevision: number | undefined, unsaid: string): Promise<boolean> => {
    const asked = doc()
    if (!standing.trySave()) return false
    setSaving(true)
    try {
      const row = base()
      const words = message()
      const stored = await store(row, asked, baseRevision, words || unsaid)
      if (message() === words) setMessage('')
      // What was typed while it was being saved stays, and is unsaved.
      const clean = sameDoc(doc(), asked)
      if (clean) stand(stored.persona)
      else standing.standBehind(stored.persona)
      setSaid(stored.saved ? `Saved as revision ${stored.persona.revision}.` : 'Nothing differs from the last revision.')
      unshown ||= row === null
      if (unshown && clean) {
        unshown = false
        options.onCreated(stored.persona)
      }
      return true
    } catch (thrown) {
      await refuse(thrown, asked).catch((again: unknown) => standing.setFailure(failureOf(again)))
      return false
    } finally {
      setSaving(false)
    }
  }
  const { saveFrom, save } = inTurn(saveOnce, {
    saving,
    revision: () => base()?.revision,
    waits: () => standing.conflict() !== null,
    dirty: standing.dirty,
  })
  return {
    ...standing,
    saving,
    said,
    message,
    setMessage,
    save,
    keepMine: () => {
      const theirs = standing.conflict()
      if (!theirs) return Promise.resolve(false)
      standing.setBase(theirs)
      standing.setConflict(null)
      return saveFrom(theirs.revision, `Kept over revision ${theirs.revision}`)
    },
    takeTheirs: () => {
      const theirs = standing.conflict()
      if (theirs) stand(theirs)
    },
    goOnEditing: () => standing.setConflict(null),
    follow: (row) => {
      if (!standing.dirty() && !saving() && row.revision !== base()?.revision) stand(row)
    },
  }
}

interface Turn {
  readonly saving: Accessor<boolean>
  readonly revision: () => number | undefined
  /** For the person's answer to a conflict. */
  readonly waits: () => boolean
  readonly dirty: Accessor<boolean>
}

/** One save at a time. All that are asked for while one is under way are one more after it, if there is something to save by then. */
function inTurn(saveOnce: (baseRevision: number | undefined, unsaid: string) => Promise<boolean>, turn: Turn) {
  let underWay: Promise<boolean> | undefined
  let after: Promise<boolean> | undefined
  const saveFrom = (baseRevision: number | undefined, unsaid = ''): Promise<boolean> => {
    underWay = saveOnce(baseRevision, unsaid)
    return underWay
  }
  const saveAfter = async (): Promise<boolean> => {
    const saved = await underWay
    after = undefined
    if (turn.waits()) return false
    return turn.dirty() ? saveFrom(turn.revision()) : saved === true
  }
  const save = (): Promise<boolean> => {
    if (!turn.saving()) return saveFrom(turn.revision())
    after ??= saveAfter()
    return after
  }
  return { saveFrom, save }
}

/** Creates it, or saves it as the revision after `baseRevision`. */
async function store(row: PersonaRow | null, doc: PersonaDoc, baseRevision: number | undefined, message: string) {
  if (row === null || baseRevision === undefined) return { saved: true, persona: await engine.persona.create({ doc, message }) }
  return engine.persona.save({ id: row.id, doc, baseRevision, message })
}

/** The revision that somebody else saved meanwhile; null when it was refused for another reason. */
async function conflictOf(thrown: unknown, row: PersonaRow | null): Promise<PersonaRow | null> {
  return row && (thrown as { code?: unknown } | null)?.code === 'CONFLICT' ? engine.persona.get({ id: row.id }) : null
}

/** The form, what it began from, what is read from it, and what is wrong with that. */
function createStanding(options: DraftOptions) {
  const [form, set] = createStore<PersonaForm>(toForm(options.start))
  const [base, setBase] = createSignal<PersonaRow | null>(options.row)
  const [start, setStart] = createSignal(options.start)
  const [tried, setTried] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const [conflict, setConflict] = createSignal<PersonaRow | null>(null)
  const [refused, setRefused] = createSignal<{ readonly problems: Problems; readonly of: PersonaDoc }>()
  const read = createMemo(() => toDoc(form))
  const doc = createMemo(() => read().doc, undefined, { equals: sameDoc })
  const problems = createMemo<Problems>(() => {
    const said = refused()
    return { ...(said && sameDoc(said.of, doc()) ? said.problems : {}), ...read().problems }
  })
  const dirty = createMemo(
    () => !sameDoc(doc(), start()) || Object.keys(read().problems).some((path) => path !== 'name' || form.name !== start().name),
  )
  const discard = () =>
    batch(() => {
      set(reconcile(toForm(start()), { key: null }))
      setTried(false)
      setRefused(undefined)
      setFailure(undefined)
    })
  /** What is stored has moved on; the form stays as it is. */
  const standBehind = (row: PersonaRow) => {
    setBase(row)
    setStart(row.doc)
  }
  const stand = (row: PersonaRow) =>
    batch(() => {
      standBehind(row)
      setConflict(null)
      discard()
    })
  return {
    form,
    set,
    doc,
    base,
    setBase,
    dirty,
    discard,
    stand,
    standBehind,
    failure,
    setFailure,
    conflict,
    setConflict,
    setRefused,
    problems,
    // A name that is still to be written is no mistake before the first try to save.
    problem: (path: string) => (path === 'name' && !tried() ? undefined : problems()[path]),
    /** Whether there is anything to send; from now on every problem is shown. */
    trySave: () => {
      setTried(true)
      setFailure(undefined)
      return Object.keys(read().problems).length === 0
    },
  }
}
