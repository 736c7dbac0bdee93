/** FIRST STEPS: what Troupe is, what is on this machine, a persona from a template, and its first run. It can be left at any point and taken up again. */
import { useNavigate } from '@solidjs/router'
import { Match, onCleanup, Show, Switch } from 'solid-js'
import type { SettingsPatch } from '#contract'
import { Button, Page, tryOrToast } from '../../parts/mod.ts'
import { changeSettings, remembered, settings } from '../../state/mod.ts'
import { LookAround } from './look-around.tsx'
import { Pick } from './pick.tsx'
import { type Step, StepList } from './steps.tsx'
import { Watch } from './watch.tsx'

interface Watched {
  readonly runId: string
  readonly personaId: string | null
  readonly name: string
}

export function FirstRunScreen() {
  const go = useNavigate()
  const [step, setStep] = remembered<Step>('welcome.step', 'look')
  const [watched, setWatched] = remembered<Watched | null>('welcome.run', null)
  const at = (): Step => (step() === 'run' && watched() === null ? 'pick' : step())
  const mark = (firstRun: SettingsPatch['firstRun']) =>
    tryOrToast('That the first steps were left could not be noted', () => changeSettings({ firstRun }))
  let finished = false
  // Whoever walks away by the navigation has left it, too: the next start then begins with the personas. A window that is closed has not.
  // The steps go back to the first one only when this screen is gone: its first step asks the engine for something as it mounts, and a
  // navigation that is under way would wait for that answer, whose screen is taken down with the navigation.
  onCleanup(() => {
    if (finished) {
      setStep('look')
      setWatched(null)
    } else if (settings.value()?.firstRun === 'new') void mark('left')
  })

  const finish = () => {
    finished = true
    void mark('done')
    go('/personas')
  }
  return (
    <Page
      title="First steps"
      fixed
      actions={
        <Show when={settings.value()?.firstRun !== 'done'} fallback={<Button onClick={() => go('/personas')}>Close</Button>}>
          <Button variant="quiet" onClick={() => go('/personas')}>
            Go on later
          </Button>
          <Button onClick={finish}>I know my way</Button>
        </Show>
      }
      toolbar={<StepList at={at()} open={(wanted) => wanted !== 'run' || watched() !== null} onStep={setStep} />}
    >
      <Switch>
        <Match when={at() === 'look'}>
          <div class="relative h-full overflow-auto px-6 pt-5 pb-12 narrow:px-4">
            <LookAround onNext={() => setStep('pick')} />
          </div>
        </Match>
        <Match when={at() === 'pick'}>
          <Pick
            onStarted={(run) => {
              setWatched({ runId: run.id, personaId: run.personaId, name: run.personaName })
              setStep('run')
            }}
          />
        </Match>
        <Match when={at() === 'run' && watched()} keyed>
          {(run) => <Watch {...run} onAnother={() => setStep('pick')} onDone={finish} />}
        </Match>
      </Switch>
    </Page>
  )
}
