import { createSignal, For, Show } from 'solid-js'
import type { DesktopNotifying, NotificationPatch, NotificationPreferences, OwnLevels } from '#contract'
import { NOTIFICATION_KINDS, type NotificationKind, type NotificationLevel } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Badge, Button, ErrorNote, Field, Loading, NumberInput, Segmented, Select, Switch, toast, tryOrToast } from '../../parts/mod.ts'
import { desktopNotifying, notificationPreferences, personas } from '../../state/mod.ts'
import { Row, Section } from './row.tsx'

const KINDS: Readonly<Record<NotificationKind, { readonly label: string; readonly hint: string }>> = {
  'needs-you': { label: 'Needs you', hint: 'A run waits: for an approval, or for the vault to be opened.' },
  failed: { label: 'Failed', hint: 'A run failed, or was cut off.' },
  budget: { label: 'Budget', hint: 'A budget is at its limit, or near it.' },
  reminder: { label: 'Reminder', hint: 'A credential expires, or is due for a new value.' },
  done: { label: 'Done', hint: 'A run succeeded.' },
}
const LEVELS = [
  { value: 'desktop', label: 'Desktop' },
  { value: 'window', label: 'Window' },
  { value: 'off', label: 'Off' },
] as const
const EVENING = { from: 22 * 60, to: 7 * 60 }

const save = (patch: NotificationPatch) =>
  void tryOrToast('The preferences were not changed', () => engine.notification.setPreferences(patch))

export function Notifications() {
  return (
    <>
      <Show when={notificationPreferences.failure()}>
        {(failure) => <ErrorNote failure={failure()} title="The preferences could not be read" onRetry={notificationPreferences.again} />}
      </Show>
      <Show
        when={notificationPreferences.value()}
        fallback={
          <Show when={!notificationPreferences.failure()}>
            <Loading what="preferences" onRetry={notificationPreferences.again} />
          </Show>
        }
      >
        {(wished) => (
          <>
            <Kinds wished={wished()} />
            <Times wished={wished()} />
            <Desktop />
            <Personas wished={wished()} />
          </>
        )}
      </Show>
    </>
  )
}

function Kinds(props: { readonly wished: NotificationPreferences }) {
  return (
    <Section
      title="What is told"
      about="Desktop: shown by your desktop, and kept in the window. Window: kept there alone. Off: neither; the run's own page still says it."
    >
      <For each={NOTIFICATION_KINDS}>
        {(kind) => (
          <Row label={KINDS[kind].label} hint={KINDS[kind].hint}>
            <Segmented
              label={KINDS[kind].label}
              value={props.wished.levels[kind]}
              options={LEVELS}
              onValue={(level) => save({ levels: { [kind]: level } })}
            />
          </Row>
        )}
      </For>
    </Section>
  )
}

function Times(props: { readonly wished: NotificationPreferences }) {
  return (
    <Section title="When" about="In quiet hours the desktop shows nothing. Afterwards it tells in one sum what came and was not read.">
      <Row label="Quiet hours">
        <div class="flex items-center gap-3">
          <Show when={props.wished.quiet}>
            {(quiet) => (
              <>
                <TimeOfDay label="From" minute={quiet().from} onMinute={(from) => save({ quiet: { ...quiet(), from } })} />
                <TimeOfDay label="Until" minute={quiet().to} onMinute={(to) => save({ quiet: { ...quiet(), to } })} />
              </>
            )}
          </Show>
          <Switch
            label={<span class="sr-only">Quiet hours</span>}
            checked={props.wished.quiet !== null}
            onChecked={(on) => save({ quiet: on ? EVENING : null })}
          />
        </div>
      </Row>
      <Row label="Like ones become one" hint="With a count, while nobody has read them. 0: each stays for itself.">
        <Field label="Like ones become one within" hideLabel class="w-32">
          <NumberInput
            unit="min"
            min={0}
            max={1440}
            step={1}
            value={props.wished.coalesceMinutes}
            onValue={(minutes) => minutes !== null && save({ coalesceMinutes: minutes })}
          />
        </Field>
      </Row>
    </Section>
  )
}

