import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { EXIT } from '#contract/plain'
import { newPlace } from './troupe.ts'

const place = newPlace()

describe('how the command line is used', () => {
  it('[CLI20] the exit codes are the contract', () => {
    expect(EXIT).toEqual({ ok: 0, failed: 1, usage: 2, unreachable: 3, refused: 4, cancelled: 130 })
  })

  it.each([
    ['an unknown command', ['statsu'], /unknown command 'statsu'\n\(Did you mean status\?\)/],
    ['an unknown option', ['status', '--jsn'], /unknown option '--jsn'/],
    ['a missing argument', ['show'], /missing required argument 'run'/],
    ['a run of nothing', ['run'], /Name a persona to run, or a text to try with --draft/],
    ['too many arguments', ['status', 'extra'], /too many arguments/],
    ['a number that is none', ['runs', '--limit', 'many'], /A whole number from 1 to 100000 is expected/],
    ['a parameter without a value', ['run', 'x', '--param', 'alone'], /It is written name=value/],
    ['an unknown state', ['runs', '--state', 'happy'], /--state expects queued, running/],
    ['an unknown time', ['runs', '--since', 'lately'], /--since expects a span such as 90m/],
    ['a wrong shell', ['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
    ['create from nothing', ['persona', 'create'], /What is it made from/],
    ['create from two things', ['persona', 'create', '--file', 'a', '--template', 'b'], /not both/],
    ['detach and follow', ['run', 'x', '--detach', '--follow'], /cannot be used with/],
    ['two inputs', ['run', 'x', '--input', 'a', '--input-file', 'b'], /not both/],
    ['an input file that is not there', ['run', 'x', '--input-file', '/nowhere'], /cannot be read/],
  ])('[CLI21] %s is wrong use: 2, before any engine is started', async (_what, args, words) => {
    const { code, out, err } = await place.troupe(args)
    expect(err).toMatch(words)
    expect([code, out]).toEqual([2, ''])
    expect((await place.troupe(['status'])).code).toBe(3)
  })

  it('[CLI22] no command at all shows the help, as wrong use', async () => {
    const { code, err } = await place.troupe([])
    expect(code).toBe(2)
    expect(err).toContain('Usage: troupe')
  })

  it('[CLI23] help of every command tells it in plain text, with the exit codes at the top', async () => {
    const top = await place.troupe(['--help'])
    expect(top.code).toBe(0)
    expect(top.out).toContain('Exit codes: 0 succeeded · 1 failed · 2 wrong use · 3 engine unreachable · 4 refused · 130 cancelled')
    for (const command of ['run', 'persona', 'provider']) {
      const { code, out } = await place.troupe(['help', command])
      expect([code, out.startsWith(`Usage: troupe ${command}`)]).toEqual([0, true])
      expect(out).not.toContain('default: false')
    }
  })

  it.each([
    [['nonsense', '--json'], 'USAGE'],
    [['runs', '--state', 'happy', '--json'], 'USAGE'],
    [['persona', 'create', '--json'], 'USAGE'],
  ])('[CLI24] with --json an error is one JSON value on standard error', async (args, code) => {
    const ended = await place.troupe(args)
    expect([ended.code, ended.out]).toEqual([2, ''])
    expect(JSON.parse(ended.err)).toMatchObject({ error: { code, message: expect.any(String) } })
  })

  it.each(['bash', 'zsh', 'fish'])('[CLI25] the completion script for %s is whole', async (shell) => {
    const { code, out } = await place.troupe(['completion', shell])
    expect(code).toBe(0)
    expect(out).toContain(`troupe __complete ${shell}`)
    if (shell !== 'bash') return
    const checked = await new Promise((resolve) => {
      const bash = spawn('bash', ['-n'], { stdio: ['pipe', 'ignore', 'inherit'] })
      bash.once('close', resolve)
      bash.stdin.end(out)
    })
    expect(checked).toBe(0)
  })

  it('[CLI26] completion offers commands, options and choices, and starts no engine', async () => {
    const offer = async (...words: string[]) =>
      (await place.troupe(['__complete', 'bash', String(words.length), '--', 'troupe', ...words])).out.split('\n').filter(Boolean)
    expect(await offer('pers')).toEqual(['persona'])
    expect(await offer('persona', 're')).toEqual(['restore'])
    expect(await offer('runs', '--s')).toEqual(['--state', '--since'])
    expect(await offer('run', 'x', '--priority', '')).toEqual(['high', 'normal', 'low'])
    expect(await offer('completion', '')).toEqual(['bash', 'zsh', 'fish'])
    expect(await offer('run', '')).toEqual([])
    expect((await place.troupe(['status'])).code).toBe(3)
  })

  it('[CLI27] completion offers the names that a running engine knows, as they are typed', async () => {
    const other = newPlace()
    await other.troupe(['template', 'use', 'disk-guardian'])
    const { out } = await other.troupe(['__complete', 'fish', '2', '--', 'troupe', 'run', 'd'])
    expect(out).toMatch(/^disk-guardian\tFinds what fills a disk/)
  })

  it('[CLI28] ends quietly when its reader leaves', async () => {
    const child = place.begin(['--help'], { stdin: '' })
    child.stdout?.destroy()
    const { code, err } = await child.ended
    expect([code, err]).toEqual([0, ''])
  })
})
