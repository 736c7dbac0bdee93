/** The bytes: vectors of others, frozen files, another reader and writer, and every way of being damaged. */
import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pbkdf2 as libraryPbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemChance } from '#core/node'
import { openBox, sealBox } from '../../../extensions/engine/vault/seal/box.ts'
import { openField, sealField } from '../../../extensions/engine/vault/seal/field.ts'
import { readHeader } from '../../../extensions/engine/vault/seal/header.ts'
import { keySet } from '../../../extensions/engine/vault/seal/keys.ts'
import { pbkdf2 } from '../../../extensions/engine/vault/seal/pbkdf2.ts'
import { readRecoveryCode, recoveryCode } from '../../../extensions/engine/vault/seal/recovery-code.ts'
import * as other from '../../fixtures/vault/reader.ts'
import { byPassphrase, bytes, caller, keep, madeStage, newPassphrase, PASSPHRASE, place, right, stage, text } from './stage.ts'

const hex = (value: string): Buffer => Buffer.from(value, 'hex')
const frozen = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/vault/v1.json'), 'utf8')) as {
  passphrase: string
  code: string
  header: string
  values: { credentialId: string; field: string; plain: string; sealed: string }[]
  audit: other.FrozenEntry[]
  head: { seq: number; hash: string; signed_seq: number; signature: string }
}
const header = Buffer.from(frozen.header)

describe('vectors of others', () => {
  it.each([
    ['passwd', 'salt', 1, '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc', 'RFC 7914 section 11'],
    ['Password', 'NaCl', 80_000, '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56', 'RFC 7914 section 11'],
    ['password', 'salt', 1, '120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b', 'the vectors of RFC 6070, with SHA-256'],
    ['password', 'salt', 2, 'ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43', 'the vectors of RFC 6070, with SHA-256'],
    ['password', 'salt', 4096, 'c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a', 'the vectors of RFC 6070, with SHA-256'],
  ])('PBKDF2-HMAC-SHA256 of %s, %s, %i rounds (%5$s)', (passphrase, salt, rounds, expected) => {
    // The RFC's keys have two blocks; the first is a key of one block.
    expect(Buffer.from(pbkdf2(bytes(passphrase), bytes(salt), rounds)).toString('hex')).toBe(expected)
  })
  it('PBKDF2 agrees with the library and with Node for any input', () => {
    const any = fc.uint8Array({ maxLength: 200 })
    fc.assert(
      fc.property(any, any, fc.integer({ min: 1, max: 60 }), (passphrase, salt, rounds) => {
        const told: number[] = []
        const ours = Buffer.from(pbkdf2(passphrase, salt, rounds, (done) => told.push(done)))
        expect(ours.equals(libraryPbkdf2(sha256, passphrase, salt, { c: rounds, dkLen: 32 }))).toBe(true)
        expect(ours.equals(pbkdf2Sync(passphrase, salt, rounds, 32, 'sha256'))).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
  const K15 = 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308'
  const P15 =
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255'
  const C15 =
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad'
  it.each([
    ['13', '00'.repeat(32), '00'.repeat(12), '', '', '', '530f8afbc74536b9a963b4f1c4cb738b'],
    ['14', '00'.repeat(32), '00'.repeat(12), '', '00'.repeat(16), 'cea7403d4d606b6e074ec5d3baf39d18', 'd0d1c8a799996bf0265b98b5d48ab919'],
    ['15', K15, 'cafebabefacedbaddecaf888', '', P15, C15, 'b094dac5d93471bdec1a502270e3cc6c'],
    [
      '16',
      K15,
      'cafebabefacedbaddecaf888',
      'feedfacedeadbeeffeedfacedeadbeefabaddad2',
      P15.slice(0, 120),
      C15.slice(0, 120),
      '76fc6ece0f4e1768cddf8853bb2d551b',
    ],
  ])('AES-256-GCM, test case %s of the GCM specification that NIST took over', (_name, key, nonce, associated, plain, cipher, tag) => {
    const chance = { bytes: () => hex(nonce) }
    const box = Buffer.from(sealBox(chance, hex(key), hex(associated), hex(plain)))
    expect(box.toString('hex')).toBe(nonce + cipher + tag)
    expect(Buffer.from(openBox(hex(key), hex(associated), box) ?? []).toString('hex')).toBe(plain)
    // As Wycheproof does: a changed tag, nonce or associated data never opens.
    for (let bit = 0; bit < 128; bit += 1)
      expect(openBox(hex(key), hex(associated), flipped(box, (box.length - 16) * 8 + bit))).toBeUndefined()
    for (let bit = 0; bit < 96; bit += 1) expect(openBox(hex(key), hex(associated), flipped(box, bit))).toBeUndefined()
    expect(openBox(hex(key), Buffer.concat([hex(associated), Buffer.of(0)]), box)).toBeUndefined()
  })
  it('AES-256-GCM opens what Node seals, and the other way round', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 80 }), (plain, associated) => {
        const key = randomBytes(32)
        expect(openBox(key, associated, other.sealBox(key, associated, plain))).toEqual(plain)
        expect(other.openBox(key, associated, Buffer.from(sealBox(systemChance, key, associated, plain)))).toEqual(Buffer.from(plain))
      }),
    )
  })
})

