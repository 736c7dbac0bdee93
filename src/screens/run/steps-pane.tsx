import CircleAlert from 'lucide-solid/icons/circle-alert'
import Info from 'lucide-solid/icons/info'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { createEffect, createMemo, createSignal, For, on, onCleanup, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { Button } from '../../parts/mod.ts'
import { Fold, LongText, TextBox } from './fold.tsx'
import type { OutputLog } from './output-log.ts'
import { StepCard } from './step-card.tsx'
import type { NoticeView, RunView } from './stream.ts'
import { plainOutput, tail } from './values.ts'
import './run.css'

interface StepsPaneProps {
  readonly view: RunView
  readonly log: OutputLog
  readonly live: boolean
  /** The stream of an ended run is still being read. */
  readonly reading?: boolean | undefined
  /** Empty while it is not known. */
  readonly prompt: string
  readonly promptTokens?: number | undefined
  readonly onTerminal?: (() => void) | undefined
  /** A step that is to be brought into view; a new object each time. */
  readonly wanted?: { readonly n: number } | undefined
  readonly onFork?: ((step: number) => void) | undefined
}

/** Steps made at once; earlier ones are made when the person asks for them. */
const SHOWN_STEPS = 120

/** What happened, step by step, to be read. Follows the end while the end is in view. */
export function StepsPane(props: StepsPaneProps) {
  let scroller: HTMLElement | undefined
  const [shown, setShown] = createSignal(SHOWN_STEPS)
  const hidden = () => Math.max(0, props.view.steps.length - shown())
  const steps = createMemo(() => (hidden() === 0 ? props.view.steps : props.view.steps.slice(hidden())))
  const noticesAfter = (n: number) => props.view.notices.filter((notice) => notice.afterStep === n)
  const follows = followEnd(
    () => scroller,
    () => [props.view.seq],
  )
  createEffect(
    on(
      () => props.wanted,
      (wanted) => {
        if (!wanted) return
        setShown(props.view.steps.length)
        follows.leave()
        requestAnimationFrame(() => scroller?.querySelector(`[data-step="${wanted.n}"]`)?.scrollIntoView({ block: 'start' }))
      },
    ),
  )
  return (
    <div class="relative h-full min-h-0">
      <section
        ref={(element) => {
          scroller = element
        }}
        tabindex={0}
        aria-label="Steps"
        class="relative h-full overflow-auto px-6 py-4 -outline-offset-2 narrow:px-4"
        onScroll={follows.onScroll}
      >
        <div class="flex max-w-4xl flex-col gap-3">
          <Show when={props.prompt !== ''}>
            <Fold title={`Prompt · ${props.prompt.length.toLocaleString('en-US')} characters`}>
              <LongText text={props.prompt} label="Assembled prompt" />
            </Fold>
          </Show>
          <For each={noticesAfter(0)}>{(notice) => <Notice notice={notice} />}</For>
          <Show when={hidden() > 0}>
            <Button size="sm" class="self-start" onClick={() => setShown(shown() + SHOWN_STEPS)}>
              Show {Math.min(SHOWN_STEPS, hidden())} earlier steps
            </Button>
          </Show>
          <For each={steps()}>
            {(step) => (
              <>
                <StepCard
                  step={step}
                  output={<CommandOutput log={props.log} live={props.live} onTerminal={props.onTerminal} />}
                  onFork={props.onFork}
                />
                <For each={noticesAfter(step.n)}>{(notice) => <Notice notice={notice} />}</For>
              </>
            )}
          </For>
          <Show when={props.view.steps.length === 0 && (props.live || !props.reading)}>
            <p class="text-muted">{props.live ? 'It has not begun its first step yet.' : 'It ended before its first step.'}</p>
          </Show>
        </div>
      </section>
      <Show when={props.live && !follows.following()}>
        <Button size="sm" class="absolute right-6 bottom-4 shadow-floating" onClick={follows.toEnd}>
          Follow the end
        </Button>
      </Show>
    </div>
  )
}

function followEnd(scroller: () => HTMLElement | undefined, changes: () => unknown) {
  const [following, setFollowing] = createSignal(true)
  const toEnd = () => {
    setFollowing(true)
    const box = scroller()
    if (box) box.scrollTop = box.scrollHeight
  }
  let frame = 0
  createEffect(
    on(changes, () => {
      if (!following() || frame !== 0) return
      frame = requestAnimationFrame(() => {
        frame = 0
        if (following()) toEnd()
      })
    }),
  )
  onCleanup(() => cancelAnimationFrame(frame))
  return {
    following,
    leave: () => setFollowing(false),
    toEnd,
    onScroll: (event: { readonly currentTarget: HTMLElement }) => {
      const box = event.currentTarget
      setFollowing(box.scrollHeight - box.scrollTop - box.clientHeight < 40)
    },
  }
}

const LEVELS = {
  info: { icon: Info, class: 'bg-sunken' },
  warning: { icon: TriangleAlert, class: 'bg-warn-soft text-warn-ink' },
  error: { icon: CircleAlert, class: 'bg-bad-soft text-bad-ink' },
}

function Notice(props: { readonly notice: NoticeView }) {
  const level = () => LEVELS[props.notice.level]
  return (
    <p class={`flex items-start gap-2 rounded-md px-3 py-1.5 ${level().class}`}>
      <Dynamic component={level().icon} size={14} class="mt-[3px] shrink-0" aria-hidden="true" />
      <span class="min-w-0 wrap-anywhere">{props.notice.message}</span>
    </p>
  )
}

const TAIL_LINES = 30

/** The end of what a command wrote, as plain text; the terminal has it all. */
function CommandOutput(props: { readonly log: OutputLog; readonly live: boolean; readonly onTerminal: (() => void) | undefined }) {
  const [text, setText] = createSignal({ text: '', more: false })
  let frame = 0
  const read = () => {
    frame = 0
    // Only the end is looked at: a log may hold millions of characters.
    const recent = tail(props.log.recent(TAIL_LINES * 400), TAIL_LINES)
    setText({ text: plainOutput(recent.text), more: recent.more || props.log.lines > TAIL_LINES })
  }
  read()
  const stop = props.log.onAppend(() => {
    frame ||= requestAnimationFrame(read)
  })
  onCleanup(() => {
    stop()
    cancelAnimationFrame(frame)
  })
  return (
    <Show when={text().text !== ''}>
      <div class="min-w-0">
        <TextBox label="End of the output" text={text().text} unwrapped />
        <Show when={text().more && props.onTerminal}>
          {(open) => (
            <Button variant="quiet" size="sm" class="mt-1" onClick={() => open()()}>
              All of it in the terminal
            </Button>
          )}
        </Show>
      </div>
    </Show>
  )
}
