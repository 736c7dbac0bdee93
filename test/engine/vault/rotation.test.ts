import { describe, expect, it } from 'vitest'
import { byPassphrase, bytes, caller, keep, madeStage, newPassphrase, place, right, type Stage, someValue, text } from './stage.ts'

async function settled({ vault }: Stage): Promise<void> {
  await expect.poll(async () => (await vault.status()).rotation?.running ?? false, { timeout: 20_000, interval: 5 }).toBe(false)
}

async function filled(count: number) {
  const made = await madeStage({ slots: [newPassphrase(), { kind: 'recovery' }] })
  const values = new Map<string, string>()
  for (let n = 0; n < count; n += 1) {
    values.set(`cred_${n}`, someValue())
    await keep(made.vault, `cred_${n}`, values.get(`cred_${n}`) ?? '')
  }
  const allOpen = async () => {
    for (const [id, value] of values) expect(text(await made.vault.secrets.read(place(id)))).toBe(value)
  }
  return { made, values, allOpen }
}

describe('[VT17] rotation', () => {
  it('seals every value anew; every slot opens the new key, and nothing the old one', async () => {
    const { made, allOpen } = await filled(50)
    const before = await made.vault.status()
    const old = await made.store.read<{ sealed: Uint8Array }>('SELECT sealed FROM vault_secret')
    await made.vault.rotate(caller)
    await settled(made)
    const after = await made.vault.status()
    expect(after).toMatchObject({ rotation: null, fields: 50 })
    expect(after.keyId).not.toBe(before.keyId)
    expect(await made.store.read('SELECT DISTINCT key_id FROM vault_secret')).toEqual([{ key_id: after.keyId }])
    await allOpen()
    for (const { sealed } of old)
      expect(() => made.vault.sealer.open(place('cred_0'), sealed)).toThrow(expect.objectContaining({ code: 'DAMAGED' }))
    for (const answer of [byPassphrase(), { kind: 'recovery', code: made.code } as const]) {
      await made.restart()
      right(await made.vault.unlock(answer, caller))
      await allOpen()
    }
    expect(await made.vault.verifyAudit()).toMatchObject({ whole: 'yes' })
  })
  it('goes on after a lock, by itself', async () => {
    const { made, allOpen } = await filled(60)
    await made.vault.rotate(caller)
    await made.vault.lock(caller)
    await settled(made)
    expect((await made.vault.status()).rotation).toMatchObject({ running: false })
    await made.restart()
    right(await made.vault.unlock(byPassphrase(), caller))
    await settled(made)
    expect((await made.vault.status()).rotation).toBeNull()
    await allOpen()
  })
  it('stays stopped when a person stopped it, and goes on when a person says so', async () => {
    const { made, allOpen } = await filled(60)
    await made.vault.rotate(caller)
    const stopped = await made.vault.stopRotation(caller)
    expect(stopped.rotation).toMatchObject({ running: false, stoppedBecause: 'a person stopped it' })
    await allOpen()
    await made.restart()
    right(await made.vault.unlock(byPassphrase(), caller))
    expect((await made.vault.status()).rotation).toMatchObject({ running: false })
    await keep(made.vault, 'cred_new', 'new')
    await made.vault.rotate(caller)
    await settled(made)
    expect((await made.vault.status()).rotation).toBeNull()
    await allOpen()
    await expect(made.vault.stopRotation(caller)).rejects.toMatchObject({ code: 'WRONG_STATE' })
  })
})

describe('[VT18] meanwhile', () => {
  it('values are written and read; what is written late under the retired key is refused, never lost', async () => {
    const { made, values, allOpen } = await filled(40)
    const late = made.vault.secrets.put(place('cred_late'), bytes('late'))
    const rotating = made.vault.rotate(caller)
    for (let n = 0; n < 40; n += 1) {
      values.set(`cred_${n}`, someValue())
      await keep(made.vault, `cred_${n}`, values.get(`cred_${n}`) ?? '')
    }
    await rotating
    await settled(made)
    expect((await made.vault.status()).rotation).toBeNull()
    await expect(made.vault.audit.append({ kind: 'credential-add', by: 'test' }, [late])).rejects.toMatchObject({ code: 'CONFLICT' })
    await allOpen()
    expect(await made.vault.checkFields()).toEqual({ checked: 40, damaged: [] })
    expect(await made.vault.verifyAudit()).toMatchObject({ whole: 'yes' })
  })
})

describe('[VT19] a damaged value', () => {
  it('stops it, with its place; the old key stays; without it, it goes through', async () => {
    const { made } = await filled(3)
    await made.store.write([{ sql: 'UPDATE vault_secret SET sealed = zeroblob(60) WHERE credential_id = ?', params: ['cred_1'] }])
    await made.vault.rotate(caller)
    await settled(made)
    expect((await made.vault.status()).rotation).toMatchObject({ running: false, stoppedBecause: expect.stringContaining('cred_1') })
    expect(await made.vault.checkFields()).toMatchObject({ checked: 3, damaged: [{ credentialId: 'cred_1' }] })
    await made.vault.audit.append({ kind: 'credential-remove', by: 'test' }, [made.vault.secrets.drop('cred_1')])
    await made.vault.rotate(caller)
    await settled(made)
    expect((await made.vault.status()).rotation).toBeNull()
  })
})

it('[VT24] storeKey is the vault’s, the same while the key is, and another after a rotation', async () => {
  const { made } = await filled(1)
  const first = made.vault.storeKey()
  expect(made.vault.storeKey()).toEqual(first)
  await made.restart()
  right(await made.vault.unlock(byPassphrase(), caller))
  expect(made.vault.storeKey()).toEqual(first)
  await made.vault.rotate(caller)
  await settled(made)
  expect(made.vault.storeKey().keyId).not.toBe(first.keyId)
})
