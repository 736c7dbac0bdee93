/** The licences of what Troupe is made of: the list that the build wrote, or (from source) what the packages say of themselves. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type LicenceRow, licenceRow } from '#contract'

const manifest = z.object({
  version: z.string().default('unknown'),
  license: z.string().default('not stated'),
  dependencies: z.record(z.string(), z.string()).default({}),
})

/** `root` is the folder with package.json. MISSING never: what cannot be read is listed as not stated. */
export async function readLicences(root: string): Promise<LicenceRow[]> {
  const built = await readFile(join(root, 'dist/licences.json'), 'utf8').catch(() => undefined)
  if (built !== undefined) return z.array(licenceRow).parse(JSON.parse(built))
  const own = manifest.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  const rows = Object.keys(own.dependencies).map(async (name) => {
    const text = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8').catch(() => '{}')
    const { version, license } = manifest.parse(JSON.parse(text))
    return { name, version, licence: license }
  })
  return Promise.all(rows)
}
