import { createEffect, createSignal, on, Show } from 'solid-js'
import type { ServiceLogLine } from '#contract'
import type { ServiceLogLevel } from '#contract/plain'
import { ErrorNote, SearchField, Select, Switch, VirtualList, type VirtualListReach } from '../../parts/mod.ts'
import { createLogLines } from './log-lines.ts'

const LINE_HEIGHT = 20
const LEVELS = [
  { value: 'debug', label: 'All lines' },
  { value: 'info', label: 'Info and above' },
  { value: 'warn', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' },
] as const

export function ServiceLogs(props: { readonly id: string }) {
  const [text, setText] = createSignal('')
  const [level, setLevel] = createSignal<ServiceLogLevel>('debug')
  const [live, setLive] = createSignal(true)
  const { lines, failure } = createLogLines(() => ({ id: props.id, text: text(), level: level() }))
  let reach: VirtualListReach | undefined
  createEffect(
    on([lines, live], () => {
      if (live()) queueMicrotask(() => reach?.toEnd())
    }),
  )
  return (
    <div class="flex min-h-40 flex-1 flex-col border-t border-line">
      <div class="flex flex-wrap items-center gap-2 px-6 py-2 narrow:px-4">
        <SearchField label="Search the log" value={text()} onValue={setText} />
        <Select aria-label="Which lines" value={level()} options={LEVELS} onValue={setLevel} />
        <Switch label="Follow" checked={live()} onChecked={setLive} class="ml-auto" />
      </div>
      <Show when={failure()}>{(shown) => <ErrorNote title="The log could not be read." failure={shown()} class="mx-6" />}</Show>
      <Show
        when={lines().length > 0}
        fallback={<p class="px-6 py-3 text-muted narrow:px-4">{text() === '' ? 'It has said nothing yet.' : 'No line has this text.'}</p>}
      >
        <VirtualList
          label="Log"
          class="flex-1 bg-sunken font-mono text-sm"
          count={lines().length}
          rowHeight={LINE_HEIGHT}
          reach={(given) => {
            reach = given
          }}
        >
          {(index) => <Show when={lines()[index]}>{(line) => <Line line={line()} />}</Show>}
        </VirtualList>
      </Show>
    </div>
  )
}

function Line(props: { readonly line: ServiceLogLine }) {
  const time = () => new Date(props.line.at).toLocaleTimeString(undefined, { hour12: false })
  return (
    <div
      class="flex h-full items-center gap-3 px-6 whitespace-pre narrow:px-4"
      classList={{ 'text-bad-ink': props.line.level === 'error', 'text-warn-ink': props.line.level === 'warn' }}
      title={props.line.text}
    >
      <span class="shrink-0 text-muted tabular-nums">{time()}</span>
      <span class="sr-only">{props.line.level}</span>
      <span class="min-w-0 truncate" classList={{ italic: props.line.from === 'troupe' }}>
        <Show when={props.line.from === 'troupe'}>
          <span class="text-muted">Troupe: </span>
        </Show>
        {props.line.text}
      </span>
    </div>
  )
}
