/** Personas as files: export, the plan that a person reads before an import, and the import that creates exactly what was planned. */
import { createHash } from 'node:crypto'
import type { ImportPlan, PersonaDoc, PersonaRow } from '#contract'
import { newId, TroupeError } from '#core'
import { canonical } from './canonical.ts'
import type { Desk } from './desk.ts'
import type { PersonaFiles } from './file-job.ts'
import { fileNameFor } from './file-name.ts'
import { Names } from './names.ts'
import { powersOf } from './powers.ts'
import { PLACE_NAMES, previewRun } from './prepare.ts'
import { insertPersona, readCards, readPersonas } from './table.ts'

export interface Exchange {
  /** The current documents of these personas in one file. */
  export(ids: readonly string[]): Promise<{ fileName: string; text: string }>
  /** What an import of this text would create. Creates nothing. */
  planImport(text: string): Promise<ImportPlan>
  /** Creates what the plan with this digest showed, asleep. CONFLICT when it would create anything else. */
  import(text: string, digest: string): Promise<PersonaRow[]>
}

interface Planned {
  readonly doc: PersonaDoc
  readonly importedName: string
  readonly warnings: readonly string[]
}

export function exchange({ ports, change }: Desk, files: PersonaFiles): Exchange {
  const { store, clock, chance, announce } = ports

  async function plan(read: Awaited<ReturnType<PersonaFiles['read']>>): Promise<readonly Planned[]> {
    const names = new Names((await readCards(store, 'all')).map((card) => card.name))
    return read.map(({ doc, warnings }) => ({ doc, warnings, importedName: names.free(doc.name) }))
  }

  return {
    async export(ids) {
      const rows = await readPersonas(store, [...new Set(ids)])
      return { fileName: fileNameFor(rows.map(({ doc }) => doc.name)), text: await files.write(rows.map(({ doc }) => doc)) }
    },
    async planImport(text) {
      const planned = await plan(await files.read(text))
      const providers = new Set(await ports.providers())
      const items = planned.map(({ doc, importedName, warnings }) => ({
        name: doc.name,
        summary: doc.summary,
        importedName,
        bodyKind: doc.body.kind,
        powers: powersOf(doc),
        warnings: [...warnings, ...missingProviders(doc, providers), ...textWarnings(doc)],
      }))
      return { items, digest: digestOf(planned) }
    },
    async import(text, digest) {
      const read = await files.read(text)
      return change(async () => {
        const planned = await plan(read)
        if (digestOf(planned) !== digest) {
          throw new TroupeError(
            'CONFLICT',
            'This import would create something else than its plan showed: the file or the names in use have changed.',
            {
              hint: 'Look at the plan again, then import.',
            },
          )
        }
        const at = clock.now()
        const created = planned.map(({ doc, importedName }) => ({ id: newId(chance, 'per'), doc: { ...doc, name: importedName } }))
        await store.write(
          created.flatMap(({ id, doc }) =>
            insertPersona({ id, number: 1, doc, message: 'Imported from a file', restoredFrom: null, at }, false),
          ),
        )
        for (const { id } of created) announce('persona', id, 'imported')
        return readPersonas(
          store,
          created.map(({ id }) => id),
        )
      })
    },
  }
}

/** Over everything that would be created: the documents and the names that they get. */
function digestOf(planned: readonly Planned[]): string {
  const created = planned.map(({ doc, importedName }) => [doc, importedName])
  return createHash('sha256').update(canonical(created)).digest('hex')
}

function missingProviders(doc: PersonaDoc, known: ReadonlySet<string>): readonly string[] {
  if (doc.body.kind !== 'model') return []
  const missing = new Set(doc.body.models.map(({ provider }) => provider).filter((provider) => !known.has(provider)))
  return [...missing].map(
    (provider) => `The provider "${provider}" is not set up here; add it, or choose another model before the first run.`,
  )
}

/** Placeholders that nobody will fill in. */
function textWarnings(doc: PersonaDoc): readonly string[] {
  const places = Object.fromEntries(PLACE_NAMES.map((name) => [name, name]))
  const { problems } = previewRun(doc, { input: '', params: {}, places })
  return problems.filter(({ kind }) => kind === 'unknown' || kind === 'impossible').map(({ where, message }) => `${where}: ${message}`)
}
