/** What can be done with a run: cancelled, started again, compared, copied, exported, and its persona edited. */
import { useNavigate } from '@solidjs/router'
import Copy from 'lucide-solid/icons/copy'
import Download from 'lucide-solid/icons/download'
import FileJson from 'lucide-solid/icons/file-braces'
import GitBranch from 'lucide-solid/icons/git-branch'
import GitCompare from 'lucide-solid/icons/git-compare'
import ListRestart from 'lucide-solid/icons/list-restart'
import Pen from 'lucide-solid/icons/pen'
import Play from 'lucide-solid/icons/play'
import RotateCw from 'lucide-solid/icons/rotate-cw'
import { createMemo, createSignal } from 'solid-js'
import type { RunDetail, RunRow, TeamBody, TeamItem } from '#contract'
import { isTerminal, type RunState } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { type MenuEntry, tryOrToast } from '../../parts/mod.ts'
import { personaById } from '../../state/mod.ts'
import { copyText, saveFile } from './fold.tsx'
import type { OutputLog } from './output-log.ts'
import { plainOutput } from './values.ts'

export interface RunActionsProps {
  readonly detail: RunDetail
  readonly state: RunState
  readonly log: OutputLog
  readonly onStarted: (run: RunRow) => void
  readonly onChanged: () => void
  readonly onFork: (step: number) => void
}

type Deed = 'cancel' | 'again' | 'replay' | 'resume'

/** What a dialog has to ask first. */
interface Asked {
  readonly onChange: () => void
  readonly onCompare: () => void
}

export function createRunDeeds(props: RunActionsProps, ask: Asked) {
  const navigate = useNavigate()
  const [busy, setBusy] = createSignal<Deed>()
  const run = () => props.detail.run
  const card = () => personaById(run().personaId)
  /** A draft of no persona has all that it needs in the run itself. */
  const repeatable = () => card() !== undefined || run().personaId === null
  const open = createMemo(() => !isTerminal(props.state))

  const during = (what: Deed, title: string, work: () => Promise<unknown>) => {
    if (busy() !== undefined) return
    setBusy(what)
    void tryOrToast(title, work).finally(() => setBusy(undefined))
  }
  const cancel = () =>
    during('cancel', 'The run was not cancelled', async () => {
      await engine.run.cancel({ id: run().id })
      props.onChanged()
    })
  const again = () =>
    during('again', 'The run was not started', async () => {
      const { input, params, doc } = props.detail
      const { body } = doc
      if (body.kind === 'team') return props.onStarted(await engine.team.run(teamAgain(body, input, run().revision)))
      props.onStarted(
        await engine.run.start({
          ...(run().personaId === null ? {} : { personaId: run().personaId ?? undefined }),
          input,
          params,
          againOf: run().id,
          ...(run().revision === null ? { draft: { ...doc, body } } : {}),
        }),
      )
    })
  const replay = () => during('replay', 'The run was not replayed', async () => props.onStarted(await engine.run.replay({ id: run().id })))
  const resume = () =>
    during('resume', 'The run was not gone on with', async () => props.onStarted(await engine.run.resume({ id: run().id })))
  const journaled = () => props.detail.steps.filter(({ key, aside }) => key !== null && !aside)
  const ended = () => isTerminal(props.state)
  const save = (format: 'text' | 'json') =>
    void tryOrToast('The run was not exported', async () => {
      const file = await engine.run.export({ id: run().id, format })
      saveFile(file.fileName, file.text)
    })
  const result = () => props.detail.result || plainOutput(props.log.text())

  const entries = createMemo<readonly MenuEntry[]>(() => [
    ...(card() ? [{ label: 'Run again with changes …', icon: RotateCw, onSelect: ask.onChange }] : []),
    ...(run().personaId === null
      ? [{ label: 'Make a persona of this draft', icon: Pen, onSelect: () => navigate(`/personas/new?draft=${run().id}`) }]
      : []),
    ...(ended() && props.state !== 'succeeded' && journaled().length > 0
      ? [{ label: 'Go on from where it ended', icon: Play, onSelect: resume }]
      : []),
    ...(run().bodyKind !== 'command' && journaled().length > 0
      ? [{ label: 'Fork …', icon: GitBranch, onSelect: () => props.onFork(journaled().at(-1)?.n ?? 1) }]
      : []),
    ...(ended() && journaled().length > 0 ? [{ label: 'Replay without a call', icon: ListRestart, onSelect: replay }] : []),
    { label: 'Compare with …', icon: GitCompare, onSelect: ask.onCompare },
    ...(card() ? [{ label: 'Edit the persona', icon: Pen, onSelect: () => navigate(`/personas/${run().personaId}`) }] : []),
    { label: 'Copy the result', icon: Copy, apart: true, disabled: result() === '', onSelect: () => void copyText(result(), 'Result') },
    { label: 'Copy the run’s id', icon: Copy, onSelect: () => void copyText(run().id, 'Id') },
    { label: 'Export as text', icon: Download, apart: true, onSelect: () => save('text') },
    { label: 'Export as JSON', icon: FileJson, onSelect: () => save('json') },
  ])
  return { busy, card, repeatable, open, cancel, again, entries }
}

/** The same run of a team: what was drawn then, if it was not saved. */
function teamAgain({ teamId, team, from, until, pinned }: TeamBody, input: string, revision: number | null) {
  return {
    id: teamId,
    from,
    pinned,
    ...(revision === null ? { draft: team } : { revision }),
    ...(until === null ? {} : { until }),
    ...(input === '' ? {} : { items: JSON.parse(input) as TeamItem[] }),
  }
}
