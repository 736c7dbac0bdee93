/** A provider that is filled in, asked what it can do, and saved. What was found stands until the form is changed. */
import { createEffect, createMemo, createSignal, on } from 'solid-js'
import type { ProbeResult } from '#contract'
import type { ProviderKind } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { createAttempt, toast } from '../../parts/mod.ts'
import { docOf, freshForm, type ProviderForm, problemsOf } from './provider-kinds.ts'

export interface ProviderDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** Ids that are taken. */
  readonly taken: readonly string[]
  /** What it starts with, e.g. a server that was found; undefined: an empty form. */
  readonly start: ProviderForm | undefined
}

export function createAdding(props: ProviderDialogProps) {
  const [form, setForm] = createSignal(freshForm('anthropic', []))
  const [touched, setTouched] = createSignal(false)
  const [asked, setAsked] = createSignal<'probe' | 'save'>('probe')
  const [probe, setProbe] = createSignal<ProbeResult>()
  const attempt = createAttempt()
  const forget = () => {
    setProbe(undefined)
    attempt.fail(undefined)
  }
  const begin = (next: ProviderForm) => {
    setForm(next)
    forget()
  }
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        begin(props.start ?? freshForm('anthropic', props.taken))
        setTouched(false)
      },
    ),
  )
  const problems = createMemo(() => (touched() ? problemsOf(form(), props.taken) : {}))
  const work = async (what: 'probe' | 'save') => {
    setTouched(true)
    if (Object.keys(problems()).length > 0) return
    const model = form().model.trim()
    const one = { doc: docOf(form()), ...(model !== '' && { model }) }
    setAsked(what)
    await attempt.run(async () => {
      if (what === 'probe') {
        setProbe(await engine.provider.probe(one))
        return
      }
      await engine.provider.save(one)
      toast.ok(`${one.doc.label} was added`)
      props.onOpenChange(false)
    })
  }
  return {
    form,
    problems,
    probe,
    change: (patch: Partial<ProviderForm>) => begin({ ...form(), ...patch }),
    changeKind: (kind: ProviderKind) => begin(freshForm(kind, props.taken)),
    work,
    busy: () => (attempt.busy() ? asked() : undefined),
    failure: attempt.failure,
  }
}
