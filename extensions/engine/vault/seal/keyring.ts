/**
 * The keyring of the desktop, asked by a child process. A locked keyring blocks whoever asks until its prompt is answered; a thread that is
 * blocked so can neither be ended nor does the process end while it is (25 s were seen), a child can be killed.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Clock } from '#core'

export type KeyringJob =
  | { readonly op: 'look' }
  | { readonly op: 'get'; readonly account: string }
  | { readonly op: 'set'; readonly account: string; readonly secret: string }
  | { readonly op: 'remove'; readonly account: string }

/** `absent`: no keyring answers. `locked`: it is there, and was not unlocked. `none`: it has no such entry. */
export type KeyringAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'none' | 'absent' | 'locked'; readonly detail: string }

export interface Keyring {
  ask(job: KeyringJob, signal?: AbortSignal): Promise<KeyringAnswer>
}

/** A person may need a while to find the keyring's password. */
const PROMPT_MS = 120_000
const LOOK_MS = 5_000
/** What the child may know of our environment: how to reach the session's keyring, and nothing else. */
const PASSED_ON = [
  'DBUS_SESSION_BUS_ADDRESS',
  'XDG_RUNTIME_DIR',
  'HOME',
  'USER',
  'LOGNAME',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'SystemRoot',
] as const

export function systemKeyring(ports: {
  readonly childUrl: URL
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
}): Keyring {
  const env = Object.fromEntries(PASSED_ON.flatMap((name) => (ports.env[name] === undefined ? [] : [[name, ports.env[name]]])))
  return {
    ask: (job, signal) =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [fileURLToPath(ports.childUrl)], {
          env,
          stdio: ['pipe', 'pipe', 'ignore'],
          windowsHide: true,
        })
        let said = ''
        const end = (answer: KeyringAnswer) => {
          cancel()
          signal?.removeEventListener('abort', leave)
          child.kill('SIGKILL')
          resolve(answer)
        }
        const leave = () => end({ kind: 'locked', detail: 'the caller did not wait for the keyring' })
        const late = () =>
          end({ kind: 'locked', detail: 'the keyring did not answer; it may be waiting for its password in a prompt that nobody saw' })
        const cancel = ports.clock.after(job.op === 'look' ? LOOK_MS : PROMPT_MS, late)
        signal?.addEventListener('abort', leave, { once: true })
        if (signal?.aborted) leave()
        child.on('error', (cause) => end({ kind: 'absent', detail: `its program could not be started: ${cause.message}` }))
        child.stdout.on('data', (chunk: Buffer) => {
          said += chunk.toString()
        })
        child.on('close', () => end(read(said)))
        child.stdin.on('error', () => undefined)
        child.stdin.end(JSON.stringify(job))
      }),
  }
}

function read(said: string): KeyringAnswer {
  try {
    return JSON.parse(said) as KeyringAnswer
  } catch {
    return { kind: 'absent', detail: 'the program that asks it ended without an answer' }
  }
}
