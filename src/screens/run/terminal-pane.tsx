import ArrowDown from 'lucide-solid/icons/arrow-down'
import Copy from 'lucide-solid/icons/copy'
import Pause from 'lucide-solid/icons/pause'
import Play from 'lucide-solid/icons/play'
import { createSignal, onCleanup, Show } from 'solid-js'
import { Button, IconButton } from '../../parts/mod.ts'
import { Terminal, type TerminalRemote } from '../../parts/terminal/mod.tsx'
import { FindBar } from './find-bar.tsx'
import { copyText } from './fold.tsx'
import { LOG_LINES, type OutputLog } from './output-log.ts'
import { plainOutput } from './values.ts'

interface TerminalPaneProps {
  readonly log: OutputLog
  /** Whether more may come. */
  readonly live: boolean
}

/** The raw output, with search, pause, copy and the way back to its end. */
export function TerminalPane(props: TerminalPaneProps) {
  const [remote, setRemote] = createSignal<TerminalRemote>()
  const [paused, setPaused] = createSignal(false)
  const [following, setFollowing] = createSignal(true)
  const [empty, setEmpty] = createSignal(props.log.empty)
  const [dropped, setDropped] = createSignal(props.log.droppedLines)
  onCleanup(
    props.log.onAppend(() => {
      setEmpty(props.log.empty)
      setDropped(props.log.droppedLines)
    }),
  )
  const pause = (on: boolean) => {
    setPaused(on)
    remote()?.pause(on)
    if (!on) remote()?.toEnd()
  }
  return (
    <div class="flex h-full min-h-0 flex-col">
      <div class="flex shrink-0 flex-wrap items-center gap-1 border-b border-line px-3 py-1.5">
        <FindBar remote={remote()} />
        <span class="flex-1" />
        <Show when={dropped() > 0}>
          <span class="text-sm text-muted">{dropped().toLocaleString('en-US')} earlier lines are not held here; the export has them.</span>
        </Show>
        <Show when={!following() && !paused()}>
          <Button
            size="sm"
            icon={ArrowDown}
            onClick={() => {
              remote()?.toEnd()
              setFollowing(true)
            }}
          >
            To the end
          </Button>
        </Show>
        <Show when={props.live || paused()}>
          <Button size="sm" icon={paused() ? Play : Pause} aria-pressed={paused()} onClick={() => pause(!paused())}>
            {paused() ? 'Go on' : 'Pause'}
          </Button>
        </Show>
        <IconButton
          icon={Copy}
          label="Copy the output"
          size="sm"
          disabled={empty()}
          onClick={() => void copyText(remote()?.selection() || plainOutput(props.log.text()), 'Output')}
        />
      </div>
      <div class="relative min-h-0 flex-1">
        <Terminal source={props.log} label="Raw output" scrollback={LOG_LINES} ref={setRemote} onFollow={setFollowing} />
        <Show when={empty()}>
          <p class="pointer-events-none absolute inset-x-0 top-3 px-4 text-muted">
            {props.live ? 'Nothing was written yet.' : 'This run wrote no raw output. What a model said is under Steps.'}
          </p>
        </Show>
      </div>
    </div>
  )
}
