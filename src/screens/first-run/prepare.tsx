import Play from 'lucide-solid/icons/play'
import { Show } from 'solid-js'
import { createStore } from 'solid-js/store'
import type { RunRow, TemplateRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, ErrorNote } from '../../parts/mod.ts'
import { personas, providers, remembered } from '../../state/mod.ts'
import { RunFields, startParams } from '../run/mod.tsx'
import { TemplateHead } from './template-head.tsx'
import { withModel } from './with-model.ts'

interface PrepareProps {
  readonly template: TemplateRow
  readonly onStarted: (run: RunRow) => void
}

/** The chosen template with what its first run needs, filled in; one click makes the persona and runs it. */
export function Prepare(props: PrepareProps) {
  const doc = () => props.template.doc
  const [given, setGiven] = createStore({
    input: props.template.firstRun.input,
    params: startParams(doc().parameters, props.template.firstRun.params),
  })
  const { busy, failure, run } = createAttempt()
  // Made once: trying another input does not make a second persona.
  const [made, setMade] = remembered<Record<string, string>>('welcome.made', {})

  const start = async () => {
    await run(async () => {
      const id = await existing()
      props.onStarted(await engine.run.start({ personaId: id, input: given.input, params: { ...given.params } }))
    })
  }
  const existing = async () => {
    const before = made()[props.template.id]
    if (before !== undefined && personas.value()?.some((card) => card.id === before)) return before
    const row = await engine.persona.create({
      doc: withModel(doc(), providers.value() ?? []),
      message: `From the template ${props.template.name}`,
    })
    setMade({ ...made(), [props.template.id]: row.id })
    return row.id
  }
  return (
    <form
      class="flex h-full min-h-0 flex-col"
      onSubmit={(event) => {
        event.preventDefault()
        void start()
      }}
    >
      <div class="min-h-0 flex-1 overflow-auto px-6 pt-4 pb-6 narrow:px-4">
        <TemplateHead template={props.template} />
        <div class="mt-5 max-w-lg">
          <RunFields
            of={{ inputHint: doc().inputHint, parameters: doc().parameters, bodyKind: doc().body.kind }}
            given={given}
            onInput={(input) => setGiven('input', input)}
            onParam={(name, value) => setGiven('params', name, value)}
          />
        </div>
      </div>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="It was not run" class="mx-6 mb-3 narrow:mx-4" />}</Show>
      <div class="flex items-center gap-4 border-t border-line px-6 py-3 narrow:px-4">
        <Button type="submit" variant="primary" icon={Play} busy={busy()}>
          Make it and run it
        </Button>
        <p class="text-sm text-muted tiny:hidden">It becomes a persona of yours: change it, run it again or remove it whenever you like.</p>
      </div>
    </form>
  )
}
