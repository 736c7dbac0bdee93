/** gnome-keyring in a session bus of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
/** Programs that a real keyring needs, and that are not installed here. */
export const missing = ['gnome-keyring-daemon', 'dbus-daemon', 'dbus-send'].filter((program) => !has(program))
export const why = missing.length > 0 ? ` (skipped: ${missing.join(', ')} not installed)` : ''

export interface Session {
  readonly env: Readonly<Record<string, string>>
  lock(): void
  /** The daemon goes away, and nothing starts it again. */
  vanish(): void
}

/** A session bus and a keyring of their own, unlocked. `prompter`: a locked keyring asks for its password, and nobody answers. */
export async function session(options: { readonly prompter?: boolean } = {}): Promise<Session> {
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
