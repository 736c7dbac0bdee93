import { createSignal, For, Show } from 'solid-js'
import type { ImportedCredential, TeamRow } from '#contract'
import { engine } from '../../../link/mod.ts'
import { Badge, Button, createAttempt, ErrorNote, Select } from '../../../parts/mod.ts'
import { credentials } from '../../../state/mod.ts'
import { changed } from '../graph/edit.ts'
import type { MadeTeam } from './importing.ts'

/** Credentials that the nodes of a new team ask for, one by kind: chosen here, they are named in the nodes and granted to the team. */
export function Grants(props: { readonly made: MadeTeam; readonly onTeam: (row: TeamRow) => void }) {
  const needs = () => [...new Map(props.made.import.report.credentials.map((one) => [one.type, one])).values()]
  return (
    <Show when={needs().length > 0}>
      <ul class="flex flex-col gap-2" aria-label={`Credentials for ${props.made.team.doc.name}`}>
        <For each={needs()}>{(need) => <Need made={props.made} need={need} onTeam={props.onTeam} />}</For>
      </ul>
    </Show>
  )
}

function Need(props: { readonly made: MadeTeam; readonly need: ImportedCredential; readonly onTeam: (row: TeamRow) => void }) {
  const fitting = () => {
    const all = credentials.value() ?? []
    const own = all.filter(({ connector }) => connector === props.need.connector)
    return own.length > 0 ? own : all
  }
  const [chosen, setChosen] = createSignal('')
  const [granted, setGranted] = createSignal(false)
  const { busy, failure, run } = createAttempt()
  const grant = () =>
    run(async () => {
      const one = fitting().find(({ id }) => id === chosen())
      if (one === undefined) return
      const { team } = props.made
      await engine.credential.grant({ id: one.id, personaId: team.id, fields: null, hosts: null, how: 'placeholder' })
      const doc = team.doc.nodes
        .filter((node) => Object.hasOwn(node.credentials, props.need.type))
        .reduce((next, node) => changed(next, node.id, { credentials: { ...node.credentials, [props.need.type]: one.name } }), team.doc)
      const answer = await engine.team.save({ id: team.id, doc, baseRevision: team.revision, message: `Credential ${one.name}` })
      props.onTeam(answer.team)
      setGranted(true)
    })
  return (
    <li class="flex flex-col gap-1.5 rounded-md border border-line px-3 py-2">
      <div class="flex flex-wrap items-center gap-2">
        <span class="min-w-0 flex-1">
          {props.need.connector ?? props.need.type} <span class="text-muted">{props.need.label}</span>
        </span>
        <Show when={!granted()} fallback={<Badge tone="ok">granted</Badge>}>
          <Select
            aria-label={`Credential for ${props.need.type}`}
            value={chosen()}
            options={[
              { value: '', label: fitting().length === 0 ? 'None in the vault' : 'Choose one' },
              ...fitting().map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onValue={setChosen}
          />
          <Button size="sm" disabled={chosen() === ''} busy={busy()} onClick={() => void grant()}>
            Grant
          </Button>
        </Show>
      </div>
      <Show when={failure()}>{(shown) => <ErrorNote title="It was not granted" failure={shown()} />}</Show>
    </li>
  )
}
