import { createMemo, createSignal, For } from 'solid-js'
import { BUILD, engine } from '../../link/mod.ts'
import { counted } from '../../look/format.ts'
import { SearchField } from '../../parts/mod.ts'
import { EngineFacts } from './engine-status.tsx'
import { Reading } from './reading.tsx'
import { Section } from './row.tsx'

export function About() {
  const [text, setText] = createSignal('')
  return (
    <>
      <EngineFacts build={BUILD} />
      <Section title="Licences" about="Troupe stands on the work of others, under their licences.">
        <Reading what="licences" read={() => engine.engine.licences({})}>
          {(rows) => {
            const found = createMemo(() => {
              const wanted = text().trim().toLowerCase()
              // A package may lie in several folders in one version: it is named once.
              const once = new Map(rows().map((row) => [`${row.name} ${row.version}`, row] as const))
              return [...once.values()].filter((row) => `${row.name} ${row.licence}`.toLowerCase().includes(wanted))
            })
            return (
              <>
                <div class="mb-2 flex items-center gap-3">
                  <SearchField label="Search licences" value={text()} onValue={setText} class="w-64" />
                  <span class="text-muted">{counted(found().length, 'package')}</span>
                </div>
                <ul class="max-h-80 overflow-auto rounded-md border border-line" tabindex={0} aria-label="Licences">
                  <For each={found()} fallback={<li class="px-3 py-2 text-muted">None is called like that.</li>}>
                    {(row) => (
                      <li class="flex gap-3 border-b border-line px-3 py-1 last:border-0">
                        <span class="min-w-0 flex-1 truncate font-mono text-sm">{row.name}</span>
                        <span class="text-muted tabular-nums">{row.version}</span>
                        <span class="w-40 truncate text-right">{row.licence}</span>
                      </li>
                    )}
                  </For>
                </ul>
              </>
            )
          }}
        </Reading>
      </Section>
    </>
  )
}
