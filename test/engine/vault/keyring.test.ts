/**
 * The keyring as it really is: gnome-keyring in a session bus of its own. Where the programs are not installed these tests are skipped,
 * and say so: `apt-get install gnome-keyring dbus` brings them. No test of the rest needs them.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { missing, session, why } from './keyring-session.ts'
import { byPassphrase, caller, keep, madeStage, newPassphrase, place, right, stage, text, wrong } from './stage.ts'

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
