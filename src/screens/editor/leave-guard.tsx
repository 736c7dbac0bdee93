import { type BeforeLeaveEventArgs, useBeforeLeave } from '@solidjs/router'
import { createEffect, createSignal, onCleanup } from 'solid-js'
import { Button, Dialog } from '../../parts/mod.ts'
import type { Draft } from './draft.ts'

/** Unsaved changes are not lost by a click elsewhere, nor by closing the window. */
export function LeaveGuard(props: { readonly draft: Draft }) {
  const [leaving, setLeaving] = createSignal<BeforeLeaveEventArgs>()
  useBeforeLeave((event) => {
    const to = typeof event.to === 'string' ? event.to.split(/[?#]/)[0] : undefined
    if (event.defaultPrevented || !props.draft.dirty() || to === event.from.pathname) return
    event.preventDefault()
    setLeaving(event)
  })
  createEffect(() => {
    if (!props.draft.dirty()) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    onCleanup(() => removeEventListener('beforeunload', ask))
  })
  const go = () => {
    const event = leaving()
    setLeaving(undefined)
    event?.retry(true)
  }
  return (
    <Dialog
      open={leaving() !== undefined}
      onOpenChange={(open) => !open && setLeaving(undefined)}
      size="sm"
      title="Leave without saving?"
      footer={
        <>
          <Button onClick={() => setLeaving(undefined)}>Stay here</Button>
          <Button variant="danger" onClick={go}>
            Drop the changes
          </Button>
          <Button
            variant="primary"
            busy={props.draft.saving()}
            onClick={async () => {
              // A save that is refused leaves the person where the fields say why.
              if (await props.draft.save()) go()
              else setLeaving(undefined)
            }}
          >
            Save and leave
          </Button>
        </>
      }
    >
      <p>{props.draft.form.name || 'This persona'} has changes that are not saved.</p>
    </Dialog>
  )
}
