import { createEffect, createResource, For, on, Show } from 'solid-js'
import type { RestorePlan, StoreFile } from '#contract'
import { TABLE_NOUNS } from '#contract/plain'
import { engine } from '../../../link/mod.ts'
import { bytes, clockTime, count } from '../../../look/format.ts'
import { Button, createAttempt, Dialog, ErrorNote, failureOf, Loading, toast } from '../../../parts/mod.ts'

/** What would be gone is shown first; only then can it be restored. */
export function RestoreDialog(props: { readonly file: StoreFile | undefined; readonly onClose: () => void }) {
  const { busy, failure, run, fail } = createAttempt()
  const [plan] = createResource(
    () => props.file?.name,
    async (name) => {
      try {
        return await engine.store.planRestore({ name })
      } catch (thrown) {
        fail(failureOf(thrown))
        return undefined
      }
    },
  )
  createEffect(
    on(
      () => props.file,
      () => fail(undefined),
    ),
  )
  const shown = () => (plan.loading ? undefined : plan.latest)
  const leave = () => {
    if (plan.loading) void engine.store.cancel({}).catch(() => undefined)
    props.onClose()
  }
  const restore = async () => {
    const planned = shown()
    if (!planned) return
    await run(async () => {
      await engine.store.restore({ name: planned.name, digest: planned.digest })
      toast.ok('It is being restored: the engine restarts, and this window finds it again by itself')
      props.onClose()
    })
  }
  return (
    <Dialog
      open={props.file !== undefined}
      onOpenChange={(open) => !open && leave()}
      title="Restore the database?"
      description={<span class="break-all">{props.file?.name}</span>}
      footer={
        <>
          <Button onClick={leave}>Keep it as it is</Button>
          <Button variant="danger" busy={busy()} disabled={!shown()} onClick={() => void restore()}>
            Restore and restart
          </Button>
        </>
      }
    >
      <Show
        when={shown()}
        fallback={
          <Show when={!failure()}>
            <Loading what="what it would change" />
          </Show>
        }
      >
        {(planned) => <Plan plan={planned()} />}
      </Show>
      <Show when={failure()}>{(why) => <ErrorNote failure={why()} class="mt-3" />}</Show>
    </Dialog>
  )
}

function Plan(props: { readonly plan: RestorePlan }) {
  return (
    <>
      <p>
        Made {clockTime(props.plan.madeAt)}, {bytes(props.plan.bytes)}. What is there now is backed up first, so this can be taken back.
      </p>
      <Show when={props.plan.tables.length > 0} fallback={<p class="mt-3 text-muted">Nothing differs from what is there now.</p>}>
        <table class="mt-3 w-full text-left tabular-nums">
          <thead class="text-sm text-muted">
            <tr>
              <th class="py-1 font-normal">What</th>
              <th class="py-1 text-right font-normal">Now</th>
              <th class="py-1 text-right font-normal">Then</th>
              <th class="py-1 text-right font-normal">Gone</th>
              <th class="py-1 text-right font-normal">Back</th>
              <th class="py-1 text-right font-normal">As then</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.plan.tables}>
              {(row) => (
                <tr class="border-t border-line">
                  <td class="py-1 pr-2">{TABLE_NOUNS[row.table] ?? row.table}</td>
                  <td class="py-1 text-right">{count(row.rows)}</td>
                  <td class="py-1 text-right">{count(row.rowsThen)}</td>
                  <td class={`py-1 text-right ${row.lost > 0 ? 'font-medium text-bad-ink' : 'text-muted'}`}>{count(row.lost)}</td>
                  <td class="py-1 text-right">{count(row.back)}</td>
                  <td class="py-1 text-right">{count(row.changed)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
      <ul class="mt-3 list-disc pl-5 text-muted">
        <For each={props.plan.notes}>{(note) => <li>{note}</li>}</For>
      </ul>
    </>
  )
}
