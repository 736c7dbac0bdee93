/** A bundler plugin that notes the name, version and licence of every package whose code ends up in a bundle. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Licence {
  readonly name: string
  readonly version: string
  readonly licence: string
}
export type LicenceNote = Map<string, Licence>

/** `…/node_modules/@scope/name/…` → that package's folder; null for our own files. */
function packageFolder(moduleId: string): string | null {
  const match = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(moduleId.replace(/^\0/, ''))
  return match?.[1] ?? null
}

export function licenceCollector(notes: LicenceNote) {
  return {
    name: 'troupe:licences',
    generateBundle(_options: unknown, bundle: Record<string, { readonly type: string; readonly moduleIds?: readonly string[] }>) {
      for (const chunk of Object.values(bundle)) {
        for (const id of chunk.moduleIds ?? []) {
          const folder = packageFolder(id)
          if (!folder || notes.has(folder)) continue
          const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
            name?: string
            version?: string
            license?: string
          }
          notes.set(folder, { name: about.name ?? folder, version: about.version ?? 'unknown', licence: about.license ?? 'not stated' })
        }
      }
    },
  }
}