function TimeOfDay(props: { readonly label: string; readonly minute: number; readonly onMinute: (minute: number) => void }) {
  const two = (value: number) => String(value).padStart(2, '0')
  return (
    <label class="flex items-center gap-1.5 text-muted">
      {props.label}
      <input
        type="time"
        class="control w-28 text-text"
        required
        value={`${two(Math.floor(props.minute / 60))}:${two(props.minute % 60)}`}
        onChange={(event) => {
          const [hour, minute] = event.currentTarget.value.split(':').map(Number)
          if (hour !== undefined && minute !== undefined) props.onMinute(hour * 60 + minute)
        }}
      />
    </label>
  )
}

function Desktop() {
  const [busy, setBusy] = createSignal(false)
  const test = async () => {
    setBusy(true)
    await tryOrToast('It could not be tried', async () => {
      const { state } = await engine.notification.test({})
      if (state === 'shows') toast.ok('The desktop was told to show one')
    })
    setBusy(false)
    desktopNotifying.again()
  }
  return (
    <Section title="Desktop">
      <Row label="Shown by your desktop" hint={<DesktopWords state={desktopNotifying.value()} />}>
        <div class="flex items-center gap-3">
          <DesktopBadge state={desktopNotifying.value()?.state} />
          <Button size="sm" busy={busy()} onClick={() => void test()}>
            Show one now
          </Button>
        </div>
      </Row>
    </Section>
  )
}

function DesktopBadge(props: { readonly state: DesktopNotifying['state'] | undefined }) {
  return (
    <Show when={props.state && props.state !== 'unknown'} fallback={<Badge>Not checked</Badge>}>
      <Badge tone={props.state === 'shows' ? 'ok' : 'warn'}>{props.state === 'shows' ? 'Shows them' : 'Cannot'}</Badge>
    </Show>
  )
}

function DesktopWords(props: { readonly state: DesktopNotifying | undefined }) {
  const words = () => {
    const { state } = props
    if (!state || state.state === 'unknown') return 'Whether it can is seen when the first one is shown.'
    if (state.state === 'cannot') return `${state.detail} The window keeps them all.`
    return `By ${state.way}. ${state.opens ? 'A click opens its screen.' : 'A click opens nothing here.'}`
  }
  return <>{words()}</>
}

function Personas(props: { readonly wished: NotificationPreferences }) {
  const [added, setAdded] = createSignal<string>()
  const own = (id: string): OwnLevels => props.wished.personas.find(({ personaId }) => personaId === id)?.levels ?? {}
  const shown = () => {
    const listed = props.wished.personas.map(({ personaId, personaName }) => ({ id: personaId, name: personaName }))
    const one = personas.value()?.find(({ id }) => id === added())
    return one && !listed.some(({ id }) => id === one.id) ? [...listed, { id: one.id, name: one.name }] : listed
  }
  const left = () => (personas.value() ?? []).filter(({ id }) => !shown().some((one) => one.id === id))
  const put = (id: string, kind: NotificationKind, level: NotificationLevel | 'as-others') => {
    const { [kind]: _, ...others } = own(id)
    save({ persona: { id, levels: level === 'as-others' ? others : { ...others, [kind]: level } } })
  }
  return (
    <Section title="Single personas" about="What differs from the above for one of them.">
      <For each={shown()} fallback={<p class="border-y border-line py-3 text-muted">All personas are told in the same way.</p>}>
        {(one) => (
          <div class="border-t border-line py-2 last:border-b">
            <p class="mb-1.5 font-medium">{one.name}</p>
            <div class="grid grid-cols-5 gap-2 narrow:grid-cols-3">
              <For each={NOTIFICATION_KINDS}>
                {(kind) => (
                  <Field label={KINDS[kind].label}>
                    <Select
                      value={own(one.id)[kind] ?? 'as-others'}
                      options={[{ value: 'as-others', label: 'As others' }, ...LEVELS]}
                      onValue={(level) => put(one.id, kind, level)}
                    />
                  </Field>
                )}
              </For>
            </div>
          </div>
        )}
      </For>
      <Show when={left().length > 0}>
        <Field label="Another persona" class="mt-3 max-w-xs">
          <Select
            value=""
            options={[{ value: '', label: 'Choose …' }, ...left().map(({ id, name }) => ({ value: id, label: name }))]}
            onValue={setAdded}
          />
        </Field>
      </Show>
    </Section>
  )
}