describe('the frozen vault', () => {
  const read = other.readHeader(header)
  const master = other.masterFromSlot(read, slotOf('passphrase'), other.passphraseKey(slotOf('passphrase'), frozen.passphrase)) as Buffer
  function slotOf(kind: string): other.FrozenSlot {
    const slot = read.slots.find((one) => one.kind === kind)
    if (!slot) throw new Error(`no ${kind} slot`)
    return slot
  }
  it('opens for the other reader: by passphrase, by code, each value, the log and its signature', () => {
    expect(other.masterFromSlot(read, slotOf('recovery'), other.kitKey(slotOf('recovery'), read.vaultId, frozen.code))).toEqual(master)
    expect(other.keyId(master, read.vaultId)).toBe(read.keys[0]?.id)
    expect(other.headerIsSigned(header, master)).toBe(true)
    for (const { credentialId, field, plain, sealed } of frozen.values)
      expect(other.openField(master, read.vaultId, credentialId, field, Buffer.from(sealed, 'base64'))?.toString()).toBe(plain)
    expect(other.chainEnd(read.vaultId, frozen.audit)).toBe(frozen.head.hash)
    expect(other.endSignature(master, read.vaultId, frozen.head.seq, frozen.head.hash)).toBe(frozen.head.signature)
    const passphrase = slotOf('passphrase')
    const id = read.keys[0]?.id ?? ''
    const carried = other.openBox(
      other.derived(master, read.vaultId, 'carry'),
      other.slotPlace('carry', read.vaultId, passphrase, id),
      Buffer.from(passphrase.carry, 'base64'),
    )
    expect(carried).toEqual(other.passphraseKey(passphrase, frozen.passphrase))
  })
  it('opens for the product, and its log is whole', async () => {
    const made = await stage()
    await thaw(made.folder, made.store)
    const vault = await made.restart()
    right(await vault.unlock(byPassphrase(frozen.passphrase), caller))
    for (const { credentialId, field, plain } of frozen.values)
      expect(text(await vault.secrets.read(place(credentialId, field)))).toBe(plain)
    expect(await vault.verifyAudit()).toMatchObject({ whole: 'yes' })
    await vault.lock(caller)
    right(await vault.unlock({ kind: 'recovery', code: frozen.code }, caller))
  })
  it('what the other writer writes, the product opens', async () => {
    const made = await stage()
    await thaw(made.folder, made.store)
    const mine = randomBytes(32)
    const vaultId = 'vault_written_elsewhere'
    const id = other.keyId(mine, vaultId)
    const slot: other.FrozenSlot = {
      id: 'slot_1',
      kind: 'passphrase',
      label: 'Elsewhere',
      createdAt: 1,
      lastUsedAt: null,
      kdf: 'PBKDF2-HMAC-SHA256',
      iterations: 100,
      salt: randomBytes(32).toString('base64'),
      wraps: {},
      carry: '',
    }
    const slotKey = other.passphraseKey(slot, 'a passphrase from elsewhere')
    slot.wraps[id] = other.sealBox(slotKey, other.slotPlace('wrap', vaultId, slot, id), mine).toString('base64')
    slot.carry = other
      .sealBox(other.derived(mine, vaultId, 'carry'), other.slotPlace('carry', vaultId, slot, id), slotKey)
      .toString('base64')
    const written = other.writeHeader({ vaultId, createdAt: 1, revision: 1, keys: [{ id, createdAt: 1 }], slots: [slot] }, mine)
    await writeFile(join(made.folder, 'header'), written)
    await made.store.write([
      { sql: 'DELETE FROM vault_secret' },
      { sql: 'DELETE FROM vault_audit' },
      { sql: 'DELETE FROM vault_audit_head' },
      { sql: 'DELETE FROM vault_fact' },
      { sql: 'INSERT INTO vault_key (id, created_at) VALUES (?, 1)', params: [id] },
      {
        sql: 'INSERT INTO vault_secret (credential_id, field, key_id, sealed) VALUES (?, ?, ?, ?)',
        params: ['cred_x', 'token', id, new Uint8Array(other.sealField(mine, vaultId, 'cred_x', 'token', bytes('from elsewhere')))],
      },
    ])
    const vault = await made.restart()
    right(await vault.unlock(byPassphrase('a passphrase from elsewhere'), caller))
    expect(text(await vault.secrets.read(place('cred_x')))).toBe('from elsewhere')
  })
  it('[VT6] every single bit of the header counts, and every byte of its length', () => {
    expect(readHeader(header)).toHaveProperty('read')
    for (let bit = 0; bit < header.length * 8; bit += 1) expect(readHeader(flipped(header, bit)), `bit ${bit}`).toHaveProperty('wrong')
    for (let length = 0; length < header.length; length += 1) expect(readHeader(header.subarray(0, length))).toHaveProperty('wrong')
    expect(readHeader(Buffer.concat([header, Buffer.from('\n')]))).toHaveProperty('wrong')
  })
  it('[VT6] every single bit of a sealed value counts, and every byte of its length', () => {
    const keys = [keySet(new Uint8Array(master), read.vaultId)]
    for (const { credentialId, field, sealed } of frozen.values) {
      const value = Buffer.from(sealed, 'base64')
      const at = { credentialId, field }
      expect(openField(keys, at, value).ok).toBe(true)
      for (let bit = 0; bit < value.length * 8; bit += 1) expect(openField(keys, at, flipped(value, bit)).ok, `bit ${bit}`).toBe(false)
      for (let length = 0; length < value.length; length += 1) expect(openField(keys, at, value.subarray(0, length)).ok).toBe(false)
      expect(openField(keys, at, Buffer.concat([value, Buffer.of(0)])).ok).toBe(false)
    }
  })
  it('[VT5] swapping any two values is detected, also those of one credential', () => {
    const keys = [keySet(new Uint8Array(master), read.vaultId)]
    for (const here of frozen.values)
      for (const there of frozen.values) expect(openField(keys, here, Buffer.from(there.sealed, 'base64')).ok).toBe(here === there)
  })
})

