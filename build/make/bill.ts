/** What is inside, for people (licences) and for programs (a CycloneDX bill of materials). Both name what was packed, and nothing else. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './root.ts'

interface Component {
  readonly name: string
  readonly group?: string
  readonly version: string
  readonly 'bom-ref': string
}
interface Bom {
  components: Component[]
  dependencies: { ref: string; dependsOn?: string[] }[]
}
interface Row {
  readonly name: string
  readonly version: string
  readonly licence: string
}

/** Bundled packages (as the build noted them), those outside the bundle, and Node. */
export function insideRows(outside: readonly string[]): Row[] {
  const bundled = JSON.parse(readFileSync(join(ROOT, 'dist/licences.json'), 'utf8')) as Row[]
  const rows = new Map(bundled.map((row) => [`${row.name}@${row.version}`, row]))
  for (const name of [...outside, 'node']) {
    const about = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as {
      version: string
      license?: string
    }
    rows.set(`${name}@${about.version}`, { name, version: about.version, licence: about.license ?? 'not stated' })
  }
  return [...rows.values()].sort((a, b) => a.name.localeCompare(b.name))
}

export function licenceText(rows: readonly Row[]): string {
  const parts = rows.map(({ name, version, licence }) => {
    const folder = join(ROOT, 'node_modules', name)
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)) : []
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
    return `${'='.repeat(80)}\n${name} ${version}: ${licence}\n${'='.repeat(80)}\n\n${text || 'Its package carries no text of its licence.'}\n`
  })
  const node = 'Node.js itself is under the MIT licence and those of its parts: https://github.com/nodejs/node/blob/main/LICENSE\n'
  return `What is inside Troupe, and under which licence.\n\n${rows.map(({ name, version, licence }) => `  ${name} ${version}: ${licence}`).join('\n')}\n\n${node}\n${parts.join('\n')}`
}

/** npm's own list of the locked packages, less those that only build and test. */
export function billOfMaterials(rows: readonly Row[]): string {
  const all = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    // The window's build sets NODE_ENV, and npm would then leave out what the window is made of.
    env: { ...process.env, NODE_ENV: 'development' },
    ...{ cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 27 },
    shell: process.platform === 'win32',
  })
  const bom = JSON.parse(all) as Bom
  const names = new Set(rows.map(({ name, version }) => `${name}@${version}`))
  const nameOf = ({ group, name }: Component) => (group ? `${group}/${name}` : name)
  bom.components = bom.components.filter((one) => names.has(`${nameOf(one)}@${one.version}`))
  const kept = new Set(bom.components.map((one) => one['bom-ref']))
  bom.dependencies = bom.dependencies
    .filter(({ ref }) => kept.has(ref) || ref.startsWith('troupe@'))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: (dependsOn ?? []).filter((one) => kept.has(one)) }))
  const found = new Set(bom.components.map((one) => `${nameOf(one)}@${one.version}`))
  const lost = [...names].filter((name) => !found.has(name))
  if (lost.length > 0) throw new Error(`The bill of materials misses what is inside: ${lost.join(', ')}`)
  return `${JSON.stringify(bom, null, 1)}\n`
}
