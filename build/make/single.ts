/** The single executable: the project's own Node with the boot, the index and the pack inside (a Node single-executable application). */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'postject'
import type { PackedApp } from './pack.ts'
import { isHost, nodeOf, TARGETS, type Target } from './targets.ts'

/** The words that Node looks for in itself. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

export interface SingleOptions {
  readonly target: Target
  /** Its Node. */
  readonly node: string
  readonly boot: string
  readonly packed: PackedApp
  readonly output: string
  /** Taken for what lies between, and removed. */
  readonly workDir: string
}

export async function makeSingle({ target, node, boot, packed, output, workDir }: SingleOptions): Promise<void> {
  mkdirSync(workDir, { recursive: true })
  const at = (name: string) => join(workDir, name)
  writeFileSync(at('boot.cjs'), boot)
  writeFileSync(at('troupe.index'), packed.index)
  writeFileSync(at('troupe.pack'), packed.pack)
  const config = {
    main: at('boot.cjs'),
    output: at('blob'),
    disableExperimentalSEAWarning: true,
    // Both belong to one system and one Node build; the blob is the same for all.
    useCodeCache: false,
    useSnapshot: false,
    assets: { 'troupe.index': at('troupe.index'), 'troupe.pack': at('troupe.pack') },
  }
  writeFileSync(at('config.json'), JSON.stringify(config))
  const host = TARGETS.find(isHost)
  const maker = (host && nodeOf(host, false)) ?? process.execPath
  execFileSync(maker, ['--experimental-sea-config', at('config.json')], { stdio: ['ignore', 'ignore', 'inherit'] })
  copyFileSync(node, output)
  chmodSync(output, 0o755)
  // Before the injection: an executable that is stripped afterwards does not start.
  strip(target, output)
  const muted = console.log
  console.log = () => undefined
  try {
    await inject(output, 'NODE_SEA_BLOB', readFileSync(at('blob')), {
      sentinelFuse: FUSE,
      ...(target.platform === 'darwin' ? { machoSegmentName: 'NODE_SEA' } : {}),
    })
  } finally {
    console.log = muted
  }
  rmSync(workDir, { recursive: true })
}

/** 126 MB become 108. Only this system's own tool is trusted with its programs; another's stay as they are. */
function strip(target: Target, path: string): void {
  if (!isHost(target) || target.platform === 'win32') return
  try {
    execFileSync('strip', target.platform === 'darwin' ? ['-x', path] : [path], { stdio: 'ignore' })
  } catch {
    console.log(`  ${target.name}: strip is not here, so the executable keeps Node's symbols (18 MB more)`)
  }
}
