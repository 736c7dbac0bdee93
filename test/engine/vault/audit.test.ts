import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Statement } from '#core'
import { byPassphrase, caller, keep, madeStage, place, right, type Stage, text, wrong } from './stage.ts'

async function twenty(): Promise<Stage> {
  const made = await madeStage()
  for (let n = 0; n < 18; n += 1) await keep(made.vault, `cred_${n}`, `value ${n}`)
  await made.vault.lock(caller)
  right(await made.vault.unlock(byPassphrase(), caller))
  return made
}
const verdict = ({ vault }: Stage) => vault.verifyAudit()

describe('[VT24] what is entered', () => {
  it('each thing that was done or refused, by whom, without values', async () => {
    const made = await madeStage()
    const { vault, clock } = made
    await vault.lock(caller)
    await vault.unlock(byPassphrase('wrong passphrase'), caller)
    clock.advance(1000)
    right(await vault.unlock(byPassphrase(), caller))
    await vault.reauthenticate(byPassphrase(), caller)
    await keep(vault, 'cred_1', 'a value that nobody may see')
    await vault.setAutoLock({ idleMinutes: 3, onSuspend: true }, caller)
    const { rows, total } = await vault.auditPage({ limit: 100 })
    expect(rows.map(({ kind, outcome, by }) => `${kind} ${outcome} ${by}`).reverse()).toEqual([
      'init done test',
      'lock done test',
      'unlock failed test',
      'unlock done test',
      'reauthenticate done test',
      'credential-add done test',
      'setting done test',
    ])
    expect(total).toBe(7)
    expect(JSON.stringify(rows)).not.toContain('nobody may see')
    expect((await vault.auditPage({ limit: 2, before: 4 })).rows.map(({ seq }) => seq)).toEqual([3, 2])
    expect(await vault.auditPage({ limit: 9, credentialId: 'cred_1' })).toMatchObject({ total: 1, rows: [{ kind: 'credential-add' }] })
    expect(await vault.auditPage({ limit: 9, kinds: ['lock', 'init'] })).toMatchObject({ total: 2 })
  })
})

describe('[VT25] an entry and its operation', () => {
  it('are one transaction: neither without the other', async () => {
    const made = await madeStage()
    const { vault, store } = made
    const entries = async () => (await vault.auditPage({ limit: 1 })).total
    const before = await entries()
    const impossible: Statement = { sql: 'DELETE FROM vault_secret WHERE credential_id = ?', params: ['cred_none'], expectChanges: 1 }
    await expect(vault.audit.append({ kind: 'credential-remove', by: 'test' }, [impossible])).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await entries()).toBe(before)
    // Somebody wrote the next entry's number: ours cannot be written, so what it is about does not happen.
    await store.write([
      {
        sql: 'INSERT INTO vault_audit SELECT seq + 1, at, kind, outcome, who, subject, note, hash FROM vault_audit ORDER BY seq DESC LIMIT 1',
      },
    ])
    await expect(keep(vault, 'cred_1', 'x')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await vault.secrets.read(place('cred_1'))).toBeUndefined()
    await expect(vault.addSlot({ kind: 'recovery' }, caller)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await vault.status()).slots).toHaveLength(1)
    await expect(vault.reauthenticate(byPassphrase(), caller)).rejects.toMatchObject({ code: 'CONFLICT' })
    // A lock is never held up by it.
    expect((await vault.lock(caller)).state).toBe('sealed')
    await expect(vault.unlock(byPassphrase(), caller)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await vault.status()).state).toBe('sealed')
    // The foreign entry does not keep the vault shut for ever: a new engine goes on behind it, and says so.
    const again = await made.restart()
    right(await again.unlock(byPassphrase(), caller))
    expect(await verdict(made)).toMatchObject({ whole: 'no' })
    expect((await again.auditPage({ kinds: ['tamper'], limit: 1 })).rows[0]?.note).toContain('goes on to entry')
  })
  it('many at once stay one chain', async () => {
    const made = await madeStage()
    await Promise.all(Array.from({ length: 50 }, (_, n) => keep(made.vault, `cred_${n}`, 'x')))
    expect(await verdict(made)).toMatchObject({ whole: 'yes', entries: 51 })
  })
})

