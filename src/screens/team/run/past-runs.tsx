import { createResource, For, onCleanup } from 'solid-js'
import { engine } from '../../../link/mod.ts'
import { Button, StateBadge, TimeAgo } from '../../../parts/mod.ts'
import { onChange } from '../../../state/mod.ts'

/** The newest runs of a team; each can be laid over the canvas. */
export function PastRuns(props: { readonly teamId: string; readonly onRun: (id: string) => void }) {
  const [runs, { refetch }] = createResource(async () => (await engine.run.list({ filter: { personaId: props.teamId }, limit: 20 })).rows)
  let soon: ReturnType<typeof setTimeout> | undefined
  onCleanup(
    onChange('run', () => {
      clearTimeout(soon)
      soon = setTimeout(() => void refetch(), 500)
    }),
  )
  onCleanup(() => clearTimeout(soon))
  return (
    <section>
      <h2 class="mb-1.5 text-sm font-medium">Runs</h2>
      <ul class="flex flex-col gap-1" aria-label="Runs">
        <For each={runs.latest ?? []} fallback={<li class="text-muted">It has not run yet.</li>}>
          {(run) => (
            <li class="flex items-center gap-2">
              <StateBadge state={run.state} bare />
              <span class="min-w-0 flex-1 text-muted">
                <TimeAgo at={run.queuedAt} />
              </span>
              <Button size="sm" onClick={() => props.onRun(run.id)}>
                Show<span class="sr-only"> this run</span>
              </Button>
            </li>
          )}
        </For>
      </ul>
    </section>
  )
}
