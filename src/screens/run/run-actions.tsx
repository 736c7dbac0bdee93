import RotateCw from 'lucide-solid/icons/rotate-cw'
import Square from 'lucide-solid/icons/square'
import { createSignal, Show } from 'solid-js'
import { Button, Menu } from '../../parts/mod.ts'
import { useActions } from '../../shell/actions.ts'
import { CompareWith } from './compare-with.tsx'
import { createRunDeeds, type RunActionsProps } from './run-deeds.ts'
import { RunDialog } from './run-dialog.tsx'

export function RunActions(props: RunActionsProps) {
  const [changing, setChanging] = createSignal(false)
  const [comparing, setComparing] = createSignal(false)
  const run = () => props.detail.run
  const { busy, card, repeatable, open, cancel, again, entries } = createRunDeeds(props, {
    onChange: () => setChanging(true),
    onCompare: () => setComparing(true),
  })
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
