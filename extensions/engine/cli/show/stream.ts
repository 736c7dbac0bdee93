/** A run's events on a terminal: the run's own output raw on stdout, everything that Troupe says about it on stderr. */
import type { RunEvent, RunRow, StepRecord } from '#contract'
import type { Session } from '../session.ts'
import { cost, count, duration, paintState, runTime, stateWords, tokens } from './words.ts'

/** A run that waits no longer than this in the queue is not said to wait. */
const QUEUED_MS = 700

export interface StreamOptions {
  /** Only the run's own output. */
  readonly quiet: boolean
  /** The model's reasoning too, on stderr. */
  readonly reasoning: boolean
}

export interface StreamView {
  show(events: readonly RunEvent[]): Promise<void>
  /** Ends an open line, so that what comes next begins on its own. */
  rest(): Promise<void>
}

export function streamView(session: Session, options: StreamOptions): StreamView {
  const { io } = session
  const { dim, yellow, red, cyan } = io.paint.err
  let openLine = false
  /** The step whose text stands in the open line of stdout; a pipe's line stays open while stderr is written to. */
  let openText: number | undefined
  let openThought = false
  let waiting: NodeJS.Timeout | undefined

  const say = async (text: string) => {
    if (options.quiet) return
    await rest()
    await io.err(`${text}\n`)
  }
  const rest = async () => {
    if (openThought) await io.err('\n')
    openThought = false
    // Into a pipe or a file the output goes as it is.
    if (openLine && io.terminal.out) {
      await io.out('\n')
      openText = undefined
    }
    openLine = false
  }
  const raw = async (stream: 'out' | 'err', text: string) => {
    if (openThought) await rest()
    await io[stream](text)
    openLine = !text.endsWith('\n')
  }
  /** Texts of two steps are two texts, also in a file. */
  const text = async (step: number, delta: string) => {
    if (delta === '') return
    if (openText !== undefined && openText !== step) await io.out('\n')
    await raw('out', delta)
    openText = delta.endsWith('\n') ? undefined : step
  }
  const showOne = async (event: RunEvent): Promise<void> => {
    switch (event.kind) {
      case 'output':
        return raw(event.stream === 'stdout' ? 'out' : 'err', event.text)
      case 'text':
        return text(event.step, event.delta)
      case 'reasoning':
        if (!options.reasoning || options.quiet) return
        if (!openThought) await rest()
        openThought = true
        return io.err(dim(event.delta))
      case 'notice': {
        const painted = { info: dim, warning: yellow, error: red }[event.level]
        return event.level === 'info' && !io.terminal.err ? undefined : say(painted(`· ${event.message}`))
      }
      case 'step':
        if (event.step.kind === 'node') return event.step.state === 'running' ? undefined : say(nodeLine(event.step, dim, red))
        return event.step.kind === 'tool' && event.step.state !== 'running' ? say(dim(stepLine(event.step, cyan))) : undefined
      case 'state':
        clearTimeout(waiting)
        // Said only to whoever watches, and only when it really has to wait.
        if (event.state === 'queued' && io.terminal.err) waiting = setTimeout(() => void say(dim('○ waiting in the queue …')), QUEUED_MS)
        // The end is told with the whole row, once it is known.
        return event.state === 'parked' ? say(yellow(`${stateWords(event.state)}: ${event.reason?.message ?? ''}`)) : undefined
    }
  }
  return {
    async rest() {
      clearTimeout(waiting)
      await rest()
    },
    async show(events) {
      for (const event of events) await showOne(event)
    },
  }
}

function stepLine(step: StepRecord, paint: (text: string) => string): string {
  const time = step.endedAt === null ? '' : ` (${duration(step.endedAt - step.startedAt)})`
  return `→ ${paint(step.title)}${step.state === 'done' ? '' : `: ${step.state}`}${time}`
}

/** "✓ Set  3 items (0.1 s)"; counts by output where there are several. */
function nodeLine(
  { title, state, startedAt, endedAt, detail }: StepRecord,
  dim: (text: string) => string,
  red: (text: string) => string,
): string {
  const items = Array.isArray(detail.items) ? detail.items.map(String).join(' + ') : ''
  const counts = detail.run === null ? 'nothing' : items === '' ? '' : `${items} item${items === '1' ? '' : 's'}`
  const time = endedAt === null ? '' : ` (${duration(endedAt - startedAt)})`
  const error = detail.error as { readonly message?: string } | undefined
  const line = `${state === 'done' ? '✓' : '✗'} ${title}  ${counts}${time}`
  return state === 'done' ? dim(line) : `${red(line)}\n  ${error?.message ?? (typeof detail.error === 'string' ? detail.error : state)}`
}

/** How it ended, in one line and its reason: "✓ succeeded in 2.3 s · $0.01 · run_…" */
export function endLine(run: RunRow, session: Session): string {
  const { err } = session.io.paint
  const time = runTime(run)
  const parts = [
    `${paintState(run.state, stateWords(run.state), err)}${time === '' ? '' : ` in ${time}`}`,
    run.model ?? '',
    tokens(run.usage),
    run.bodyKind !== 'command' ? (cost(run) === 'unknown' ? 'cost unknown' : cost(run)) : '',
    run.cutBytes > 0 ? `${count(run.cutBytes)} bytes of output were cut` : '',
    run.id,
  ]
  const line = parts.filter((part) => part !== '').join(err.dim(' · '))
  const told = run.reason !== null && run.reason.code !== 'done'
  return `${line}\n${told ? `  ${run.reason?.message}\n` : ''}`
}
