import { spawn, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AuditRow, AuditVerdict, VaultChange, VaultSlot, VaultStatus } from '#contract'
import { newPlace, ROOT } from './troupe.ts'

const FIRST = 'the first passphrase'
const SECOND = 'the second passphrase'
const NO_TERMINAL = spawnSync('script', ['--version']).status !== 0

describe('[CLI100] troupe vault', () => {
  const place = newPlace()
  const vault = (args: string, ...lines: readonly string[]) =>
    place.troupe(['vault', ...args.split(' ')], { stdin: lines.map((line) => `${line}\n`).join('') })
  let code = ''

  it('says that there is none, and how to make one', async () => {
    expect((await vault('status')).out).toContain('troupe vault init')
    const unlocked = await vault('unlock')
    expect(unlocked).toMatchObject({ code: 4, out: '' })
    expect(unlocked.err).toContain('no vault')
  })
  it('makes one: the code alone goes to standard output', async () => {
    const made = await vault('init --recovery', FIRST)
    expect(made.code, made.err).toBe(0)
    code = made.out.trim()
    expect(code).toMatch(/^[0-9A-Z-]{49}$/)
    expect(made.err).toContain('troupe vault slots confirm')
    const again = await vault('init', SECOND)
    expect(again).toMatchObject({ code: 4 })
    expect(again.err).toContain('already')
  })
  it('confirms the code, and lists the slots', async () => {
    expect(await vault('slots confirm', 'AAAA-AAAA')).toMatchObject({ code: 4 })
    expect(await vault('slots confirm', code.toLowerCase().replaceAll('-', ' '))).toMatchObject({ code: 0 })
    const slots = await place.value<readonly VaultSlot[]>(['vault', 'slots'])
    expect(slots.map(({ kind, confirmed }) => [kind, confirmed])).toEqual([
      ['passphrase', null],
      ['recovery', true],
    ])
  })
  it('locks, and opens by passphrase and by code; a wrong one ends with 4, as a value with --json', async () => {
    expect((await vault('lock')).code).toBe(0)
    const refused = await vault('unlock --json', 'not the passphrase')
    expect(refused.code).toBe(4)
    expect(JSON.parse(refused.out) as VaultChange).toMatchObject({ ok: false, failure: 'wrong-passphrase' })
    const early = await vault('unlock', FIRST)
    if (early.code === 4) expect(early.err).toContain('next try')
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect((await vault('unlock', FIRST)).code).toBe(0)
    await vault('lock')
    expect((await vault('unlock --recovery', code)).code).toBe(0)
  })
  it('changes a slot after asking who it is; the last way in stays', async () => {
    expect((await vault('slots change passphrase', 'not the passphrase', SECOND)).code).toBe(4)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect((await vault('slots change passphrase', FIRST, SECOND)).code).toBe(0)
    expect((await vault('slots remove recovery', SECOND)).code).toBe(0)
    const last = await vault('slots remove passphrase', SECOND)
    expect(last).toMatchObject({ code: 4 })
    expect(last.err).toContain('only way')
    expect((await vault('slots remove nothing', SECOND)).code).toBe(2)
  })
  it('rotates, checks every value, sets when it locks', async () => {
    const before = await place.value<VaultStatus>(['vault', 'status'])
    const rotated = await place.value<VaultStatus>(['vault', 'rotate'], { stdin: `${SECOND}\n` })
    expect(rotated).toMatchObject({ rotation: null })
    expect(rotated.keyId).not.toBe(before.keyId)
    expect(await place.value(['vault', 'check'])).toEqual({ checked: 0, damaged: [] })
    const set = await place.value<VaultStatus>(['vault', 'auto-lock', '--idle', '7', '--no-suspend'], { stdin: `${SECOND}\n` })
    expect(set.autoLock).toEqual({ idleMinutes: 7, onSuspend: false })
    expect((await vault('auto-lock --idle none')).code).toBe(2)
  })
  it('shows and verifies the log', async () => {
    const rows = await place.value<readonly AuditRow[]>(['vault', 'audit'])
    expect(rows.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['init', 'unlock', 'lock', 'slot-change', 'slot-remove', 'rotate', 'setting', 'reauthenticate']),
    )
    expect(rows.some(({ kind, outcome }) => kind === 'unlock' && outcome === 'failed')).toBe(true)
    expect(await place.value<AuditVerdict>(['vault', 'audit', '--verify'])).toMatchObject({ whole: 'yes', entries: rows.length })
    expect((await vault('audit --kind nonsense')).code).toBe(2)
  })
  it('takes no secret as an argument', async () => {
    expect((await vault(`unlock ${SECOND}`)).code).toBe(2)
    await vault('lock')
    const nothing = await vault('unlock')
    expect(nothing.code).toBe(2)
    expect(nothing.err).toContain('nothing came')
  })
  it.skipIf(NO_TERMINAL)('at a terminal it asks, and shows nothing of the answer', async () => {
    const { shown, ended } = await atTerminal([join(ROOT, 'extensions/engine/cli/main.ts'), 'vault', 'unlock'], place.env)
    expect(shown).toContain('The vault is open.')
    expect(shown).not.toContain('second')
    expect(ended).toBe(0)
  })
  it.skipIf(NO_TERMINAL)(
    'the terminal shows nothing any more when the question appears, so that a quick answer is not seen either',
    async () => {
      const file = join(place.folder, 'asks.mjs')
      await writeFile(
        file,
        `import { askSecret } from ${JSON.stringify(join(ROOT, 'extensions/engine/cli/ask-secret.ts'))}
         const state = () => (process.stdin.isRaw ? 'hidden' : 'shown')
         const io = { terminal: { in: true }, err: async (text) => process.stderr.write(text === '\\n' ? text : state() + ' ' + text) }
         const answer = await askSecret(io, 'Passphrase')
         console.log('read ' + answer.length + ' ' + state())`,
      )
      const { shown, ended } = await atTerminal([file], {})
      expect(shown).toContain('hidden Passphrase: ')
      expect(shown).toContain(`read ${SECOND.length} shown`)
      expect(ended).toBe(0)
    },
  )
})

/** Runs Node in a pseudo-terminal, and answers the question as soon as it is there, with one slip of the finger taken back. */
async function atTerminal(args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ shown: string; ended: unknown }> {
  const command = [process.execPath, ...args].map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...process.env, ...env } })
  let shown = ''
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString()
    if (shown.endsWith('Passphrase: ')) child.stdin.write(`${SECOND}x\u007f\r`)
  })
  const ended = await new Promise((resolve) => child.once('close', resolve))
  return { shown, ended }
}
