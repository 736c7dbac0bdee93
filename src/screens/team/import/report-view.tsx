import Download from 'lucide-solid/icons/download'
import { createResource, Show } from 'solid-js'
import { engine } from '../../../link/mod.ts'
import { Button } from '../../../parts/mod.ts'
import { Report } from './report.tsx'

/** The report that was kept with an imported team, and its file. */
export function ReportView(props: { readonly teamId: string }) {
  const [kept] = createResource(() => engine.team.report({ id: props.teamId }))
  const download = () => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(kept(), null, 2)], { type: 'application/json' }))
    const link = document.createElement('a')
    link.href = url
    link.download = 'import-report.json'
    link.click()
    setTimeout(() => URL.revokeObjectURL(url), 1000)
  }
  return (
    <Show when={kept()}>
      {(shown) => (
        <section class="flex flex-col gap-2">
          <div class="flex items-center gap-2">
            <h2 class="flex-1 text-sm font-medium">Import</h2>
            <Button size="sm" icon={Download} onClick={download}>
              Report as a file
            </Button>
          </div>
          <Report name="As it was imported" report={shown().report} />
        </section>
      )}
    </Show>
  )
}
