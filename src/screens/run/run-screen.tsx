import { useNavigate, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import { Button, ErrorNote, Loading, Page } from '../../parts/mod.ts'
import { createDetail } from './run-detail.ts'
import { Standing } from './standing.tsx'

/** `/runs/:id` */
export function RunScreen() {
  const params = useParams<{ id: string }>()
  return (
    <Show when={params.id} keyed>
      {(id) => <OneRun id={id} />}
    </Show>
  )
}

function OneRun(props: { readonly id: string }) {
  const stored = createDetail(props.id)
  const navigate = useNavigate()
  return (
    <Show
      when={stored.detail()}
      fallback={
        <Page title="Run">
          <Show when={stored.failure()} fallback={<Loading what="the run" onRetry={stored.read} />}>
            {(failure) => (
              <div class="flex flex-col items-start gap-3">
                <ErrorNote
                  class="w-full"
                  title="This run could not be read."
                  failure={failure()}
                  onRetry={failure().canRetry ? stored.read : undefined}
                />
                <Button onClick={() => navigate('/runs')}>All runs</Button>
              </div>
            )}
          </Show>
        </Page>
      }
    >
      {(detail) => <Standing detail={detail()} soon={stored.soon} onStarted={(run) => navigate(`/runs/${run.id}`)} />}
    </Show>
  )
}
