import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERRORS, SLOT_KINDS, UNLOCK_FAILURES } from '#contract/plain'
import { byPassphrase, caller, keep, madeStage, newPassphrase, PASSPHRASE, place, right, stage, text, wrong } from './stage.ts'

describe('[VT1] none → open → sealed → open', () => {
  it('is none until it is made, and open then', async () => {
    const { vault } = await stage()
    expect(await vault.status()).toMatchObject({ state: 'none', slots: [], vaultId: null, damage: null })
    const { status, kit } = right(await vault.init([newPassphrase(), { kind: 'recovery' }], caller))
    expect(status).toMatchObject({ state: 'open', sealedBecause: null, fields: 0 })
    expect(status.slots.map(({ kind, confirmed }) => [kind, confirmed])).toEqual([
      ['passphrase', null],
      ['recovery', false],
    ])
    expect(kit?.code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){9}[0-9A-HJKMNP-TV-Z]{4}$/)
  })
  it('keeps what was sealed over a restart, for each way in', async () => {
    const made = await madeStage({ slots: [newPassphrase(), { kind: 'recovery' }] })
    await keep(made.vault, 'cred_1', 'the value')
    for (const answer of [byPassphrase(), { kind: 'recovery', code: made.code } as const]) {
      const vault = await made.restart()
      expect(await vault.status()).toMatchObject({ state: 'sealed', sealedBecause: 'start', fields: 1 })
      await expect(vault.secrets.read(place('cred_1'))).rejects.toMatchObject({ code: 'SEALED' })
      right(await vault.unlock(answer, caller))
      expect(text(await vault.secrets.read(place('cred_1')))).toBe('the value')
    }
  })
  it('tells its listeners and its clients', async () => {
    const { vault, announced } = await stage()
    const heard: string[] = []
    vault.sealer.onState((state) => heard.push(state))
    right(await vault.init([newPassphrase()], caller))
    await vault.lock(caller)
    right(await vault.unlock(byPassphrase(), caller))
    expect(heard).toEqual(['open', 'sealed', 'open'])
    expect(announced).toEqual(expect.arrayContaining(['vault open', 'vault sealed', 'vault deriving']))
  })
})

describe('[VT2] unless open, nothing is sealed or opened', () => {
  it('says what to do, in each state', async () => {
    const { vault } = await stage()
    const tried = () => [
      () => vault.sealer.seal(place('a'), new Uint8Array(1)),
      () => vault.sealer.open(place('a'), new Uint8Array(60)),
      () => vault.sealer.requireOpen(),
      () => vault.secrets.put(place('a'), new Uint8Array(1)),
      () => vault.storeKey(),
    ]
    for (const act of tried()) expect(act).toThrow(expect.objectContaining({ code: 'SEALED', hint: expect.stringContaining('vault init') }))
    right(await vault.init([newPassphrase()], caller))
    await vault.lock(caller)
    for (const act of tried())
      expect(act).toThrow(expect.objectContaining({ code: 'SEALED', hint: expect.stringContaining('vault unlock') }))
    await expect(vault.checkFields()).rejects.toMatchObject({ code: 'SEALED' })
    await expect(vault.rotate(caller)).rejects.toMatchObject({ code: 'SEALED' })
    await expect(vault.addSlot({ kind: 'recovery' }, caller)).rejects.toMatchObject({ code: 'SEALED' })
  })
})