describe('[VT5] one value', () => {
  const keys = keySet(randomBytes(32), 'vault_1')
  it('is sealed with another nonce each time, and its length is the plain one plus 37', () => {
    const seen = new Set<string>()
    for (let n = 0; n < 2000; n += 1) {
      const sealed = sealField(systemChance, keys, place('a'), bytes('the same'))
      expect(sealed.length).toBe(8 + 37)
      seen.add(Buffer.from(sealed.subarray(9, 21)).toString('hex'))
    }
    expect(seen.size).toBe(2000)
  })
  it('does not open in another place, however the names are cut', () => {
    const sealed = sealField(systemChance, keys, { credentialId: 'ab', field: 'c' }, bytes('x'))
    for (const at of [place('ab', 'd'), place('a', 'bc'), place('abc', ''), place('', 'abc'), place('ac', 'b')])
      expect(openField([keys], at, sealed)).toMatchObject({ ok: false, why: 'changed' })
  })
  it('[VT7] under another vault’s key says so', () => {
    const sealed = sealField(systemChance, keySet(randomBytes(32), 'vault_2'), place('a'), bytes('x'))
    expect(openField([keys], place('a'), sealed)).toMatchObject({ ok: false, why: 'other-key' })
    const later = sealField(systemChance, keys, place('a'), bytes('x'))
    later[0] = 2
    expect(openField([keys], place('a'), later)).toMatchObject({ ok: false, why: 'newer' })
  })
})

