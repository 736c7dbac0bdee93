/** kill -9 at every named moment of a vault's changes, then another process opens it: with the old slots or the new, with the old key or the new, never neither. */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeLogger } from '#core'
import { systemChance, systemClock, writeFileAtomic } from '#core/node'
import { folderDisk, openStoreHere } from '../../extensions/engine/store/mod.ts'
import { openVault, type Vault, vaultMigrations } from '../../extensions/engine/vault/mod.ts'

const FIRST = 'the first passphrase'
const SECOND = 'the second passphrase'
const VALUES = 40
const caller = { clientId: 'client_1', clientName: 'test', scopes: ['*'] }
const HEADER = ['header:draft', 'header:before', 'header:settled'] as const
let root = ''
let ready = ''

async function open<Answer>(folder: string, act: (vault: Vault) => Promise<Answer>): Promise<Answer> {
  const log = makeLogger('vault', () => undefined)
  // In this thread: V8 now and then ends a process in which many threads with WASM have come and gone (nodejs/node issue 64500).
  const path = join(folder, 'store')
  const store = await openStoreHere({ disk: folderDisk(path), path, migrations: [...vaultMigrations], clock: systemClock, log })
  const vault = await openVault({
    store,
    clock: systemClock,
    chance: systemChance,
    log,
    announce: () => undefined,
    folder,
    writeFile: writeFileAtomic,
    env: {},
    rounds: 50,
  })
  try {
    return await act(vault)
  } finally {
    await vault.stop()
    await store.stop()
  }
}

function killAt(folder: string, what: string, point: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'vault-child.ts'), folder, what, point], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    child.on('close', (_code, signal) =>
      signal === 'SIGKILL' ? resolve(said.trim()) : reject(new Error(`the child was not killed: ${errors}`)),
    )
  })
}

/** A folder with a vault of VALUES values, for one kill. */
async function copyOf(name: string): Promise<string> {
  const folder = join(root, name.replaceAll(/[^a-z]/g, '-'))
  await cp(ready, folder, { recursive: true, filter: (path) => !path.endsWith('owner') })
  return folder
}

async function everyValueOpens(vault: Vault): Promise<void> {
  for (let n = 0; n < VALUES; n += 1) {
    const plain = await vault.secrets.read({ credentialId: `cred_${n}`, field: 'token' })
    expect(plain && new TextDecoder().decode(plain)).toBe(`value ${n}`)
  }
  expect(await vault.checkFields()).toEqual({ checked: VALUES, damaged: [] })
}

async function opensWith(vault: Vault, passphrase: string): Promise<boolean> {
  const opened = await vault.unlock({ kind: 'passphrase', passphrase }, caller)
  if (!opened.ok) expect(opened.failure).toBe('wrong-passphrase')
  return opened.ok
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'troupe-vault-kill-'))
  ready = join(root, 'ready')
  await open(ready, async (vault) => {
    await vault.init([{ kind: 'passphrase', passphrase: FIRST }], caller)
    const statements = Array.from({ length: VALUES }, (_, n) =>
      vault.secrets.put({ credentialId: `cred_${n}`, field: 'token' }, new TextEncoder().encode(`value ${n}`)),
    )
    await vault.audit.append({ kind: 'import', by: 'test' }, statements)
  })
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('[VT3] making a vault', () => {
  it.each([...HEADER, 'init:header'])('killed at %s', async (point) => {
    const folder = join(root, `init-${point.replace(':', '-')}`)
    expect(await killAt(folder, 'init', point).catch((thrown) => String(thrown))).toBe('reached')
    await open(folder, async (vault) => {
      const { state } = await vault.status()
      // Before the header had its name there is none, and one can be made; from then on it opens, and takes the store as its own.
      if (state === 'none') expect(await vault.init([{ kind: 'passphrase', passphrase: FIRST }], caller)).toMatchObject({ ok: true })
      else expect(await opensWith(vault, FIRST)).toBe(true)
      expect(state).toBe(point === 'header:draft' || point === 'header:before' ? 'none' : 'sealed')
      await vault.audit.append({ kind: 'import', by: 'test' }, [vault.secrets.put({ credentialId: 'a', field: 'b' }, new Uint8Array(3))])
      expect(await vault.verifyAudit()).toMatchObject({ whole: 'yes' })
    })
  })
})

describe('[VT15] changing slots', () => {
  const rows = [
    ...HEADER.map((point) => ['change', point] as const),
    ['change', 'slot:changed'] as const,
    ...HEADER.map((point) => ['add', point] as const),
    ...HEADER.map((point) => ['remove', point] as const),
    ['remove', 'slot:removed'] as const,
    ['unlock', 'unlock:upgraded'] as const,
  ]
  it.each(rows)('%s, killed at %s', async (what, point) => {
    const folder = await copyOf(`${what}-${point}`)
    expect(await killAt(folder, what, point)).toBe('reached')
    const settled = point !== 'header:draft' && point !== 'header:before'
    await open(folder, async (vault) => {
      const { slots } = await vault.status()
      const first = await opensWith(vault, FIRST)
      await vault.lock(caller)
      if (!first) await new Promise((resolve) => setTimeout(resolve, 1050))
      const second = slots.length > 1 || !first ? await opensWith(vault, SECOND) : false
      // The old slots or the new ones, as the one moment of the renaming decides.
      const expected = {
        change: settled ? [false, true] : [true, false],
        add: [true, settled],
        remove: [!settled, true],
        unlock: [true, false],
      }
      expect([first, second]).toEqual(expected[what])
      if (!second) {
        await new Promise((resolve) => setTimeout(resolve, 1050))
        expect(await opensWith(vault, FIRST)).toBe(true)
      }
      await everyValueOpens(vault)
      expect(await vault.verifyAudit()).toMatchObject({ whole: 'yes' })
    })
  })
})

describe('[VT17] rotating the master key', () => {
  it.each([
    'rotation:begin',
    ...HEADER,
    'rotation:header',
    'rotation:registered',
    'rotation:batch',
    'rotation:retired',
    'rotation:forgotten',
  ])('killed at %s: it opens, and goes on to its end', async (point) => {
    const folder = await copyOf(`rotate-${point}`)
    expect(await killAt(folder, 'rotate', point)).toBe('reached')
    await open(folder, async (vault) => {
      expect(await opensWith(vault, FIRST)).toBe(true)
      await everyValueOpens(vault)
      await expect.poll(async () => (await vault.status()).rotation, { timeout: 30_000, interval: 20 }).toBeNull()
      await everyValueOpens(vault)
      expect(await vault.verifyAudit()).toMatchObject({ whole: 'yes' })
    })
  })
  it('killed again and again, at a batch each time, it still comes to its end', async () => {
    const folder = await copyOf('rotate-again')
    expect(await killAt(folder, 'rotate', 'rotation:batch')).toBe('reached')
    const told: string[] = []
    // What goes on after the unlock meets the same point; each life seals one batch more.
    for (let life = 0; life < 8 && told.at(-1) !== 'through'; life += 1) told.push(await killAt(folder, 'rotate', 'rotation:batch'))
    await open(folder, async (vault) => {
      expect(await opensWith(vault, FIRST)).toBe(true)
      await everyValueOpens(vault)
    })
    expect((await readFile(join(folder, 'header'), 'utf8')).startsWith('troupe-vault 1\n')).toBe(true)
  })
})
