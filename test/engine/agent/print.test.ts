/** Print modes: a program that prints what Claude Code and Codex document, found on the PATH under their names. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, play } from './stage.ts'

const PRINTS = new URL('../../fixtures/agents/print-agent.mjs', import.meta.url).pathname

/** A folder with a program of this name. */
async function installed(name: string) {
  const bin = join(await folder(), 'bin')
  await mkdir(bin)
  await writeFile(join(bin, name), `#!/bin/sh\nexec "${process.execPath}" "${PRINTS}" "$@"\n`)
  await chmod(join(bin, name), 0o755)
  return { findProgram: async (asked: string) => (asked === name ? join(bin, name) : undefined) }
}

test('[AG11] [AG9] Claude Code without its adapter: print mode, told beforehand what it may do, with tokens and cost', async () => {
  const ports = await installed('claude')
  const body = { agent: 'claude', program: '', args: [], model: 'm', files: 'read', commands: ['git', 'a;b'] } as const
  const played = await play({ body: { ...body, commands: [...body.commands], args: [] }, ports })
  expect(played.outcome).toMatchObject({
    state: 'succeeded',
    costUsd: 0.5,
    usage: { input: 7, output: 3, cachedInput: 2 },
    model: 'claude/m-1',
  })
  expect(played.text).toMatch(
    /Hello \| -p --output-format stream-json --verbose --model m --permission-mode default --allowedTools Read,Glob,Grep,Bash\(git:\*\)$/,
  )
  expect(played.notices).toEqual(['agent-tool: Bash: {"command":"ls"}', 'agent-tool: a tool: failed'])
  // One step, which the gate is asked about before anything happens.
  expect(played.steps.map(({ title }) => title)).toEqual(['Claude Code/m'])
  const denied = await play({ body: { ...body, commands: [], args: [] }, ports, gate: () => ({ instead: 'Not now.' }) })
  expect(denied.outcome).toMatchObject({ state: 'failed', reason: 'denied', message: 'Not now.' })
  expect(denied.text).toBe('')
})

test('[AG11] [AG7] a print mode that fails or leaves is a failed run with its words', async () => {
  const ports = await installed('claude')
  const body = { agent: 'claude', program: '', args: [] } as const
  const failed = await play({ body: { ...body, args: [] }, ports, input: 'please fail' })
  expect(failed.outcome).toMatchObject({ state: 'failed', message: 'it broke', costUsd: 0.5 })
  const left = await play({ body: { ...body, args: [] }, ports, input: 'leave' })
  expect(left.outcome).toMatchObject({ state: 'failed', message: expect.stringContaining('exit code 4') })
})

test('[AG11] Codex without its adapter: exec --json, in its own sandbox', async () => {
  const ports = await installed('codex')
  const body = { agent: 'codex', program: '', args: [] } as const
  const played = await play({ body: { ...body, args: [] }, ports })
  expect(played.outcome).toMatchObject({ state: 'succeeded', costUsd: null, usage: { input: 9, output: 2, cachedInput: 4 } })
  expect(played.text).toMatch(/Hello \| exec --json --skip-git-repo-check --sandbox workspace-write -$/)
  expect((await play({ body: { ...body, args: [], files: 'none' }, ports })).text).toContain('--sandbox read-only')
  expect((await play({ body: { ...body, args: [] }, ports, input: 'fail' })).outcome).toMatchObject({
    state: 'failed',
    message: 'it broke',
  })
})
