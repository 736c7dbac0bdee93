import { Show } from 'solid-js'
import type { CredentialDetail } from '#contract'
import { clockTime } from '../../../look/format.ts'
import { Badge, TimeAgo } from '../../../parts/mod.ts'
import { Row, Section } from '../../settings/row.tsx'
import { AGE_LOOKS, HEALTH_LOOKS } from './words.ts'

/** How well it is known to work, and how old it is. */
export function Health(props: { readonly detail: CredentialDetail }) {
  const row = () => props.detail.row
  const look = () => HEALTH_LOOKS[row().health.state]
  return (
    <Section title="Health">
      <Row
        label={row().health.detail || props.detail.connector.uncheckable || 'Nobody has tried it yet.'}
        hint={
          <Show when={row().health.at} fallback="Never tried">
            {(at) => (
              <>
                Tried <TimeAgo at={at()} />
              </>
            )}
          </Show>
        }
      >
        <Badge tone={look().tone}>{look().word}</Badge>
      </Row>
      <Row label="Last change of a secret">
        <span class="text-muted">
          <TimeAgo at={row().secretChangedAt} />
        </span>
      </Row>
      <Row label="Last used by a run">
        <span class="text-muted">
          <Show when={row().lastUsedAt} fallback="never">
            {(at) => <TimeAgo at={at()} />}
          </Show>
        </span>
      </Row>
      <Show when={row().expiresAt}>
        {(at) => (
          <Row label="Ends on">
            <Day at={at()} age={row().age === 'expired' ? 'expired' : row().age === 'soon' ? 'soon' : 'fresh'} />
          </Row>
        )}
      </Show>
      <Show when={row().rotateAt}>
        {(at) => (
          <Row label="A new value is due">
            <Day at={at()} age={row().age === 'due' ? 'due' : 'fresh'} />
          </Row>
        )}
      </Show>
    </Section>
  )
}

function Day(props: { readonly at: number; readonly age: CredentialDetail['row']['age'] }) {
  return (
    <span class="flex items-center gap-2 text-muted">
      <span title={clockTime(props.at)}>{new Date(props.at).toLocaleDateString(undefined, { dateStyle: 'medium' })}</span>
      <Show when={AGE_LOOKS[props.age]}>{(look) => <Badge tone={look().tone}>{look().word}</Badge>}</Show>
    </span>
  )
}
