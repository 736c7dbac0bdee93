/** A workspace with something secret beside it, and tools that are called as a model calls them. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { toolGrants } from '#contract'
import { Redactor } from '#core'
import { systemChance, systemClock, systemLookup } from '#core/node'
import type { Loans } from '../../../extensions/engine/tool/egress.ts'
import { type ToolPorts, type ToolResult, toolsFor } from '../../../extensions/engine/tool/mod.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
export const atEnd = (close: () => Promise<unknown>): void => void closing.push(close)

export interface Place {
  readonly workspaceDir: string
  /** A folder beside the workspace, with `secret.txt` in it. */
  readonly outside: string
  readonly children: [number, 'started' | 'ended'][]
  call(tool: string, args: unknown, signal?: AbortSignal): Promise<ToolResult>
}

/** The tools that these grants allow, over a fresh workspace. */
export async function place(
  grants: object,
  ports: Partial<ToolPorts> = {},
  childEnv: Readonly<Record<string, string>> = {},
  lent: { readonly loans?: Loans; readonly lentEnv?: Readonly<Record<string, string>> } = {},
): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'troupe-tool-'))
  atEnd(() => rm(root, { recursive: true, force: true }))
  const workspaceDir = join(root, 'workspace')
  const outside = join(root, 'outside')
  await mkdir(workspaceDir)
  await mkdir(outside)
  await writeFile(join(outside, 'secret.txt'), 'the secret')
  const children: [number, 'started' | 'ended'][] = []
  const all = { clock: systemClock, chance: systemChance, env: process.env, lookup: systemLookup, redactor: new Redactor(), ...ports }
  const tools = toolsFor(toolGrants.parse(grants), all)
  const context = { workspaceDir, childEnv, ...lent, child: (pid: number, what: 'started' | 'ended') => void children.push([pid, what]) }
  return {
    workspaceDir,
    outside,
    children,
    call(name, args, signal = new AbortController().signal) {
      const tool = tools.find((one) => one.name === name)
      if (!tool) throw new Error(`${name} was not granted; granted: ${tools.map((one) => one.name).join(', ')}`)
      return tool.execute(args, context, signal)
    },
  }
}
