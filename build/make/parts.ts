/** What every form of Troupe is made of, built once: the boot, and the app of a system as a pack. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AppParts, collectApp } from './app.ts'
import { bundleBoot } from './boot-bundle.ts'
import { type PackedApp, packApp } from './pack.ts'
import { ROOT } from './root.ts'
import type { Target } from './targets.ts'

export interface Parts extends AppParts {
  readonly version: string
  readonly boot: string
  readonly packed: PackedApp
}

export interface PartsOptions {
  /** Undefined: for any system with a Node. */
  readonly target?: Target | undefined
  /** The native keyring, 1.1 MB packed. Default: no. */
  readonly keyring?: boolean
  /** Of the packing, 0 to 11. Default 11. */
  readonly quality?: number
}

export async function makeParts({ target, keyring = false, quality = 11 }: PartsOptions): Promise<Parts> {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  const [boot, parts] = await Promise.all([bundleBoot(), collectApp(target, keyring)])
  return { ...parts, version, boot, packed: packApp(parts.app, version, quality) }
}