describe('[VT3] nothing is made over a vault', () => {
  const files = async (folder: string) =>
    Promise.all(['header', 'header.copy', 'tries'].map((name) => readFile(join(folder, name), 'hex').catch(() => null)))
  it('open, sealed, with a damaged header, or with none at all', async () => {
    const made = await madeStage()
    await keep(made.vault, 'cred_1', 'the value')
    expect(wrong(await made.vault.init([newPassphrase()], caller)).failure).toBe('exists')
    await made.restart()
    const before = await files(made.folder)
    expect(wrong(await made.vault.init([newPassphrase()], caller)).failure).toBe('exists')
    expect(await files(made.folder)).toEqual(before)
    const header = await readFile(join(made.folder, 'header'))
    for (const [bytes, why] of [
      [Buffer.concat([header.subarray(0, 50), Buffer.from('x'), header.subarray(51)]), 'checksum'],
      [Buffer.alloc(0), 'checksum'],
    ] as const) {
      await writeFile(join(made.folder, 'header'), bytes)
      await made.restart()
      const disk = await files(made.folder)
      expect(wrong(await made.vault.init([newPassphrase()], caller))).toMatchObject({
        failure: 'damaged-header',
        message: expect.stringContaining(why),
      })
      expect(wrong(await made.vault.unlock(byPassphrase(), caller)).failure).toBe('damaged-header')
      expect(await files(made.folder)).toEqual(disk)
    }
    await (await import('node:fs/promises')).rm(join(made.folder, 'header'))
    await made.restart()
    expect(await made.vault.status()).toMatchObject({
      state: 'sealed',
      damage: { failure: 'damaged-header', message: expect.stringContaining('gone') },
    })
    expect(wrong(await made.vault.init([newPassphrase()], caller)).failure).toBe('damaged-header')
    // The copy beside it is what a person puts back.
    await writeFile(join(made.folder, 'header'), await readFile(join(made.folder, 'header.copy')))
    await made.restart()
    right(await made.vault.unlock(byPassphrase(), caller))
    expect(text(await made.vault.secrets.read(place('cred_1')))).toBe('the value')
  })
  it('[VT11] not with a recovery kit alone', async () => {
    const { vault } = await stage()
    await expect(vault.init([{ kind: 'recovery' }], caller)).rejects.toMatchObject({ code: 'INVALID' })
    expect((await vault.status()).state).toBe('none')
  })
  it('files are for their owner alone', async () => {
    const { folder } = await madeStage()
    for (const name of ['header', 'header.copy']) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
  })
})

describe('[VT4] it locks by itself', () => {
  it('after idleness; a use puts that off', async () => {
    const { vault, clock } = await madeStage()
    await vault.setAutoLock({ idleMinutes: 5, onSuspend: true }, caller)
    for (let minute = 0; minute < 4; minute += 1) clock.advance(60_000)
    vault.sealer.requireOpen()
    for (let minute = 0; minute < 4; minute += 1) clock.advance(60_000)
    expect(await vault.status()).toMatchObject({ state: 'open', locksAt: clock.now() + 60_000 })
    clock.advance(60_000)
    expect(await vault.status()).toMatchObject({ state: 'sealed', sealedBecause: 'idle', locksAt: null })
  })
  it('never, when that was chosen; and the choice outlives a restart', async () => {
    const made = await madeStage()
    await made.vault.setAutoLock({ idleMinutes: null, onSuspend: false }, caller)
    await made.restart()
    right(await made.vault.unlock(byPassphrase(), caller))
    made.clock.advance(48 * 3_600_000)
    made.clock.jump(3_600_000)
    made.clock.advance(60_000)
    expect(await made.vault.status()).toMatchObject({ state: 'open', autoLock: { idleMinutes: null, onSuspend: false }, locksAt: null })
  })
  it('on suspend: the clock jumped while no timer ran', async () => {
    const { vault, clock } = await madeStage()
    clock.jump(45_000)
    clock.advance(20_000)
    expect((await vault.status()).state).toBe('open')
    clock.jump(120_000)
    clock.advance(10_000)
    expect(await vault.status()).toMatchObject({ state: 'sealed', sealedBecause: 'suspend' })
  })
  it('a clock that went back keeps nothing open for longer than it says', async () => {
    const { vault, clock } = await madeStage()
    await vault.setAutoLock({ idleMinutes: 5, onSuspend: true }, caller)
    clock.jump(-86_400_000)
    clock.advance(6 * 60_000)
    expect((await vault.status()).state).toBe('sealed')
  })
  it('the keys are zeroed', async () => {
    const { vault } = await madeStage()
    const { key } = vault.storeKey()
    expect(key.some((byte) => byte !== 0)).toBe(true)
    const { VaultState } = await import('../../../extensions/engine/vault/seal/state.ts')
    const { keySet } = await import('../../../extensions/engine/vault/seal/keys.ts')
    const state = new VaultState({ now: () => 0, after: () => () => undefined })
    const keys = keySet(new Uint8Array(32).fill(7), 'vault_x')
    state.open([keys])
    state.lock('person')
    for (const name of ['master', 'field', 'header', 'audit', 'carry'] as const) expect(keys[name].every((byte) => byte === 0)).toBe(true)
  })
})

