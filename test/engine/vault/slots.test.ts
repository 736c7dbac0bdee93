import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '#contract/plain'
import { waitMs } from '../../../extensions/engine/vault/seal/tries.ts'
import { byPassphrase, caller, keep, madeStage, newPassphrase, PASSPHRASE, place, right, someone, text, wrong } from './stage.ts'

const OTHER = 'another passphrase of the tests'

describe('[VT10] slots', () => {
  it('each opens alone; adding, changing and removing rewrites no sealed value', async () => {
    const made = await madeStage()
    await keep(made.vault, 'cred_1', 'the value')
    const sealed = () => made.store.read<{ sealed: Uint8Array }>('SELECT sealed FROM vault_secret')
    const before = await sealed()
    const { kit } = right(await made.vault.addSlot({ kind: 'recovery', label: 'In the drawer' }, caller))
    const { status } = right(await made.vault.addSlot(newPassphrase(OTHER), caller))
    expect(status.slots.map(({ label }) => label)).toEqual(['Passphrase', 'In the drawer', 'Passphrase'])
    const first = status.slots[0]?.id ?? ''
    right(await made.vault.changeSlot(first, { slot: newPassphrase('a third passphrase') }, caller))
    await made.vault.lock(caller)
    expect(wrong(await made.vault.unlock(byPassphrase(), caller)).failure).toBe('wrong-passphrase')
    made.clock.advance(1000)
    for (const answer of [byPassphrase(OTHER), byPassphrase('a third passphrase'), { kind: 'recovery', code: kit?.code ?? '' } as const]) {
      right(await made.vault.unlock(answer, caller))
      expect(text(await made.vault.secrets.read(place('cred_1')))).toBe('the value')
      await made.vault.lock(caller)
    }
    right(await made.vault.unlock(byPassphrase(OTHER), caller))
    right(await made.vault.removeSlot(first, caller))
    await made.restart()
    expect(wrong(await made.vault.unlock(byPassphrase('a third passphrase'), caller)).failure).toBe('wrong-passphrase')
    expect(await sealed()).toEqual(before)
  })
  it('are renamed; a kind does not change; an unknown one is told', async () => {
    const { vault } = await madeStage()
    const id = (await vault.status()).slots[0]?.id ?? ''
    expect(right(await vault.changeSlot(id, { label: 'Mine' }, caller)).status.slots[0]?.label).toBe('Mine')
    await expect(vault.changeSlot(id, { slot: { kind: 'recovery' } }, caller)).rejects.toMatchObject({ code: 'INVALID' })
    expect(wrong(await vault.changeSlot('slot_x', { label: 'x' }, caller)).failure).toBe('no-slot')
    expect(wrong(await vault.removeSlot('slot_x', caller)).failure).toBe('no-slot')
  })
  it('are bounded', async () => {
    const { vault } = await madeStage()
    for (let n = 1; n < LIMITS.vaultSlots; n += 1) right(await vault.addSlot({ kind: 'recovery' }, caller))
    await expect(vault.addSlot({ kind: 'recovery' }, caller)).rejects.toMatchObject({ code: 'FULL' })
  })
  it('[VT11] the last one stays, and a kit that nobody typed back does not count', async () => {
    const { vault } = await madeStage()
    const id = (await vault.status()).slots[0]?.id ?? ''
    expect(wrong(await vault.removeSlot(id, caller)).failure).toBe('last-slot')
    const { kit } = right(await vault.addSlot({ kind: 'recovery' }, caller))
    expect(wrong(await vault.removeSlot(id, caller)).failure).toBe('last-slot')
    expect(wrong(await vault.confirmRecovery('0000', caller)).failure).toBe('mistyped-code')
    expect(right(await vault.confirmRecovery(kit?.code ?? '', caller)).status.slots[1]?.confirmed).toBe(true)
    right(await vault.removeSlot(id, caller))
    const refused = (await vault.auditPage({ kinds: ['slot-remove'], limit: 10 })).rows.map(({ outcome }) => outcome)
    expect(refused).toEqual(['done', 'refused', 'refused'])
  })
  it('[VT16] a sound code whose slot was replaced is a wrong code', async () => {
    const { vault, code } = await madeStage({ slots: [newPassphrase(), { kind: 'recovery' }] })
    const id = (await vault.status()).slots.find(({ kind }) => kind === 'recovery')?.id ?? ''
    const { kit } = right(await vault.changeSlot(id, { slot: { kind: 'recovery' } }, caller))
    expect(wrong(await vault.confirmRecovery(code, caller)).failure).toBe('wrong-code')
    await vault.lock(caller)
    expect(wrong(await vault.unlock({ kind: 'recovery', code }, caller)).failure).toBe('wrong-code')
    expect(kit?.code).not.toBe(code)
  })
  it('[VT12] a slot with few rounds is raised when it opens the vault, in place', async () => {
    const made = await madeStage({ rounds: 20 })
    const before = (await made.vault.status()).slots[0]
    await made.restart({ rounds: 90 })
    right(await made.vault.unlock(byPassphrase(), caller))
    const after = (await made.vault.status()).slots[0]
    expect(after).toMatchObject({ id: before?.id, label: before?.label, createdAt: before?.createdAt, iterations: 90 })
    await made.restart({ rounds: 20 })
    right(await made.vault.unlock(byPassphrase(), caller))
    expect((await made.vault.status()).slots[0]?.iterations).toBe(90)
  })
  it('two keyboards that compose an umlaut differently type the same passphrase', async () => {
    const { vault } = await madeStage({ slots: [newPassphrase('gr\u00fc\u00dfe an alle')] })
    await vault.lock(caller)
    right(await vault.unlock(byPassphrase('gru\u0308\u00dfe an alle'), caller))
  })
})

