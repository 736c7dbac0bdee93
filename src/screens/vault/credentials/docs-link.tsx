import { Show } from 'solid-js'
import type { ConnectorRow } from '#contract'

/** Where the service says how to get one. An address, not a link that leads away: the window has no other page to come back from. */
export function DocsLink(props: { readonly connector: ConnectorRow }) {
  return (
    <Show when={props.connector.docsUrl}>
      {(url) => (
        <p class="mb-3 text-sm text-muted">
          How to get one:{' '}
          <a href={url()} target="_blank" rel="noreferrer" class="break-all text-accent-ink underline underline-offset-2">
            {url()}
          </a>
        </p>
      )}
    </Show>
  )
}
