/** which service → its form → added, and checked at once where it can be */
import { createEffect, createMemo, createSignal, on } from 'solid-js'
import type { ConnectorRow, CredentialRow } from '#contract'
import { engine } from '../../../link/mod.ts'
import { createAttempt, toast } from '../../../parts/mod.ts'
import { credentials } from '../../../state/mod.ts'
import { askedOf, type CredentialForm, freshForm, problemsOf } from './form.ts'

export interface AddDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly onAdded: (row: CredentialRow) => void
}

export function createAdding(props: AddDialogProps) {
  const [connector, setConnector] = createSignal<ConnectorRow>()
  const [form, setForm] = createSignal<CredentialForm>()
  const [tried, setTried] = createSignal(false)
  const { busy, failure, run, fail } = createAttempt()
  const taken = () => (credentials.value() ?? []).map(({ name }) => name)
  const forget = () => {
    setConnector(undefined)
    setForm(undefined)
    setTried(false)
    fail(undefined)
  }
  createEffect(on(() => props.open, forget))
  const pick = (one: ConnectorRow) => {
    setConnector(one)
    setForm(freshForm(one, taken()))
    setTried(false)
  }
  const problems = createMemo(() => {
    const [one, filled] = [connector(), form()]
    return tried() && one && filled ? problemsOf(filled, one, taken()) : {}
  })
  const add = async () => {
    const [one, filled] = [connector(), form()]
    if (!one || !filled) return
    setTried(true)
    if (Object.keys(problems()).length > 0) return
    await run(async () => {
      const { row } = await engine.credential.add({ connector: one.id, ...askedOf(filled, one) })
      toast.ok(`${row.label || row.name} is sealed in the vault`)
      props.onOpenChange(false)
      props.onAdded(row)
      // Its health is shown where it stands; a check that cannot be made is no failure of the adding.
      if (one.check && !one.oauth) void engine.credential.check({ id: row.id }).catch(() => undefined)
    })
  }
  return {
    connector,
    form,
    pick,
    /** Back to the choice of a service. */
    forget,
    change: (patch: Partial<CredentialForm>) => setForm((before) => before && { ...before, ...patch }),
    problems,
    add,
    busy,
    failure,
  }
}