describe('[VT20] tries', () => {
  it('wait 1, 2, 4 … seconds, at most 5 minutes', () => {
    expect([0, 1, 2, 3, 9, 10, 11, 1000].map(waitMs)).toEqual([0, 1000, 2000, 4000, 256_000, 300_000, 300_000, 300_000])
  })
  it('too early is told with the time, and is worked on by nobody', async () => {
    const made = await madeStage()
    await made.vault.lock(caller)
    expect(wrong(await made.vault.unlock(byPassphrase(OTHER), caller))).toMatchObject({
      failure: 'wrong-passphrase',
      nextTryAt: made.clock.now() + 1000,
    })
    const told = made.announced.length
    expect(wrong(await made.vault.unlock(byPassphrase(), caller))).toMatchObject({ failure: 'delayed', nextTryAt: made.clock.now() + 1000 })
    expect(made.announced.slice(told)).not.toContain('vault deriving')
    made.clock.advance(1000)
    expect(wrong(await made.vault.unlock(byPassphrase(OTHER), caller)).nextTryAt).toBe(made.clock.now() + 2000)
    made.clock.advance(2000)
    right(await made.vault.unlock(byPassphrase(), caller))
    expect((await made.vault.status()).tries).toEqual({ failed: 0, nextAt: null })
  })
  it('[VT21] the wait goes on after a restart', async () => {
    const made = await madeStage()
    await made.vault.lock(caller)
    for (let n = 0; n < 4; n += 1) {
      expect(wrong(await made.vault.unlock(byPassphrase(OTHER), caller)).failure).toBe('wrong-passphrase')
      made.clock.advance(waitMs(n + 1) - (n === 3 ? 1 : 0))
    }
    await made.restart()
    expect(await made.vault.status()).toMatchObject({ tries: { failed: 4 } })
    expect(wrong(await made.vault.unlock(byPassphrase(), caller)).failure).toBe('delayed')
    made.clock.advance(8000)
    right(await made.vault.unlock(byPassphrase(), caller))
  })
  it('[VT21] a clock set ahead while the engine runs does not shorten it; one set back does not lengthen it', async () => {
    const made = await madeStage()
    await made.vault.lock(caller)
    await made.vault.unlock(byPassphrase(OTHER), caller)
    made.clock.jump(3_600_000)
    expect(wrong(await made.vault.unlock(byPassphrase(), caller)).failure).toBe('delayed')
    made.clock.advance(1000)
    expect(wrong(await made.vault.unlock(byPassphrase(OTHER), caller)).failure).toBe('wrong-passphrase')
    made.clock.jump(-30 * 86_400_000)
    await made.restart()
    expect((await made.vault.status()).tries.nextAt).toBeLessThanOrEqual(made.clock.now() + 2000)
    made.clock.advance(2000)
    right(await made.vault.unlock(byPassphrase(), caller))
  })
  it('counts a try before it is worked on: a kill does not undo it', async () => {
    const made = await madeStage()
    await made.vault.lock(caller)
    const leave = new AbortController()
    const trying = made.vault.unlock(byPassphrase(OTHER), caller, leave.signal)
    await expect.poll(async () => JSON.parse(await readFile(join(made.folder, 'tries'), 'utf8').catch(() => '{}')).failed).toBe(1)
    leave.abort()
    expect(['cancelled', 'wrong-passphrase']).toContain(wrong(await trying).failure)
  })
  it('an unreadable file of tries counts as a few', async () => {
    const made = await madeStage()
    await made.vault.lock(caller)
    await writeFile(join(made.folder, 'tries'), 'nonsense')
    await made.restart()
    expect(wrong(await made.vault.unlock(byPassphrase(), caller)).failure).toBe('delayed')
    made.clock.advance(16_000)
    right(await made.vault.unlock(byPassphrase(), caller))
  })
  it('[VT22] a mistyped code is no try', async () => {
    const { vault } = await madeStage({ slots: [newPassphrase(), { kind: 'recovery' }] })
    await vault.lock(caller)
    for (let n = 0; n < 5; n += 1)
      expect(wrong(await vault.unlock({ kind: 'recovery', code: 'ABCD' }, caller)).failure).toBe('mistyped-code')
    expect((await vault.status()).tries.failed).toBe(0)
  })
})

