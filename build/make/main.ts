/**
 * `npm run make`: from what `npm run build` left, everything that can be handed to people, into dist/make. It says what could not be
 * made here, and ends with 1 when a budget is broken. Options: --fetch gets the other systems' Nodes from the npm registry (once);
 * --quick leaves out the slow archives (and what is measured on them).
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt } from '../build.ts'
import { tarXz, writeSums, xz, zip } from './archives.ts'
import { billOfMaterials, insideRows, licenceText } from './bill.ts'
import { makeAppDir, makeDeb, makeMacApp, SIGN } from './desktop.ts'
import { makeParts, type Parts } from './parts.ts'
import { ROOT } from './root.ts'
import { makeSingle } from './single.ts'
import { makeSlim } from './slim.ts'
import { ending, isHost, nodeOf, TARGETS, type Target } from './targets.ts'

const { values: options } = parseArgs({
  options: { fetch: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
})
const OUT = join(ROOT, 'dist/make')
const left: string[] = []
const measured = new Map<string, number>()
const megabytes = (bytes: number): number => Math.ceil(bytes / 10_000) / 100

await ensureBuilt(console.log)
rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
const any = await makeParts({})
const rows = insideRows(any.packages)
const licences = licenceText(rows)
writeFileSync(join(OUT, 'LICENCES.txt'), licences)
writeFileSync(join(OUT, 'sbom.cdx.json'), billOfMaterials(rows))
slimFolder(any)
for (const target of TARGETS) await forTarget(target)
writeSums(OUT)
report()

function slimFolder(parts: Parts): void {
  const folder = join(OUT, 'troupe-slim')
  makeSlim(folder, parts.boot, parts.packed)
  writeFileSync(join(folder, 'LICENCES.txt'), licences)
  measured.set('slim folder, MB', megabytes(folderBytes(folder)))
  zip(folder, join(OUT, `troupe-${parts.version}-slim.zip`))
  try {
    tarXz(folder, join(OUT, `troupe-${parts.version}-slim.tar.xz`))
  } catch {
    left.push('the slim .tar.xz: tar or xz is not here')
  }
}

async function forTarget(target: Target): Promise<void> {
  const node = nodeOf(target, options.fetch)
  if (node === undefined) {
    left.push(`${target.name}: its Node is not here; npm run make -- --fetch gets it`)
    if (target.name === 'mac-arm64') macApp(target, undefined)
    return
  }
  const folder = join(OUT, target.name)
  mkdirSync(folder, { recursive: true })
  const parts = await makeParts({ target })
  left.push(...parts.missing)
  const output = join(folder, `troupe${ending(target)}`)
  const shared = { target, node, boot: parts.boot, workDir: join(OUT, '.work') }
  await makeSingle({ ...shared, packed: parts.packed, output })
  const base = join(OUT, `troupe-${parts.version}-${target.name}`)
  if (target.platform === 'win32') {
    writeFileSync(join(folder, 'LICENCES.txt'), licences)
    if (!options.quick) zip(folder, `${base}.zip`)
  } else if (target.platform === 'darwin') macApp(target, output)
  else await linux(target, shared, output, base)
  if (isHost(target)) measured.set('single executable, MB', megabytes(statSync(output).size))
  if (isHost(target) && !options.quick) {
    xz(output, `${base}.xz`, target.arch)
    measured.set('single executable as .xz, MB', megabytes(statSync(`${base}.xz`).size))
  }
}

/** What is installed by a package has no budget for one file, and carries the native keyring where it is here. */
async function linux(target: Target, shared: Omit<Parameters<typeof makeSingle>[0], 'packed' | 'output'>, single: string, base: string) {
  const { packed, missing, version } = await makeParts({ target, keyring: true })
  const kept = missing.filter((line) => line.includes('keyring'))
  left.push(...kept)
  const full = kept.length > 0 ? single : join(OUT, target.name, 'troupe-with-keyring')
  if (full !== single) await makeSingle({ ...shared, packed, output: full })
  makeAppDir(full, join(OUT, target.name, 'Troupe.AppDir'))
  if (!options.quick && !makeDeb(target, full, licences, version, `${base}.deb`))
    left.push(`${target.name}: no .deb, since dpkg-deb is not here`)
  left.push(
    `${target.name}: no one-file AppImage, since its tool is not here; appimagetool dist/make/${target.name}/Troupe.AppDir makes it`,
  )
  if (full !== single) rmSync(full)
}

function macApp(target: Target, executable: string | undefined): void {
  const folder = join(OUT, target.name, 'Troupe.app')
  makeMacApp(folder, any.version, executable === undefined ? { slim: join(OUT, 'troupe-slim') } : { executable })
  if (executable !== undefined) rmSync(executable)
  left.push(`${target.name}: Troupe.app is not signed${executable ? '' : ', and needs a Node on the machine'}; on a Mac: ${SIGN}`)
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => {
    const found = statSync(join(folder, name))
    return sum + (found.isFile() ? found.size : 0)
  }, 0)
}

function report(): void {
  for (const name of readdirSync(OUT).sort()) {
    const path = join(OUT, name)
    console.log(`  ${name.padEnd(36)} ${statSync(path).isDirectory() ? 'folder' : `${megabytes(statSync(path).size)} MB`}`)
  }
  const budgets = JSON.parse(readFileSync(join(ROOT, 'build/budgets.json'), 'utf8')) as Record<string, { most?: number }>
  for (const [name, value] of measured) {
    const most = budgets[name]?.most ?? 0
    console.log(`  ${value <= most ? 'ok  ' : 'OVER'} ${name}: ${value} of ${most}`)
    if (value > most) process.exitCode = 1
  }
  for (const line of left) console.log(`  not made: ${line}`)
  if (!existsSync(join(OUT, 'SHA256SUMS'))) process.exitCode = 1
}
