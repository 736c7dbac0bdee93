/** The run dialog over any screen, for the command "Run …". */
import { useNavigate } from '@solidjs/router'
import { Show } from 'solid-js'
import { askRun, runAsked } from '../shell/mod.ts'
import { personaById } from '../state/mod.ts'
import { RunDialog } from './run/mod.tsx'

export function AskRun() {
  const go = useNavigate()
  const card = () => {
    const id = runAsked()
    return id === undefined ? undefined : personaById(id)
  }
  return (
    <Show when={card()} keyed>
      {(persona) => (
        <RunDialog
          open
          onOpenChange={(open) => !open && askRun(undefined)}
          of={{
            personaId: persona.id,
            name: persona.name,
            inputHint: persona.inputHint,
            parameters: persona.parameters,
            bodyKind: persona.bodyKind,
          }}
          onStarted={(run) => go(`/runs/${run.id}`)}
        />
      )}
    </Show>
  )
}
