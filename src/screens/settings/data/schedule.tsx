import { createSignal, Show } from 'solid-js'
import type { Settings } from '#contract'
import { clockTime } from '../../../look/format.ts'
import { Button, Field, NumberInput, toast, tryOrToast } from '../../../parts/mod.ts'
import { changeSettings, store } from '../../../state/mod.ts'
import { Row } from '../row.tsx'

/** How often, and how many stay. */
export function Schedule(props: { readonly settings: Settings }) {
  const [hours, setHours] = createSignal<number | null>(null)
  const [kept, setKept] = createSignal<number | null>(null)
  const wanted = () => ({ backupHours: hours() ?? props.settings.backupHours, backupsKept: kept() ?? props.settings.backupsKept })
  const changed = () => wanted().backupHours !== props.settings.backupHours || wanted().backupsKept !== props.settings.backupsKept
  const save = () =>
    void tryOrToast('The schedule was not changed', async () => {
      await changeSettings(wanted())
      store.again()
      toast.ok('The schedule was changed')
    })
  return (
    <>
      <Row label="Every" hint={nextWords(store.value()?.nextBackupAt)}>
        <Field label="Hours between two backups" hideLabel class="w-36">
          <NumberInput unit="hours" min={0} max={8760} step={1} value={wanted().backupHours} onValue={setHours} />
        </Field>
      </Row>
      <Row label="Keep" hint="Of those on schedule; older ones make room.">
        <Field label="Backups on schedule that are kept" hideLabel class="w-36">
          <NumberInput unit="backups" min={1} max={365} step={1} value={wanted().backupsKept} onValue={setKept} />
        </Field>
      </Row>
      <Show when={changed()}>
        <div class="mt-3 flex justify-end">
          <Button variant="primary" onClick={save}>
            Save
          </Button>
        </div>
      </Show>
    </>
  )
}

function nextWords(at: number | null | undefined): string {
  if (at === undefined) return '0: only on request.'
  return at === null ? 'Only on request.' : `The next one is due ${clockTime(at)}. 0: only on request.`
}
