import { For, Show } from 'solid-js'
import type { CredentialDetail } from '#contract'
import { Row, Section } from '../../settings/row.tsx'

/** Where its values may go, and as what. */
export function Places(props: { readonly detail: CredentialDetail }) {
  return (
    <Section title="Where it may go" about="The engine sends it nowhere else, and takes it off a redirect that leads elsewhere.">
      <Row label="Hosts" hint={props.detail.allowPrivate ? 'Private addresses are allowed.' : 'Public addresses only.'}>
        <Names list={props.detail.hosts} none="none: it is not sent in requests" />
      </Row>
      <Row label="Request headers">
        <Names list={props.detail.headers} none="none" />
      </Row>
      <Row label="Variables of a program" hint="Only for personas that were granted it as variables.">
        <Names list={props.detail.env} none="none" />
      </Row>
    </Section>
  )
}

function Names(props: { readonly list: readonly string[]; readonly none: string }) {
  return (
    <Show when={props.list.length > 0} fallback={<span class="text-muted">{props.none}</span>}>
      <span class="flex flex-wrap justify-end gap-1">
        <For each={props.list}>
          {(name) => <code class="rounded-sm bg-hover px-1.5 py-px font-mono text-sm break-all select-text">{name}</code>}
        </For>
      </span>
    </Show>
  )
}
