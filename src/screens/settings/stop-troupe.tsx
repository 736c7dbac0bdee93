import { useSearchParams } from '@solidjs/router'
import { Show } from 'solid-js'
import type { EngineStatus } from '#contract'
import { engine } from '../../link/mod.ts'
import { counted } from '../../look/format.ts'
import { Button, ConfirmDialog, Said, toast } from '../../parts/mod.ts'
import { Row } from './row.tsx'

/** Ends the engine, after a question; `?stop` in the address asks it, so that a command can. */
export function StopTroupe(props: { readonly runs: EngineStatus['runs'] }) {
  const [query, setQuery] = useSearchParams<{ stop?: string }>()
  const asked = () => query.stop !== undefined
  const ask = (open: boolean) => setQuery({ stop: open ? 'ask' : undefined })
  const stop = async () => {
    await engine.engine.stop({})
    toast.ok('Troupe is stopping')
  }
  return (
    <Row label="Stop Troupe" hint="Ends the engine in order. Nothing runs and nothing is due until it is started again.">
      <Button onClick={() => ask(true)}>Stop …</Button>
      <ConfirmDialog open={asked()} onOpenChange={ask} title="Stop Troupe?" confirm="Stop Troupe" danger onConfirm={stop}>
        <p>
          <Show when={props.runs.running > 0} fallback="Nothing runs now.">
            {counted(props.runs.running, 'run that is under way is', 'runs that are under way are')} ended as incomplete, with every program
            they started.
          </Show>{' '}
          <Show when={props.runs.queued > 0}>
            {counted(props.runs.queued, 'run that waits goes', 'runs that wait go')} on waiting for the next start.{' '}
          </Show>
          <Said text="`npm start` or any `troupe` command starts it again." />
        </p>
      </ConfirmDialog>
    </Row>
  )
}
