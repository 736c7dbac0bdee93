/** The whole way of a sealed store: a real engine, a real vault with a passphrase, and the command line. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AuditRow, StoreCheck, StoreFile, StoreStatus } from '#contract'
import { missing, session, why } from '../vault/keyring-session.ts'
import { newPlace } from './troupe.ts'

const PASSPHRASE = 'the passphrase of a sealed store'
/** A part of the schema: in every plain copy of the database. */
const MARKER = 'CREATE TABLE vault_secret'

describe('[CLI105] troupe store seal', { timeout: 120_000 }, () => {
  const place = newPlace()
  const line = (text: string) => ({ stdin: `${text}\n` })
  const plainFiles = (): string[] =>
    readdirSync(place.data, { recursive: true, encoding: 'utf8' }).filter((name) => {
      const path = join(place.data, name)
      return !name.startsWith('exports') && statSync(path).isFile() && readFileSync(path).includes(MARKER)
    })

  it('is refused where the next start could not have the key', async () => {
    expect((await place.troupe(['store', 'seal', '-y'])).err).toContain('no vault yet')
    expect((await place.troupe(['vault', 'init'], line(PASSPHRASE))).code).toBe(0)
    await place.value<StoreFile>(['store', 'backup'])
    const refused = await place.troupe(['store', 'seal', '-y'])
    expect(refused.code).not.toBe(0)
    expect(refused.err).toContain('no slot in a keyring')
    expect((await place.value<StoreStatus>(['store', 'status'])).sealed).toBe(false)
    expect(plainFiles().length).toBeGreaterThan(1)
  })

  it('leaves no plain page, and checks, backups and exports go on', async () => {
    const sealed = await place.troupe(['store', 'seal', '--start', 'passphrase', '-y'])
    expect(sealed.code, sealed.err).toBe(0)
    expect(sealed.out).toContain('troupe engine --unlock')
    expect(await place.value<StoreStatus & { files: StoreFile[] }>(['store', 'status'])).toMatchObject({
      sealed: true,
      files: [{ kind: 'snapshot' }],
    })
    const backup = await place.value<StoreFile>(['store', 'backup'])
    expect(backup.check).toMatchObject({ ok: true })
    expect(await place.value<StoreCheck>(['store', 'verify', backup.name])).toMatchObject({ ok: true })
    expect((await place.troupe(['store', 'restore', backup.name, '-y'])).code).toBe(0)
    const { path } = await place.value<{ path: string }>(['store', 'export'])
    expect(readFileSync(path).subarray(0, 15).toString()).toBe('SQLite format 3')
    expect(plainFiles()).toEqual([])
    expect((await place.troupe(['vault', 'unlock'], line(PASSPHRASE))).code).toBe(0)
    expect((await place.troupe(['vault', 'rotate'], line(PASSPHRASE))).err).toContain('The store is sealed with the master key')
  })

  it('opens with the passphrase alone, and says so without it', async () => {
    await place.troupe(['stop'])
    const offline = await place.troupe(['store', 'export'])
    expect(offline.code).not.toBe(0)
    expect(offline.err).toContain('there is no key')
    const without = await place.begin(['engine']).ended
    expect(without.code).toBe(1)
    expect(without.err).toContain('troupe engine --unlock')
    const wrong = await place.begin(['engine', '--unlock'], line('not the passphrase')).ended
    expect(wrong.code).toBe(1)
    expect(wrong.err).toMatch(/passphrase/i)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const engine = place.begin(['engine', '--unlock'], line(PASSPHRASE))
    while (!engine.said().includes('engine runs'))
      await Promise.race([
        new Promise((resolve) => setTimeout(resolve, 50)),
        engine.ended.then((end) => Promise.reject(new Error(end.err))),
      ])
    expect((await place.value<StoreStatus>(['store', 'status'])).sealed).toBe(true)
    const audit = JSON.stringify(await place.value<readonly AuditRow[]>(['vault', 'audit']))
    expect(audit).toContain('The sealed store was opened with')
  })

  it('unseals, and the store needs nobody any more', async () => {
    expect((await place.troupe(['store', 'unseal', '-y'])).code).toBe(0)
    expect((await place.troupe(['store', 'unseal', '-y'])).err).toContain('not sealed')
    await place.troupe(['stop'])
    expect(await place.value<StoreStatus>(['store', 'verify'])).toMatchObject({ problems: [] })
    await place.value(['vault', 'status'])
    expect((await place.value<StoreStatus>(['store', 'status'])).sealed).toBe(false)
  })
})

describe('[CLI105] troupe vault init --seal-store', { timeout: 120_000 }, () => {
  const place = newPlace()
  it('makes the vault and seals the store with it, before anything was written that needs it', async () => {
    const made = await place.troupe(['vault', 'init', '--recovery', '--seal-store'], { stdin: `${PASSPHRASE}\n` })
    expect(made.code, made.err).toBe(0)
    // The code alone is on standard output, also with the sealing.
    expect(made.out.trim().split('\n')).toHaveLength(1)
    expect(made.err).toContain('The store is sealed; the engine runs again. From now on the engine starts with: troupe engine --unlock.')
    expect((await place.value<StoreStatus>(['store', 'status'])).sealed).toBe(true)
    const plain = readdirSync(place.data, { recursive: true, encoding: 'utf8' }).filter((name) => {
      const path = join(place.data, name)
      return statSync(path).isFile() && readFileSync(path).includes(MARKER)
    })
    expect(plain).toEqual([])
  })
})

describe.skipIf(missing.length > 0)(`[CLI105] [SE9] a keyring${why}`, { timeout: 120_000 }, () => {
  const place = newPlace()
  it('opens the sealed store by itself at every start; where it is gone the start says so and changes nothing', async () => {
    const keyring = await session()
    const bus = { DBUS_SESSION_BUS_ADDRESS: keyring.env.DBUS_SESSION_BUS_ADDRESS ?? '' }
    const troupe = (...args: string[]) => place.troupe(args, { env: bus })
    expect(await troupe('vault', 'init', '--no-passphrase', '--keyring')).toMatchObject({ code: 0 })
    expect(await troupe('store', 'seal', '-y')).toMatchObject({ code: 0 })
    await troupe('stop')
    const sealed = JSON.parse((await troupe('vault', 'status', '--json')).out) as { state: string }
    expect(sealed.state).toBeDefined()
    expect((await troupe('store', 'status')).out).toContain("with the vault's key")
    await troupe('stop')
    keyring.vanish()
    const without = await place.begin(['engine'], { env: bus }).ended
    expect(without.code).toBe(1)
    expect(without.err).toContain('The store is sealed')
  })
})
