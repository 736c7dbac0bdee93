/** The agent body over the Agent Client Protocol: what it may do, what it is refused, and how it ends. */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { type KnownSecret, RunParked, SecretBook } from '#core'
import { folder, living, play } from './stage.ts'

test('[AG1] prompt and input reach the agent, its words come as text, and it ends with its tree', async () => {
  const played = await play({ mode: 'echo', input: 'good day' })
  expect(played.outcome).toMatchObject({ state: 'succeeded', reason: 'done', result: 'You said: You are a test.\n\ngood day' })
  expect(played.text).toBe('You said: You are a test.\n\ngood day')
  expect(played.notices).toEqual([expect.stringMatching(/^usage-not-reported: /)])
  expect(played.outcome).toMatchObject({ usage: null, costUsd: null })
  expect(living(played.runId)).toEqual([])
})

test('[AG3] files go through the workspace guard, each as a step', async () => {
  const played = await play({ mode: 'write' })
  expect(await readFile(join(played.workspaceDir, 'note.txt'), 'utf8')).toBe('from the agent')
  expect(played.text).toContain('"content":"from the agent"')
  expect(played.steps.map(({ title, safety, args }) => [title, safety, args.path])).toEqual([
    ['Another agent', 'unsafe', undefined],
    ['write_text_file', 'idempotent', 'note.txt'],
    ['read_text_file', 'read-only', 'note.txt'],
  ])
})

test('[AG3] nothing outside the workspace is read or written, by whatever path', async () => {
  const outer = await folder()
  const workspaceDir = join(outer, 'workspace')
  await mkdir(workspaceDir)
  await writeFile(join(outer, 'other.txt'), 'not this')
  await symlink('/etc', join(workspaceDir, 'link'))
  const { text } = await play({ mode: 'outside', workspaceDir })
  expect(text).not.toContain('not this')
  expect(text.match(/REFUSED/g)).toHaveLength(4)
  await expect(readFile(join(outer, 'out.txt'))).rejects.toThrow('ENOENT')
})

test('[AG3] a persona that may only read writes nothing, and one that may do neither does neither', async () => {
  const read = await play({ mode: 'write', body: { files: 'read' } })
  expect(read.text).toMatch(/may not change files/)
  const none = await play({ mode: 'write', body: { files: 'none' } })
  expect(none.text.match(/may not/g)?.length).toBeGreaterThanOrEqual(2)
  expect(none.steps).toHaveLength(1)
})

