import { createMemo, For, Match, Show, Switch } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { type Block, blocks, pieces, spans } from './markdown.ts'

/** A model's text, drawn from blocks as elements; nothing in it can become markup, and nothing is loaded from elsewhere. */
export function Prose(props: { readonly text: string }) {
  const parts = createMemo(() => pieces(props.text))
  return (
    <div class="flex max-w-[72ch] flex-col gap-2.5 text-md break-words">
      <For each={parts()}>{(piece) => <For each={blocks(piece)}>{(block) => <BlockView block={block} />}</For>}</For>
    </div>
  )
}

function BlockView(props: { readonly block: Block }) {
  const { block } = props
  switch (block.kind) {
    case 'heading':
      return (
        <Dynamic component={`h${Math.min(6, block.level + 2)}`} class={`font-semibold ${block.level < 3 ? 'text-lg' : ''}`}>
          <Spans text={block.text} />
        </Dynamic>
      )
    case 'code':
      return <Code text={block.text} />
    case 'table':
      return <Code text={block.text} />
    case 'rule':
      return <hr class="border-line" />
    case 'quote':
      return (
        <blockquote class="whitespace-pre-wrap border-l-2 border-line-strong pl-3 text-muted">
          <Spans text={block.text} />
        </blockquote>
      )
    case 'list':
      return (
        <Dynamic component={block.ordered ? 'ol' : 'ul'} class={`flex flex-col gap-1 pl-5 ${block.ordered ? 'list-decimal' : 'list-disc'}`}>
          <For each={block.items}>
            {(item) => (
              <li class="whitespace-pre-wrap">
                <Spans text={item} />
              </li>
            )}
          </For>
        </Dynamic>
      )
    default:
      return (
        <p class="whitespace-pre-wrap">
          <Spans text={block.text} />
        </p>
      )
  }
}

function Code(props: { readonly text: string }) {
  return (
    <pre tabindex={0} class="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-sm">
      {props.text}
    </pre>
  )
}

function Spans(props: { readonly text: string }) {
  return (
    <For each={spans(props.text)}>
      {(span) => (
        <Switch fallback={span.text}>
          <Match when={span.kind === 'bold'}>
            <strong class="font-semibold">{span.text}</strong>
          </Match>
          <Match when={span.kind === 'italic'}>
            <em>{span.text}</em>
          </Match>
          <Match when={span.kind === 'code'}>
            <code class="rounded-sm bg-sunken px-1 font-mono text-[0.92em]">{span.text}</code>
          </Match>
          <Match when={span.kind === 'link' && span}>
            {(link) => (
              <a
                href={'href' in link() ? (link() as { href: string }).href : ''}
                target="_blank"
                rel="noreferrer noopener"
                class="text-accent-ink underline"
              >
                {link().text}
                <Show when={'href' in link() && (link() as { href: string }).href !== link().text}>
                  <span class="sr-only"> ({(link() as { href: string }).href})</span>
                </Show>
              </a>
            )}
          </Match>
        </Switch>
      )}
    </For>
  )
}
