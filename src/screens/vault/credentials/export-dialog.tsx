import { createEffect, createSignal, on, Show } from 'solid-js'
import { engine } from '../../../link/mod.ts'
import { counted } from '../../../look/format.ts'
import { Button, createAttempt, Dialog, ErrorNote, toast } from '../../../parts/mod.ts'
import { credentials } from '../../../state/mod.ts'
import { saveFile } from '../../run/mod.tsx'
import { NewPassphrase } from '../new-passphrase.tsx'
import { passphraseProblem } from '../passphrase.ts'
import { withProof } from '../proof.tsx'

interface ExportDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** One sealed file: the only way out for all values at once. */
export function ExportDialog(props: ExportDialogProps) {
  const [passphrase, setPassphrase] = createSignal('')
  const [again, setAgain] = createSignal('')
  const [tried, setTried] = createSignal(false)
  const { busy, failure, run, fail } = createAttempt()
  createEffect(
    on(
      () => props.open,
      () => {
        setPassphrase('')
        setAgain('')
        setTried(false)
        fail(undefined)
      },
    ),
  )
  const problem = () => passphraseProblem(passphrase(), again())
  const make = async () => {
    setTried(true)
    if (problem() !== undefined) return
    await run(async () => {
      const file = await withProof('export credentials', (proof) => engine.credential.export({ passphrase: passphrase(), proof }))
      if (!file) return
      saveFile(file.fileName, file.text)
      toast.ok(`${counted(file.credentials, 'credential')} in ${file.fileName}`)
      props.onOpenChange(false)
    })
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Export credentials"
      description={`All ${counted(credentials.value()?.length ?? 0, 'credential')} in one file, sealed with a passphrase of its own.`}
      footer={
        <>
          <Button onClick={() => props.onOpenChange(false)}>Not now</Button>
          <Button variant="primary" busy={busy()} onClick={() => void make()}>
            Export
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <NewPassphrase
          label="Passphrase of the file"
          value={passphrase()}
          again={again()}
          onValue={setPassphrase}
          onAgain={setAgain}
          error={tried() ? problem() : undefined}
        />
      </form>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="Nothing was exported" class="mt-3" />}</Show>
    </Dialog>
  )
}
