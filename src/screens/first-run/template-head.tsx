import { Show } from 'solid-js'
import type { TemplateRow } from '#contract'
import { Badge, PersonaMark } from '../../parts/mod.ts'

/** The head of the right side: who it is. */
export function TemplateHead(props: { readonly template: TemplateRow }) {
  return (
    <div class="flex items-start gap-3">
      <PersonaMark icon={props.template.icon} colour={props.template.colour} size="lg" />
      <div class="min-w-0">
        <h2 class="text-xl font-semibold tracking-tight">{props.template.name}</h2>
        <p class="mt-0.5 max-w-prose text-muted">{props.template.summary}</p>
        <div class="mt-1.5 flex gap-1.5">
          <Badge>{props.template.doc.body.kind === 'model' ? 'A model' : 'A program on this machine'}</Badge>
          <Show when={props.template.needs.includes('network')}>
            <Badge>Network</Badge>
          </Show>
        </div>
      </div>
    </div>
  )
}