describe('[VT23] re-authentication', () => {
  it('is of this caller, for five minutes, and not from before a lock', async () => {
    const { vault, clock } = await madeStage()
    expect(() => vault.proofs.require(caller, 'nothing')).toThrow(expect.objectContaining({ code: 'REAUTHENTICATE' }))
    const proved = async () => {
      const given = await vault.reauthenticate(byPassphrase(), caller)
      if (!given.ok) throw new Error(given.message)
      return given.proof
    }
    const proof = await proved()
    vault.proofs.require(caller, proof)
    expect(() => vault.proofs.require(someone, proof)).toThrow(expect.objectContaining({ code: 'REAUTHENTICATE' }))
    clock.advance(LIMITS.proofTtlMs - 1)
    vault.proofs.require(caller, proof)
    clock.advance(1)
    expect(() => vault.proofs.require(caller, proof)).toThrow()
    const second = await proved()
    clock.jump(-1000)
    expect(() => vault.proofs.require(caller, second)).toThrow()
    const third = await proved()
    await vault.lock(caller)
    right(await vault.unlock(byPassphrase(), caller))
    expect(() => vault.proofs.require(caller, third)).toThrow()
  })
  it('a wrong answer counts as a try, and the keyring proves nobody where there is a passphrase', async () => {
    const { vault } = await madeStage()
    expect(await vault.reauthenticate({ kind: 'keyring' }, caller)).toMatchObject({ ok: false, failure: 'no-slot' })
    expect(await vault.reauthenticate(byPassphrase(OTHER), caller)).toMatchObject({ ok: false, failure: 'wrong-passphrase' })
    expect(await vault.reauthenticate(byPassphrase(), caller)).toMatchObject({ ok: false, failure: 'delayed' })
    await vault.lock(caller)
    await expect(vault.reauthenticate(byPassphrase(), caller)).rejects.toMatchObject({ code: 'SEALED' })
  })
  it('the calls that change a key ask for it', async () => {
    const { vaultRoutes } = await import('../../../extensions/engine/vault/routes.ts')
    const { call } = await import('@orpc/server')
    const { vault } = await madeStage()
    const routes = vaultRoutes(vault)
    const proof = 'made up'
    const refused = expect.objectContaining({ code: 'REAUTHENTICATE' })
    const context = { context: caller }
    await expect(call(routes.addSlot, { slot: { kind: 'recovery' }, proof }, context)).rejects.toEqual(refused)
    await expect(call(routes.changeSlot, { id: 'x', label: 'x', proof }, context)).rejects.toEqual(refused)
    await expect(call(routes.removeSlot, { id: 'x', proof }, context)).rejects.toEqual(refused)
    await expect(call(routes.rotate, { proof }, context)).rejects.toEqual(refused)
    await expect(call(routes.setAutoLock, { autoLock: { idleMinutes: null, onSuspend: false }, proof }, context)).rejects.toEqual(refused)
    expect(PASSPHRASE.length).toBeGreaterThanOrEqual(LIMITS.passphraseChars.min)
  })
})