test('[AG4] terminals: programs from the list only, without a shell, and gone with the session', async () => {
  const played = await play({ mode: 'terminal', body: { commands: [process.execPath] } })
  expect(played.text).toContain('hello from a terminal')
  expect(played.text).toMatch(/"exitCode":0/)
  expect(played.text).toMatch(/REFUSED.*sh.*not in this persona's list/)
  expect(played.steps.filter(({ title }) => title === 'terminal')).toHaveLength(1)
  const none = await play({ mode: 'terminal' })
  expect(none.text).not.toContain('hello from a terminal')
})

test('[AG5] permissions: by kind first, then the gate; always once, never for always', async () => {
  const played = await play({ mode: 'edit', body: { commands: ['ls'] } })
  expect(played.text).toBe(
    ['once', 'once', 'no'].map((optionId) => JSON.stringify({ outcome: { outcome: 'selected', optionId } })).join(''),
  )
  expect(played.steps.map(({ title }) => title)).toEqual(['Another agent', 'agent:edit', 'agent:execute'])
  expect(played.steps[1]?.args).toMatchObject({ changes: [{ newText: 'new' }] })
  expect(played.notices.join()).toMatch(/agent-refused.*without a shell/)
  const mode = await play({ mode: 'mode' })
  expect(mode.text).toContain('"optionId":"no"')
})

test('[AG5] what the gate denies, the agent is refused', async () => {
  const gate = ({ title }: { readonly title: string }) =>
    title === 'agent:edit' || title === 'write_text_file' ? { instead: 'The person said no.' } : undefined
  expect((await play({ mode: 'edit', gate })).text).toMatch(/^\{"outcome":\{"outcome":"selected","optionId":"no"\}\}/)
  const written = await play({ mode: 'write', gate })
  expect(written.text).toContain('The person said no.')
  await expect(readFile(join(written.workspaceDir, 'note.txt'))).rejects.toThrow('ENOENT')
})

test('[AG6] a step that parks ends the agent; later its session is loaded, and the same question is the same step', async () => {
  const journal = new Map<string, unknown>()
  const workspaceDir = await folder()
  const asked: string[] = []
  let open = false
  const gate = (ask: { readonly title: string; readonly key: string }) => {
    if (ask.title !== 'agent:edit') return undefined
    asked.push(ask.key)
    if (!open) throw new RunParked('It waits for the person.')
    return undefined
  }
  await expect(play({ mode: 'edit', journal, workspaceDir, gate })).rejects.toBeInstanceOf(RunParked)
  open = true
  const again = await play({ mode: 'edit', journal, workspaceDir, gate })
  expect(again.outcome).toMatchObject({ state: 'succeeded' })
  expect(again.text).not.toContain('the past is told again')
  expect(await readFile(join(workspaceDir, '.sessions'), 'utf8')).toBe('new\nload\n')
  expect(asked).toHaveLength(2)
  expect(asked[0]).toBe(asked[1])
})

test('[AG7] a crash, a greeting that never comes, and lines that are no messages', async () => {
  const crash = await play({ mode: 'crash' })
  expect(crash.outcome).toMatchObject({ state: 'failed', message: expect.stringMatching(/something broke in the agent.*exit code 9/s) })
  const hang = await play({ mode: 'hang', ports: { startMs: 400 } })
  expect(hang.outcome).toMatchObject({ state: 'failed', message: expect.stringContaining('did not greet in time') })
  expect(living(hang.runId)).toEqual([])
  expect((await play({ mode: 'garbage' })).outcome.state).toBe('succeeded')
  expect((await play({ mode: 'refuse' })).outcome).toMatchObject({ state: 'failed', message: 'The agent refused to go on.' })
})

test('[AG8] a cancel is told to the agent; one that ignores it, and SIGTERM, is ended all the same', async () => {
  for (const mode of ['slow', 'deaf']) {
    const abort = new AbortController()
    const began = performance.now()
    const playing = play({ mode, signal: abort.signal, onText: () => abort.abort(new Error('the person')) })
    await expect(playing).rejects.toThrow('the person')
    expect(performance.now() - began).toBeLessThan(20_000)
  }
})

test('[AG8] grandchildren in a session of their own are gone with the agent', async () => {
  const played = await play({ mode: 'family' })
  expect(played.outcome.state).toBe('succeeded')
  await vi.waitFor(() => expect(living(played.runId)).toEqual([]))
})

test('[AG9] what is reported of tokens and cost is counted', async () => {
  const { outcome, notices, steps } = await play({ mode: 'spent' })
  expect(outcome).toMatchObject({ usage: { input: 100, output: 20, cachedInput: 5, reasoning: null }, costUsd: 0.25 })
  expect(steps[0]?.end).toMatchObject({ usage: { input: 100 }, costUsd: 0.25 })
  expect(notices).toEqual([])
})

test('[AG2] its environment is built from nothing; what was lent is there, and hidden in what it says', async () => {
  process.env.TROUPE_TEST_KEY = 'not for agents'
  const value = ['a', 'lent', 'value'].join('-')
  const secret: KnownSecret = { mask: '{{credential.x.token}}', value }
  const book = new SecretBook()
  book.hold([secret])
  const { text, steps } = await play({
    mode: 'environment',
    lent: { TOKEN: value },
    body: { env: { OWN: 'yes' } },
    redactor: book.redactor,
  })
  delete process.env.TROUPE_TEST_KEY
  const env = JSON.parse(text) as Record<string, string>
  const allowed = /^(PATH|HOME|LANG|LANGUAGE|TMPDIR|TERM|USER|LOGNAME|SHELL|TZ|LC_.*|OWN|TOKEN|TROUPE_RUN)$/
  expect(Object.keys(env).filter((name) => !allowed.test(name))).toEqual([])
  expect(env).toMatchObject({ OWN: 'yes', TOKEN: value })
  expect(steps[0]?.args).not.toHaveProperty('env')
})

test('[AG10] what is not installed is said, with what to look for', async () => {
  const played = await play({ body: { agent: 'claude', program: '', args: [] }, ports: { findProgram: async () => undefined } })
  expect(played.outcome).toMatchObject({
    state: 'failed',
    reason: 'spawn',
    message: expect.stringMatching(/Claude Code is not installed.*"claude-agent-acp".*"claude"/),
  })
  const empty = await play({ body: { agent: 'own', program: '', args: [] } })
  expect(empty.outcome.message).toContain('No program is set')
})