describe('[VT7] five failures, told apart before anything is written', () => {
  it('a wrong passphrase, a mistyped code, another vault’s kit, no keyring', async () => {
    const other = await madeStage({ slots: [newPassphrase(), { kind: 'recovery' }] })
    const { vault, folder, code } = await madeStage({ slots: [newPassphrase(), { kind: 'recovery' }] })
    await vault.lock(caller)
    const header = await readFile(join(folder, 'header'), 'hex')
    expect(wrong(await vault.unlock({ kind: 'recovery', code: other.code }, caller)).failure).toBe('other-vault')
    const last = code.at(-1) === '0' ? '1' : '0'
    expect(wrong(await vault.unlock({ kind: 'recovery', code: code.slice(0, -1) + last }, caller)).failure).toBe('mistyped-code')
    expect(wrong(await vault.unlock({ kind: 'keyring' }, caller)).failure).toBe('no-slot')
    expect(wrong(await vault.unlock(byPassphrase('not the passphrase'), caller)).failure).toBe('wrong-passphrase')
    expect(await readFile(join(folder, 'header'), 'hex')).toBe(header)
    expect(code.length).toBe(49)
  })
  it('the header of another vault beside these values', async () => {
    const other = await madeStage()
    const made = await madeStage()
    await keep(made.vault, 'cred_1', 'the value')
    await writeFile(join(made.folder, 'header'), await readFile(join(other.folder, 'header')))
    await made.restart()
    expect((await made.vault.status()).damage).toMatchObject({ failure: 'other-vault' })
    expect(wrong(await made.vault.unlock(byPassphrase(), caller)).failure).toBe('other-vault')
  })
  it('a damaged value says which, and the others open', async () => {
    const { vault, store } = await madeStage()
    await keep(vault, 'cred_1', 'one')
    await keep(vault, 'cred_2', 'two')
    await store.write([{ sql: 'UPDATE vault_secret SET sealed = zeroblob(40) WHERE credential_id = ?', params: ['cred_1'] }])
    await expect(vault.secrets.read(place('cred_1'))).rejects.toMatchObject({
      code: 'DAMAGED',
      facts: { credentialId: 'cred_1', field: 'token', failure: 'damaged-field' },
    })
    expect(text(await vault.secrets.read(place('cred_2')))).toBe('two')
    expect(await vault.checkFields()).toMatchObject({ checked: 2, damaged: [{ credentialId: 'cred_1', field: 'token' }] })
  })
  it('a header that somebody else wrote, with a checksum that fits', async () => {
    const made = await madeStage()
    const { createHash } = await import('node:crypto')
    const header = await readFile(join(made.folder, 'header'), 'utf8')
    const changed = header.replace('"label": "Passphrase"', '"label": "Mine"').replace(/sha256 .*\n$/, '')
    await writeFile(join(made.folder, 'header'), `${changed}sha256 ${createHash('sha256').update(changed).digest('hex')}\n`)
    await made.restart()
    expect(wrong(await made.vault.unlock(byPassphrase(), caller))).toMatchObject({
      failure: 'damaged-header',
      message: expect.stringContaining('signature'),
    })
  })
  it('[VT9] a header of a later format', async () => {
    const made = await madeStage()
    const { createHash } = await import('node:crypto')
    const later = (await readFile(join(made.folder, 'header'), 'utf8'))
      .replace('troupe-vault 1', 'troupe-vault 2')
      .replace(/sha256 .*\n$/, '')
    await writeFile(join(made.folder, 'header'), `${later}sha256 ${createHash('sha256').update(later).digest('hex')}\n`)
    await made.restart()
    expect(wrong(await made.vault.unlock(byPassphrase(), caller)).message).toContain('format is 2')
  })
})

it('the surface of the vault is pinned', () => {
  expect(ERRORS.SEALED).toEqual({ family: 'user', retry: 'later', status: 423 })
  expect(ERRORS.REAUTHENTICATE).toEqual({ family: 'user', retry: 'never', status: 401 })
  expect(SLOT_KINDS).toEqual(['passphrase', 'keyring', 'recovery'])
  expect(UNLOCK_FAILURES).toHaveLength(14)
  expect(PASSPHRASE.length).toBeGreaterThan(8)
})
