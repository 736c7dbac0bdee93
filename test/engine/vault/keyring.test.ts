/**
 * The keyring as it really is: gnome-keyring in a session bus of its own. Where the programs are not installed these tests are skipped,
 * and say so: `apt-get install gnome-keyring dbus` brings them. No test of the rest needs them.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { byPassphrase, caller, keep, madeStage, newPassphrase, place, right, stage, text, wrong } from './stage.ts'

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const missing = ['gnome-keyring-daemon', 'dbus-daemon', 'dbus-send'].filter((program) => !has(program))
const why = missing.length > 0 ? ` (skipped: ${missing.join(', ')} not installed)` : ''

interface Session {
  readonly env: Readonly<Record<string, string>>
  lock(): void
  /** The daemon goes away, and nothing starts it again. */
  vanish(): void
}

/** A session bus and a keyring of their own, unlocked. `prompter`: a locked keyring asks for its password, and nobody answers. */
async function session(options: { readonly prompter?: boolean } = {}): Promise<Session> {
  const home = mkdtempSync(join(tmpdir(), 'troupe-keyring-'))
  const services = join(home, 'services')
  for (const folder of [services, join(home, 'share'), join(home, 'run')]) mkdirSync(folder, { mode: 0o700 })
  const prompterPid = join(home, 'prompter.pid')
  if (options.prompter) {
    const prompter = join(home, 'prompter')
    writeFileSync(prompter, `#!/bin/sh\necho $$ > ${prompterPid}\nexec sleep 600\n`, { mode: 0o700 })
    writeFileSync(join(services, 'prompter.service'), `[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec=${prompter}\n`)
  }
  // A bus that starts nothing but what lies in our folder: a keyring that went away stays away.
  writeFileSync(
    join(home, 'bus.conf'),
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=${home}</listen><servicedir>${services}</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
  )
  const base = { PATH: process.env.PATH ?? '', HOME: home, XDG_DATA_HOME: join(home, 'share'), XDG_RUNTIME_DIR: join(home, 'run') }
  const bus = spawn('dbus-daemon', ['--config-file', join(home, 'bus.conf'), '--nofork', '--print-address'], {
    env: base,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const address = await new Promise<string>((resolve) => bus.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())))
  const env = { ...base, DBUS_SESSION_BUS_ADDRESS: address }
  const daemon: ChildProcess = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  daemon.stdin?.end('the password of the keyring')
  const send = (...args: readonly string[]) => spawnSync('dbus-send', ['--session', '--print-reply', ...args], { env })
  const owned = () => send('--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets')
  await expect.poll(() => owned().stdout.toString(), { timeout: 10_000 }).toContain('true')
  onTestFinished(() => {
    daemon.kill('SIGKILL')
    bus.kill('SIGKILL')
    if (existsSync(prompterPid)) process.kill(Number(readFileSync(prompterPid, 'utf8')), 'SIGKILL')
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  })
  return {
    env,
    lock() {
      const collection = '/org/freedesktop/secrets/collection/login'
      send(
        '--dest=org.freedesktop.secrets',
        '/org/freedesktop/secrets',
        'org.freedesktop.Secret.Service.Lock',
        `array:objpath:${collection}`,
      )
    },
    vanish: () => void daemon.kill('SIGKILL'),
  }
}

