import { useNavigate } from '@solidjs/router'
import Copy from 'lucide-solid/icons/copy'
import Download from 'lucide-solid/icons/download'
import FileJson from 'lucide-solid/icons/file-braces'
import GitCompare from 'lucide-solid/icons/git-compare'
import Pen from 'lucide-solid/icons/pen'
import RotateCw from 'lucide-solid/icons/rotate-cw'
import Square from 'lucide-solid/icons/square'
import { createMemo, createSignal, Show } from 'solid-js'
import type { RunDetail, RunRow } from '#contract'
import { isTerminal, type RunState } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, Menu, type MenuEntry, tryOrToast } from '../../parts/mod.ts'
import { useActions } from '../../shell/actions.ts'
import { personaById } from '../../state/mod.ts'
import { CompareWith } from './compare-with.tsx'
import { copyText, saveFile } from './fold.tsx'
import type { OutputLog } from './output-log.ts'
import { RunDialog } from './run-dialog.tsx'
import { plainOutput } from './values.ts'

interface RunActionsProps {
  readonly detail: RunDetail
  readonly state: RunState
  readonly log: OutputLog
  readonly onStarted: (run: RunRow) => void
  readonly onChanged: () => void
}

export function RunActions(props: RunActionsProps) {
  const navigate = useNavigate()
  const [busy, setBusy] = createSignal<'cancel' | 'again'>()
  const [changing, setChanging] = createSignal(false)
  const [comparing, setComparing] = createSignal(false)
  const run = () => props.detail.run
  const card = () => personaById(run().personaId)
  /** A draft of no persona has all that it needs in the run itself. */
  const repeatable = () => card() !== undefined || run().personaId === null
  const open = createMemo(() => !isTerminal(props.state))

  const during = (what: 'cancel' | 'again', title: string, work: () => Promise<unknown>) => {
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
      props.onStarted(
        await engine.run.start({
          ...(run().personaId === null ? {} : { personaId: run().personaId ?? undefined }),
          input,
          params,
          againOf: run().id,
          ...(run().revision === null ? { draft: doc } : {}),
        }),
      )
    })
  const save = (format: 'text' | 'json') =>
    void tryOrToast('The run was not exported', async () => {
      const file = await engine.run.export({ id: run().id, format })
      saveFile(file.fileName, file.text)
    })
  const result = () => props.detail.result || plainOutput(props.log.text())

  const entries = createMemo<readonly MenuEntry[]>(() => [
    ...(card() ? [{ label: 'Run again with changes …', icon: RotateCw, onSelect: () => setChanging(true) }] : []),
    ...(run().personaId === null
      ? [{ label: 'Make a persona of this draft', icon: Pen, onSelect: () => navigate(`/personas/new?draft=${run().id}`) }]
      : []),
    { label: 'Compare with …', icon: GitCompare, onSelect: () => setComparing(true) },
    ...(card() ? [{ label: 'Edit the persona', icon: Pen, onSelect: () => navigate(`/personas/${run().personaId}`) }] : []),
    { label: 'Copy the result', icon: Copy, apart: true, disabled: result() === '', onSelect: () => void copyText(result(), 'Result') },
    { label: 'Copy the run’s id', icon: Copy, onSelect: () => void copyText(run().id, 'Id') },
    { label: 'Export as text', icon: Download, apart: true, onSelect: () => save('text') },
    { label: 'Export as JSON', icon: FileJson, onSelect: () => save('json') },
  ])
  useActions(() => [
    ...(open() ? [{ id: 'run.cancel', title: 'Cancel this run', section: 'Here' as const, icon: Square, run: cancel }] : []),
    ...(repeatable()
      ? [{ id: 'run.again', title: 'Run it again', section: 'Here' as const, icon: RotateCw, shortcut: 'r', run: again }]
      : []),
    ...entries().map((entry, at) => ({
      id: `run.menu.${at}`,
      title: entry.label.replace(' …', ''),
      section: 'Here' as const,
      ...(entry.icon ? { icon: entry.icon } : {}),
      run: entry.onSelect,
    })),
  ])
  return (
    <>
      <Show when={open()}>
        <Button icon={Square} busy={busy() === 'cancel'} onClick={cancel}>
          Cancel
        </Button>
      </Show>
      <Show when={repeatable()}>
        <Button
          icon={RotateCw}
          busy={busy() === 'again'}
          onClick={again}
          title={run().revision === null ? 'The same draft with the same input' : 'With the same input, by the persona as it is now'}
        >
          Run again
        </Button>
      </Show>
      <Menu label="More for this run" entries={entries()} />
      <Show when={card()}>
        {(persona) => (
          <RunDialog
            open={changing()}
            onOpenChange={setChanging}
            of={{
              personaId: persona().id,
              name: persona().name,
              inputHint: persona().inputHint,
              bodyKind: persona().bodyKind,
              parameters: persona().parameters,
            }}
            given={{ input: props.detail.input, params: props.detail.params }}
            againOf={run().id}
            onStarted={props.onStarted}
          />
        )}
      </Show>
      <CompareWith open={comparing()} onOpenChange={setComparing} run={run()} />
    </>
  )
}