describe('[VT26] verify finds', () => {
  const cases: readonly [string, readonly Statement[], number | null][] = [
    ['a removed entry', [{ sql: 'DELETE FROM vault_audit WHERE seq = 7' }], 7],
    ['the first one removed', [{ sql: 'DELETE FROM vault_audit WHERE seq = 1' }], 1],
    ['a cut end', [{ sql: 'DELETE FROM vault_audit WHERE seq > 15' }], null],
    [
      'a cut end whose record was cut too',
      [
        { sql: 'DELETE FROM vault_audit WHERE seq > 15' },
        { sql: 'UPDATE vault_audit_head SET seq = 15, signed_seq = 15, hash = (SELECT hash FROM vault_audit WHERE seq = 15)' },
      ],
      null,
    ],
    ['all of it removed', [{ sql: 'DELETE FROM vault_audit' }, { sql: 'DELETE FROM vault_audit_head' }], null],
    [
      'the record of its end removed, and the last entry',
      [{ sql: 'DELETE FROM vault_audit_head' }, { sql: 'DELETE FROM vault_audit WHERE seq = 21' }],
      null,
    ],
    [
      'two entries exchanged',
      [
        { sql: 'UPDATE vault_audit SET seq = 1000 WHERE seq = 5' },
        { sql: 'UPDATE vault_audit SET seq = 5 WHERE seq = 6' },
        { sql: 'UPDATE vault_audit SET seq = 6 WHERE seq = 1000' },
      ],
      5,
    ],
    [
      'an entry put between',
      [
        { sql: 'UPDATE vault_audit SET seq = seq + 1000 WHERE seq > 9' },
        { sql: 'INSERT INTO vault_audit SELECT 10, at, kind, outcome, who, subject, note, hash FROM vault_audit WHERE seq = 9' },
        { sql: 'UPDATE vault_audit SET seq = seq - 999 WHERE seq > 1000' },
      ],
      10,
    ],
    ...(['at', 'kind', 'outcome', 'who', 'subject', 'note', 'hash'] as const).map((column): [string, readonly Statement[], number] => [
      `a changed ${column}`,
      [{ sql: `UPDATE vault_audit SET ${column} = ${column === 'at' ? 'at + 1' : `${column} || 'x'`} WHERE seq = 8` }],
      8,
    ]),
  ]
  it.each(cases)('%s', async (_name, statements, firstWrong) => {
    const made = await twenty()
    expect(await verdict(made)).toMatchObject({ whole: 'yes', entries: 21 })
    await made.store.write(statements)
    const open = await verdict(made)
    expect(open).toMatchObject({ whole: 'no' })
    if (firstWrong !== null) expect(open.firstWrong).toBe(firstWrong)
    // Also for who has only the files: sealed, after a restart.
    await made.restart()
    expect(await verdict(made)).toMatchObject({ whole: 'no' })
  })
  it('a log written anew, with hashes that fit: by its signature, once open; by the anchor, while sealed', async () => {
    const made = await twenty()
    const { entryHash, firstHash } = await import('../../../extensions/engine/vault/audit/chain.ts')
    const rows = await made.store.read<Parameters<typeof entryHash>[1]>(
      'SELECT seq, at, kind, outcome, who, subject, note FROM vault_audit ORDER BY seq LIMIT 10',
    )
    let hash = firstHash((await made.vault.status()).vaultId ?? '')
    const statements: Statement[] = [{ sql: 'DELETE FROM vault_audit' }]
    for (const row of rows) {
      const note = row.seq === 3 ? 'nothing happened here' : row.note
      hash = entryHash(hash, { ...row, note })
      statements.push({
        sql: 'INSERT INTO vault_audit (seq, at, kind, outcome, who, subject, note, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        params: [row.seq, row.at, row.kind, row.outcome, row.who, row.subject, note, hash],
      })
    }
    statements.push({ sql: 'UPDATE vault_audit_head SET seq = 10, hash = ?, signed_seq = 10', params: [hash] })
    await made.vault.lock(caller)
    await made.store.write(statements)
    expect(await verdict(made)).toMatchObject({ whole: 'no' })
    // With the anchor gone too, the signature is what is left; and the unlock itself enters what it saw. [VT27]
    await made.restart()
    await rm(join(made.folder, 'tries'), { force: true })
    await made.store.write(statements.slice(0, 1))
    await made.store.write(statements.slice(1))
    await made.restart()
    await rm(join(made.folder, 'tries'), { force: true })
    await made.restart()
    right(await made.vault.unlock(byPassphrase(), caller))
    expect(await verdict(made)).toMatchObject({ whole: 'no', detail: expect.stringContaining('another hand') })
    expect((await made.vault.auditPage({ kinds: ['tamper'], limit: 5 })).total).toBeGreaterThan(0)
    await made.restart()
    right(await made.vault.unlock(byPassphrase(), caller))
    expect(await verdict(made)).toMatchObject({ whole: 'no' })
  })
  it('an end that was cut with its record, where nothing but the signature tells', async () => {
    const made = await madeStage()
    for (let n = 0; n < 5; n += 1) await keep(made.vault, `cred_${n}`, 'x')
    await made.store.write([
      { sql: 'DELETE FROM vault_audit WHERE seq > 4' },
      { sql: 'UPDATE vault_audit_head SET seq = 4, signed_seq = 4, hash = (SELECT hash FROM vault_audit WHERE seq = 4)' },
    ])
    expect(await verdict(made)).toMatchObject({ whole: 'no', firstWrong: 4, detail: expect.stringContaining('signature') })
  })
  it('failed unlocks that were cut off while sealed', async () => {
    const made = await madeStage()
    await made.vault.lock(caller)
    for (let n = 0; n < 3; n += 1) {
      expect(wrong(await made.vault.unlock(byPassphrase('a wrong one'), caller)).failure).toBe('wrong-passphrase')
      made.clock.advance(10_000)
    }
    await made.store.write([
      { sql: 'DELETE FROM vault_audit WHERE seq > 3' },
      { sql: 'UPDATE vault_audit_head SET seq = 3, hash = (SELECT hash FROM vault_audit WHERE seq = 3)' },
    ])
    await made.restart()
    expect(await verdict(made)).toMatchObject({ whole: 'no' })
    right(await made.vault.unlock(byPassphrase(), caller))
    expect(await verdict(made)).toMatchObject({ whole: 'no', detail: expect.stringContaining('another hand') })
  })
  it('nothing in a log that is whole, sealed or open, over restarts', async () => {
    const made = await twenty()
    for (let n = 0; n < 3; n += 1) {
      await made.restart()
      expect(await verdict(made)).toMatchObject({ whole: 'sealed' })
      right(await made.vault.unlock(byPassphrase(), caller))
      expect(await verdict(made)).toMatchObject({ whole: 'yes' })
    }
    expect(text(await made.vault.secrets.read(place('cred_3')))).toBe('value 3')
    await writeFile(join(made.folder, 'unrelated'), 'x')
  })
})