describe.skipIf(missing.length > 0)(`[VT14] a real keyring${why}`, () => {
  it('opens the vault by itself, and forgets a slot that was removed or changed', async () => {
    const { env } = await session()
    const made = await madeStage({ env, slots: [newPassphrase(), { kind: 'keyring' }] })
    await keep(made.vault, 'cred_1', 'the value')
    expect(await made.vault.keyring()).toMatchObject({ available: 'yes' })
    for (let n = 0; n < 2; n += 1) {
      const vault = await made.restart()
      right(await vault.unlock({ kind: 'keyring' }, caller))
      expect(text(await vault.secrets.read(place('cred_1')))).toBe('the value')
      const id = (await vault.status()).slots.find(({ kind }) => kind === 'keyring')?.id ?? ''
      if (n === 0) right(await vault.changeSlot(id, { slot: { kind: 'keyring' } }, caller))
      else right(await vault.removeSlot(id, caller))
    }
    await made.vault.lock(caller)
    expect(wrong(await made.vault.unlock({ kind: 'keyring' }, caller)).failure).toBe('no-slot')
  })
  it('alone is a whole vault; it proves a person only there', async () => {
    const { env } = await session()
    const { vault } = await madeStage({ env, slots: [{ kind: 'keyring' }] })
    expect(await vault.reauthenticate({ kind: 'keyring' }, caller)).toMatchObject({ ok: true })
    right(await vault.addSlot(newPassphrase(), caller))
    expect(await vault.reauthenticate({ kind: 'keyring' }, caller)).toMatchObject({ ok: false, failure: 'no-slot' })
  })
  it('[VT7] locked: told as such, no try is counted, nothing is written, and the passphrase still opens', async () => {
    const keyring = await session()
    const made = await madeStage({ env: keyring.env, slots: [newPassphrase(), { kind: 'keyring' }] })
    await made.vault.lock(caller)
    keyring.lock()
    const header = await readFile(join(made.folder, 'header'))
    expect(wrong(await made.vault.unlock({ kind: 'keyring' }, caller)).failure).toBe('locked-keyring')
    expect((await made.vault.status()).tries).toEqual({ failed: 0, nextAt: null })
    expect(await readFile(join(made.folder, 'header'))).toEqual(header)
    right(await made.vault.unlock(byPassphrase(), caller))
    expect(wrong(await made.vault.addSlot({ kind: 'keyring' }, caller)).failure).toBe('locked-keyring')
  })
  it('[VT13] a prompt that nobody answers stops nothing: the engine goes on, and who asked may leave', async () => {
    const keyring = await session({ prompter: true })
    const { vault } = await madeStage({ env: keyring.env, slots: [newPassphrase(), { kind: 'keyring' }] })
    await vault.lock(caller)
    keyring.lock()
    const leave = new AbortController()
    let ended = false
    const asking = vault.unlock({ kind: 'keyring' }, caller, leave.signal).finally(() => {
      ended = true
    })
    for (let n = 0; n < 20; n += 1) {
      expect((await vault.status()).state).toBe('sealed')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(ended).toBe(false)
    // Another way in does not wait for the prompt.
    right(await vault.unlock(byPassphrase(), caller))
    await vault.lock(caller)
    expect(ended).toBe(false)
    leave.abort()
    expect(wrong(await asking).failure).toBe('locked-keyring')
  })
  it('[VT7] gone later: told as missing; the passphrase still opens', async () => {
    const keyring = await session()
    const { vault } = await madeStage({ env: keyring.env, slots: [newPassphrase(), { kind: 'keyring' }] })
    await vault.lock(caller)
    keyring.vanish()
    expect(wrong(await vault.unlock({ kind: 'keyring' }, caller)).failure).toBe('missing-keyring')
    right(await vault.unlock(byPassphrase(), caller))
  })
  it('[VT7] another keyring, without our entry: missing', async () => {
    const [mine, other] = [await session(), await session()]
    const first = await madeStage({ env: mine.env, slots: [newPassphrase(), { kind: 'keyring' }] })
    await first.vault.stop()
    await first.store.stop()
    const second = await stage({ env: other.env, folder: first.folder })
    expect(wrong(await second.vault.unlock({ kind: 'keyring' }, caller))).toMatchObject({ failure: 'missing-keyring' })
  })
})

describe('[VT14] without a session bus', () => {
  it('there is no keyring, and nothing takes its place', async () => {
    const env = { HOME: '/nonexistent', PATH: process.env.PATH ?? '' }
    const { vault } = await stage({ env })
    expect(await vault.keyring()).toMatchObject({ available: 'no' })
    expect(wrong(await vault.init([{ kind: 'keyring' }], caller)).failure).toBe('missing-keyring')
    expect((await vault.status()).state).toBe('none')
    right(await vault.init([newPassphrase()], caller))
    expect(wrong(await vault.addSlot({ kind: 'keyring' }, caller)).failure).toBe('missing-keyring')
    expect((await vault.status()).slots).toHaveLength(1)
  })
})
