import ArrowDown from 'lucide-solid/icons/arrow-down'
import ArrowUp from 'lucide-solid/icons/arrow-up'
import Copy from 'lucide-solid/icons/copy'
import Pause from 'lucide-solid/icons/pause'
import Play from 'lucide-solid/icons/play'
import { createSignal, onCleanup, Show } from 'solid-js'
import { Button, IconButton, SearchField } from '../../parts/mod.ts'
import { Terminal, type TerminalRemote } from '../../parts/terminal/mod.tsx'
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
  const [sought, setSought] = createSignal('')
  const [missed, setMissed] = createSignal(false)
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
  const find = (text: string, direction: 'next' | 'previous') => {
    setSought(text)
    if (text === '') {
      remote()?.clearFind()
      setMissed(false)
    } else setMissed(remote()?.find(text, direction) === false)
  }
  return (
    <div class="flex h-full min-h-0 flex-col">
      <div class="flex shrink-0 flex-wrap items-center gap-1 border-b border-line px-3 py-1.5">
        <SearchField
          label="Search the output"
          class="w-56"
          value={sought()}
          onValue={(text) => find(text, 'next')}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            find(sought(), event.shiftKey ? 'previous' : 'next')
          }}
        />
        <IconButton
          icon={ArrowUp}
          label="Previous place"
          size="sm"
          shortcut="shift+enter"
          disabled={sought() === ''}
          onClick={() => find(sought(), 'previous')}
        />
        <IconButton
          icon={ArrowDown}
          label="Next place"
          size="sm"
          shortcut="enter"
          disabled={sought() === ''}
          onClick={() => find(sought(), 'next')}
        />
        <span role="status" class="text-sm text-muted">
          {missed() ? 'Not found' : ''}
        </span>
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