describe('[VT16] the recovery code', () => {
  it('reads back however it is typed, and any one wrong sign is a mistyped code', () => {
    const kit = randomBytes(20)
    const code = recoveryCode(kit, 'vault_1')
    for (const typed of [
      code,
      code.toLowerCase(),
      code.replaceAll('-', ''),
      ` ${code.replaceAll('-', ' ')} `,
      code.replaceAll('0', 'o').replaceAll('1', 'I'),
    ])
      expect(readRecoveryCode(typed, 'vault_1')).toEqual({ kit: new Uint8Array(kit) })
    for (let at = 0; at < code.length; at += 1)
      for (const sign of '0123456789ABCDEFGHJKMNPQRSTVWXYZ')
        if (code[at] !== '-' && code[at] !== sign)
          expect(readRecoveryCode(code.slice(0, at) + sign + code.slice(at + 1), 'vault_1')).toEqual({ wrong: 'mistyped' })
    expect(readRecoveryCode(code, 'vault_2')).toEqual({ wrong: 'other-vault' })
    for (const typed of ['', 'A', code.slice(0, -1), `${code}0`, 'U'.repeat(40)])
      expect(readRecoveryCode(typed, 'vault_1')).toEqual({ wrong: 'mistyped' })
  })
})

it('[VT6] one flipped bit in the file, with the engine’s own eyes', async () => {
  const made = await madeStage()
  await keep(made.vault, 'cred_1', 'the value')
  const before = await readFile(join(made.folder, 'header'))
  const changed = flipped(before, 8 * Math.floor(before.length / 2))
  await writeFile(join(made.folder, 'header'), changed)
  const vault = await made.restart()
  expect(await vault.unlock(byPassphrase(), caller)).toMatchObject({ ok: false, failure: 'damaged-header' })
  expect(await readFile(join(made.folder, 'header'))).toEqual(changed)
  expect(PASSPHRASE).toBe((newPassphrase() as { passphrase: string }).passphrase)
})

function flipped(of: Buffer, bit: number): Buffer {
  const copy = Buffer.from(of)
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7))
  return copy
}

/** The frozen vault, put where a vault lies. */
async function thaw(
  folder: string,
  store: { write(statements: { sql: string; params?: (string | number | null | Uint8Array)[] }[]): Promise<unknown> },
) {
  await writeFile(join(folder, 'header'), header)
  const { vaultId, keys } = other.readHeader(header)
  const id = keys[0]?.id ?? ''
  await store.write([
    { sql: "INSERT INTO vault_fact (name, value) VALUES ('vault_id', ?)", params: [vaultId] },
    { sql: 'INSERT INTO vault_key (id, created_at) VALUES (?, 1)', params: [id] },
    ...frozen.values.map(({ credentialId, field, sealed }) => ({
      sql: 'INSERT INTO vault_secret (credential_id, field, key_id, sealed) VALUES (?, ?, ?, ?)',
      params: [credentialId, field, id, new Uint8Array(Buffer.from(sealed, 'base64'))],
    })),
    ...frozen.audit.map(({ seq, at, kind, outcome, who, subject, note, hash }) => ({
      sql: 'INSERT INTO vault_audit (seq, at, kind, outcome, who, subject, note, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      params: [seq, at, kind, outcome, who, subject, note, hash],
    })),
    {
      sql: 'INSERT INTO vault_audit_head (one, seq, hash, signed_seq, signature) VALUES (1, ?, ?, ?, ?)',
      params: [frozen.head.seq, frozen.head.hash, frozen.head.signed_seq, frozen.head.signature],
    },
  ])
  expect(createHash('sha256').update(header).digest('hex')).toHaveLength(64)
}
