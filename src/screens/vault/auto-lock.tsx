import { Show } from 'solid-js'
import type { VaultStatus } from '#contract'
import { engine } from '../../link/mod.ts'
import { Field, Select, Switch, TimeAgo, toast, tryOrToast } from '../../parts/mod.ts'
import { Row, Section } from '../settings/row.tsx'
import { withProof } from './proof.tsx'
import { createWait } from './wait.ts'

const MINUTES = ['5', '15', '60', '240', '720', 'never'] as const
type Minutes = (typeof MINUTES)[number]
const WORDS: Readonly<Record<Minutes, string>> = {
  '5': 'After 5 minutes',
  '15': 'After 15 minutes',
  '60': 'After an hour',
  '240': 'After 4 hours',
  '720': 'After 12 hours',
  never: 'Never by itself',
}

/** When the vault locks without being told to. */
export function AutoLock(props: { readonly status: VaultStatus }) {
  const auto = () => props.status.autoLock
  const left = createWait(() => props.status.locksAt)
  const idle = (): string => (auto().idleMinutes === null ? 'never' : String(auto().idleMinutes))
  const options = () => {
    const known = MINUTES.map((value) => ({ value: value as string, label: WORDS[value] }))
    return known.some(({ value }) => value === idle()) ? known : [{ value: idle(), label: `After ${idle()} minutes` }, ...known]
  }
  const change = (patch: Partial<VaultStatus['autoLock']>) =>
    void tryOrToast('The setting was not changed', async () => {
      const done = await withProof('change when the vault locks', (proof) =>
        engine.vault.setAutoLock({ autoLock: { ...auto(), ...patch }, proof }),
      )
      if (done) toast.ok('The setting was changed')
    })
  return (
    <Section title="Locking" about="While it is locked, runs that need a credential wait, and go on once it is open.">
      <Row
        label="When nobody uses it"
        hint={
          <Show when={props.status.locksAt !== null && left() > 0} fallback="Runs that borrow something count as a use.">
            Locks in {left() > 90 ? `${Math.round(left() / 60)} minutes` : `${left()} s`}, if nobody uses it.
          </Show>
        }
      >
        <Field label="When nobody uses it" hideLabel class="w-48">
          <Select
            value={idle()}
            options={options()}
            disabled={props.status.state !== 'open'}
            onValue={(value) => change({ idleMinutes: value === 'never' ? null : Number(value) })}
          />
        </Field>
      </Row>
      <Row label="When this computer sleeps">
        <Switch
          label="Lock"
          checked={auto().onSuspend}
          disabled={props.status.state !== 'open'}
          onChecked={(onSuspend) => change({ onSuspend })}
        />
      </Row>
      <Show when={props.status.openedAt}>
        {(at) => (
          <Row label="Open since">
            <span class="text-muted">
              <TimeAgo at={at()} />
            </span>
          </Row>
        )}
      </Show>
    </Section>
  )
}
