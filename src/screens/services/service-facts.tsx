import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import type { ServiceRow } from '#contract'
import { bytes, counted } from '../../look/format.ts'
import { Badge, TimeAgo } from '../../parts/mod.ts'
import { DESIRED_WORDS, SERVICE_LOOKS } from './looks.ts'
import { Sparkline } from './sparkline.tsx'

interface ServiceFactsProps {
  readonly row: ServiceRow
  readonly all: readonly ServiceRow[]
}

export function ServiceFacts(props: ServiceFactsProps) {
  const doc = () => props.row.doc
  const standing = () => props.row.standing
  const last = () => (standing().pid === null ? undefined : standing().looks.at(-1))
  const command = () => [doc().program, ...doc().args].join(' ')
  return (
    <div class="px-6 pb-3 narrow:px-4">
      <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        <Fact name="Wanted">{DESIRED_WORDS[doc().desired]}</Fact>
        <Show when={standing().startedAt}>
          {(at) => (
            <Fact name="Started">
              <TimeAgo at={at()} /> · process {standing().pid} · {counted(standing().starts, 'start')}
            </Fact>
          )}
        </Show>
        <Show when={standing().status}>
          <Fact name="Says">{standing().status}</Fact>
        </Show>
        <Show when={standing().lastFailure}>
          {(failure) => (
            <Fact name="Last failure">
              <TimeAgo at={failure().at} /> · {failure().message}
            </Fact>
          )}
        </Show>
        <Show when={doc().ports.length > 0}>
          <Fact name="Ports">{doc().ports.join(', ')}</Fact>
        </Show>
        <Fact name="Command">
          <span class="block truncate font-mono" title={command()}>
            {command()}
          </span>
        </Fact>
        <Show when={doc().needs.length > 0 || standing().usedBy.length > 0}>
          <Fact name="Needs and is needed">
            <Dependencies row={props.row} all={props.all} />
          </Fact>
        </Show>
      </dl>
      <Show when={last()}>
        {(taken) => (
          <div class="mt-3 grid grid-cols-2 gap-4">
            <Taken
              name="Memory"
              value={`${bytes(taken().memoryBytes)}${doc().memoryMb === null ? '' : ` of ${doc().memoryMb} MB`}`}
              values={standing().looks.map(({ memoryBytes }) => memoryBytes)}
              top={(doc().memoryMb ?? 0) * 1024 * 1024}
            />
            <Taken
              name="Processor"
              value={`${taken().cpuPercent} %${doc().cpuPercent === null ? '' : ` of ${doc().cpuPercent} %`}`}
              values={standing().looks.map(({ cpuPercent }) => cpuPercent)}
              top={doc().cpuPercent ?? 100}
            />
          </div>
        )}
      </Show>
    </div>
  )
}

function Fact(props: { readonly name: string; readonly children: JSX.Element }) {
  return (
    <>
      <dt class="text-muted">{props.name}</dt>
      <dd class="min-w-0">{props.children}</dd>
    </>
  )
}

function Taken(props: { readonly name: string; readonly value: string; readonly values: readonly number[]; readonly top: number }) {
  return (
    <div class="rounded-md border border-line px-3 py-2">
      <div class="flex justify-between gap-2">
        <span class="text-muted">{props.name}</span>
        <span class="tabular-nums">{props.value}</span>
      </div>
      <Sparkline
        class="mt-1 h-8 w-full text-accent"
        values={props.values}
        top={props.top}
        label={`${props.name} lately, now ${props.value}`}
      />
    </div>
  )
}

/** What it needs → itself → who needs it. */
function Dependencies(props: ServiceFactsProps) {
  return (
    <span class="flex flex-wrap items-center gap-1.5">
      <For each={props.row.doc.needs}>{(id) => <Other id={id} all={props.all} />}</For>
      <Show when={props.row.doc.needs.length > 0}>
        <span class="text-muted">
          <span aria-hidden="true">→</span>
          <span class="sr-only">needed by</span>
        </span>
      </Show>
      <span class="font-medium">{props.row.doc.label}</span>
      <Show when={props.row.standing.usedBy.length > 0}>
        <span class="text-muted">
          <span aria-hidden="true">→</span>
          <span class="sr-only">needed by</span>
        </span>
      </Show>
      <For each={props.row.standing.usedBy}>{(id) => <Other id={id} all={props.all} />}</For>
    </span>
  )
}

function Other(props: { readonly id: string; readonly all: readonly ServiceRow[] }) {
  const row = () => props.all.find(({ doc }) => doc.id === props.id)
  return (
    <Show when={row()} fallback={<Badge>{props.id}</Badge>}>
      {(found) => (
        <A href={`/services/${props.id}`} title={SERVICE_LOOKS[found().standing.state].word}>
          <Badge tone={SERVICE_LOOKS[found().standing.state].tone} icon={SERVICE_LOOKS[found().standing.state].icon}>
            {found().doc.label}
          </Badge>
        </A>
      )}
    </Show>
  )
}
