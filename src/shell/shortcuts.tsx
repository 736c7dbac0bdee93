import { createMemo, For } from 'solid-js'
import { Dialog, Kbd } from '../parts/mod.ts'
import { type Action, actions } from './actions.ts'

interface ShortcutsProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** Keys of parts, which are no actions: they work where the focus is. */
const EVERYWHERE: readonly (readonly [string, string])[] = [
  ['escape', 'Close what is open; empty a search'],
  ['up down left right', 'Move in lists, menus and tabs'],
  ['enter', 'Open or choose'],
]

export function Shortcuts(props: ShortcutsProps) {
  const sections = createMemo(() => {
    const bySection = new Map<string, Action[]>()
    for (const action of actions()) {
      if (action.shortcut === undefined) continue
      bySection.set(action.section, [...(bySection.get(action.section) ?? []), action])
    }
    return [...bySection]
  })
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Shortcuts"
      description="Letters alone sleep while you edit a text."
      size="md"
    >
      <div class="-mb-4 columns-2 gap-8 narrow:columns-1">
        <For each={sections()}>
          {([section, list]) => <Section title={section} rows={list.map((action) => [action.shortcut ?? '', action.title] as const)} />}
        </For>
        <Section title="Everywhere" rows={EVERYWHERE} />
      </div>
    </Dialog>
  )
}

function Section(props: { readonly title: string; readonly rows: readonly (readonly [string, string])[] }) {
  return (
    <section class="mb-4 break-inside-avoid">
      <h3 class="mb-1 text-sm text-muted">{props.title}</h3>
      <dl>
        <For each={props.rows}>
          {([keys, title]) => (
            <div class="flex min-h-7 items-center justify-between gap-3 border-b border-line py-0.5">
              <dt>{title}</dt>
              <dd>
                <Kbd keys={keys} />
              </dd>
            </div>
          )}
        </For>
      </dl>
    </section>
  )
}
