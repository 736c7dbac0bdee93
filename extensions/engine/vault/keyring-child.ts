/** VAULT, third door: the process that asks the keyring. One job as JSON on standard input, one answer on standard output, then it ends. */
import type { KeyringAnswer, KeyringJob } from './seal/keyring.ts'

const SERVICE = 'troupe'
/** Pinned: without it the library falls back to the kernel's keyring, which is lost at a restart of the machine. */
const STORE = { linux: { store: 'secret-service' } } as const

async function answer(job: KeyringJob): Promise<KeyringAnswer> {
  const library = await import('@napi-rs/keyring').catch(() => undefined)
  if (!library) return { kind: 'absent', detail: 'the keyring library is not installed for this system (@napi-rs/keyring)' }
  try {
    const entry = new library.Entry(SERVICE, job.op === 'look' ? 'look' : job.account, STORE)
    switch (job.op) {
      case 'look':
        entry.getPassword()
        return { kind: 'done' }
      case 'get': {
        const secret = entry.getPassword()
        return secret === null ? { kind: 'none', detail: 'the keyring has no entry for this vault' } : { kind: 'secret', secret }
      }
      case 'set':
        entry.setPassword(job.secret)
        return { kind: 'done' }
      case 'remove':
        entry.deletePassword()
        return { kind: 'done' }
    }
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown)
    // The library has one error code for all; its words are what tells a prompt that was not answered from a keyring that is not there.
    if (/dismiss|lock|prompt|denied|cancel/i.test(detail)) return { kind: 'locked', detail }
    return {
      kind: 'absent',
      detail: /d-?bus/i.test(detail) ? 'no keyring answers in this session (there is no D-Bus session, or no keyring on it)' : detail,
    }
  }
}

let said = ''
process.stdin.setEncoding('utf8')
for await (const chunk of process.stdin) said += chunk
process.stdout.write(JSON.stringify(await answer(JSON.parse(said) as KeyringJob)))
