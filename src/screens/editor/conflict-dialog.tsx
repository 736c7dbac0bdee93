import { Show } from 'solid-js'
import { Button, Dialog } from '../../parts/mod.ts'
import { WholeDiff } from './changes.tsx'
import type { Draft } from './draft.ts'

/** Somebody saved meanwhile: both are shown, and the person chooses. Nothing is lost: their revision stays whatever is chosen. */
export function ConflictDialog(props: { readonly draft: Draft }) {
  const theirs = () => props.draft.conflict()
  return (
    <Dialog
      open={theirs() !== null}
      onOpenChange={(open) => !open && props.draft.goOnEditing()}
      size="lg"
      title="Somebody saved it meanwhile"
      description={`You began from revision ${props.draft.base()?.revision ?? ''}; now there is revision ${theirs()?.revision ?? ''}.`}
      footer={
        <>
          <Button onClick={() => props.draft.goOnEditing()}>Go on editing</Button>
          <Button onClick={() => props.draft.takeTheirs()}>Take theirs, drop mine</Button>
          <Button variant="primary" busy={props.draft.saving()} onClick={() => void props.draft.keepMine()}>
            Save mine as the newest
          </Button>
        </>
      }
    >
      <Show when={theirs()}>
        {(row) => (
          <WholeDiff from={row().doc} to={props.draft.doc()} fromLabel={`Theirs: revision ${row().revision}`} toLabel="Yours, unsaved" />
        )}
      </Show>
      <p class="mt-3 text-muted">Whatever you choose, revision {theirs()?.revision} stays among the revisions and can be restored.</p>
    </Dialog>
  )
}
