import { readFileSync } from 'node:fs'
import { chmod, mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '#contract/plain'
import { place } from './stage.ts'

const node = process.execPath
const script = (source: string) => ({ program: node, args: ['-e', source] })
/** Ended; in a container without an init it stays as a zombie, which runs nothing and holds nothing. */
const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return process.platform === 'linux' && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''))
  } catch {
    return true
  }
}

describe('run_command', () => {
  test('[TL40] starts a program in the workspace, with its arguments as they are and no shell', async () => {
    const at = await place({ commands: [node] })
    const result = await at.call('run_command', {
      program: node,
      args: ['-e', 'console.log(process.cwd(), process.argv.slice(1))', '$HOME; echo hi', '*'],
    })
    expect(result.ok).toBe(true)
    expect(result.text).toContain(await realpath(at.workspaceDir))
    expect(result.text).toContain("[ '$HOME; echo hi', '*' ]")
    expect(at.children.map(([, what]) => what)).toEqual(['started', 'ended'])
  })

  test('[TL41] only listed programs, by exact name or path', async () => {
    const at = await place({ commands: ['git', node] })
    for (const program of ['sh', 'git ', ' git', 'Git', './git', `${node} `, `${dirname(node)}/../bin/${basename(node)}`, '/bin/sh', '']) {
      expect((await at.call('run_command', { program })).ok, program).toBe(false)
    }
  })

  test('[TL42] a name is looked for on the PATH, never in the workspace', async () => {
    const at = await place({ commands: ['troupe-test-program'] }, { env: { PATH: `:.:${'/nonexistent'}` } })
    const path = join(at.workspaceDir, 'troupe-test-program')
    await writeFile(path, '#!/bin/sh\necho found\n')
    await chmod(path, 0o755)
    expect(await at.call('run_command', { program: 'troupe-test-program' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('not on the PATH'),
    })
    const bin = join(at.outside, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'troupe-test-program'), '#!/bin/sh\necho from bin\n')
    await chmod(join(bin, 'troupe-test-program'), 0o755)
    const other = await place({ commands: ['troupe-test-program'] }, { env: { PATH: bin } })
    expect((await other.call('run_command', { program: 'troupe-test-program' })).text).toContain('from bin')
  })

  test('[TL59] a placeholder reaches a program as it is written, in argument, input and variable, and the model is told', async () => {
    const loans = {
      credentials: [{ name: 'shop', fields: { token: 'value-of-the-shop-1' }, headers: {}, hosts: ['shop.test'], allowPrivate: true }],
      sends: async () => undefined,
    }
    const at = await place({ commands: [node] }, {}, {}, { loans, lentEnv: { SHOP_TOKEN: '{{credential.shop.token}}' } })
    const told = "process.stdin.on('data', (d) => console.log(String(d), process.env.SHOP_TOKEN, process.argv[1]))"
    const result = await at.call('run_command', {
      program: node,
      args: ['-e', told, 'x={{ credential.shop.token }}'],
      stdin: 'in={{credential.shop.token}}',
    })
    expect(result.text).toContain('in={{credential.shop.token}} {{credential.shop.token}} x={{ credential.shop.token }}')
    expect(result.text).not.toContain('value-of-the-shop-1')
    expect(result.text).toMatch(/reached the program as written: no value is put in for programs/)
    expect((await at.call('run_command', script("console.log('plain')"))).text).not.toMatch(/as written/)
  })

  test('[TL43] the child carries the marks of its run, so that it is found wherever it goes', async () => {
    const at = await place({ commands: [node] }, {}, { TROUPE_RUN: 'run_test' })
    const result = await at.call('run_command', script('console.log(process.env.TROUPE_RUN)'))
    expect(result.text).toContain('run_test')
  })

  test('[TL43] the child sees a small environment and no key', async () => {
    const env = { PATH: process.env.PATH, HOME: '/home/somebody', ANTHROPIC_API_KEY: 'test-key', TROUPE_DATA: '/x', NODE_OPTIONS: '--bad' }
    const at = await place({ commands: [node] }, { env })
    const result = await at.call('run_command', script('console.log(Object.keys(process.env).sort().join())'))
    expect(result.text).toBe('[exit code 0]\nHOME,PATH\n')
  })

  test('[TL44] exit code, standard input and standard error reach the model', async () => {
    const at = await place({ commands: [node] })
    const failing = await at.call('run_command', {
      ...script('process.stdin.pipe(process.stderr); process.exitCode = 3'),
      stdin: 'to and fro',
    })
    expect(failing).toEqual({ ok: false, text: '[exit code 3]\nto and fro', droppedBytes: 0 })
  })

  test('[TL45] output is bounded: the beginning and the end are kept', async () => {
    const at = await place({ commands: [node] })
    const result = await at.call('run_command', script(`for (let i = 0; i < 200000; i++) console.log('line', i)`))
    expect(Buffer.byteLength(result.text)).toBeLessThanOrEqual(LIMITS.toolResultBytes)
    expect(result.text).toContain('line 0\n')
    expect(result.text).toContain('line 199999\n')
    expect(result.droppedBytes).toBeGreaterThan(1_000_000)
  })

  test('[TL46] an abort ends the program with everything it started, even if that ignores SIGTERM', async () => {
    const at = await place({ commands: [node] })
    const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(process.pid)`
    const parent = `
      const { spawn } = require('node:child_process')
      process.on('SIGTERM', () => {})
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { stdio: 'inherit' })
      require('node:fs').writeFileSync('pids', process.pid + ' ' + child.pid)
      setInterval(() => {}, 1000)`
    const controller = new AbortController()
    const calling = at.call('run_command', script(parent), controller.signal)
    calling.catch(() => undefined)
    const pids = async () => (await readFile(join(at.workspaceDir, 'pids'), 'utf8').catch(() => '')).split(' ').map(Number)
    await expect.poll(async () => (await pids()).length, { timeout: 30_000 }).toBe(2)
    const both = await pids()
    controller.abort(new Error('stop'))
    await expect(calling).rejects.toThrow('stop')
    await expect.poll(() => both.every(gone), { timeout: 30_000 }).toBe(true)
    expect(at.children.map(([, what]) => what)).toEqual(['started', 'ended'])
  })

  test('[TL47] what a program leaves running in the background ends with it', async () => {
    const at = await place({ commands: [node] })
    const source = `
      const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
      child.unref()
      console.log('left ' + child.pid)
      setTimeout(() => process.exit(0), 100)`
    const result = await at.call('run_command', script(source))
    const pid = Number(/left (\d+)/.exec(result.text)?.[1])
    expect(pid).toBeGreaterThan(0)
    await expect.poll(() => gone(pid), { timeout: 30_000 }).toBe(true)
  })

  test('[TL47] what left the program’s group and holds its pipes does not hold the answer up', async () => {
    const at = await place({ commands: [node] })
    const source = `
      const { spawn } = require('node:child_process')
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit', detached: true })
      child.unref()
      console.log('left ' + child.pid)
      setTimeout(() => process.exit(0), 100)`
    const result = await at.call('run_command', script(source))
    const pid = Number(/left (\d+)/.exec(result.text)?.[1])
    expect(result.ok).toBe(true)
    process.kill(pid, 'SIGKILL')
  })

  test('[TL48] a program that takes too long is stopped, and the model is told', async () => {
    const at = await place({ commands: [node] })
    const result = await at.call('run_command', { ...script('setInterval(() => {}, 1000)'), timeoutMs: 300 })
    expect(result).toMatchObject({ ok: false, text: expect.stringContaining('stopped after 300 ms') })
  })

  test('[TL49] a program that cannot be started is said', async () => {
    const at = await place({ commands: ['/nonexistent/program'] })
    expect(await at.call('run_command', { program: '/nonexistent/program' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('MISSING'),
    })
  })
})
