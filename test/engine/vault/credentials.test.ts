import { describe, expect, it, test } from 'vitest'
import { caller, credentialStage } from './credential-stage.ts'
import { byPassphrase, right, someone } from './stage.ts'

const github = { connector: 'github', name: 'github', values: { token: 'example-value-1' } } as const

describe('[CR10] names', () => {
  test('a second of the same name is CONFLICT, also by renaming', async () => {
    const { credentials } = await credentialStage()
    await credentials.add(github, caller)
    await expect(credentials.add(github, caller)).rejects.toMatchObject({ code: 'CONFLICT' })
    const other = await credentials.add({ ...github, name: 'other' }, caller)
    await expect(credentials.edit({ id: other.row.id, version: 1, name: 'github' }, caller)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await credentials.list()).map(({ name }) => name)).toEqual(['github', 'other'])
  })
  test('is found by name and by id', async () => {
    const { credentials } = await credentialStage()
    const { row } = await credentials.add(github, caller)
    expect((await credentials.get('github')).row.id).toBe(row.id)
    await expect(credentials.get('nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('[CR11] what does not fit is refused by name, without its value', () => {
  test.each([
    ['a field it does not have', { connector: 'github', values: { nothing: 'example-value-1' } }, 'no field "nothing"'],
    ['a required one that is missing', { connector: 'github', values: {} }, 'needs "Access token"'],
    ['a pattern', { connector: 'telegram', values: { token: 'example-value-1' } }, '"Bot token" does not fit'],
    ['a choice', { connector: 'datadog', values: { key: 'x', site: 'example-value-1.example.org' } }, 'one of'],
    ['a port', { connector: 'postgres', values: { host: 'h', port: '70000', database: 'd', user: 'u', password: 'p' } }, '1 to 65535'],
    [
      'a host with a path',
      { connector: 'postgres', values: { host: 'example-value-1/x', database: 'd', user: 'u', password: 'p' } },
      'host name',
    ],
    ['an address with a password in it', { connector: 'gitea', values: { url: 'https://u:example-value-1@x.org', token: 't' } }, 'address'],
    ['several lines', { connector: 'github', values: { token: 'example-value-1\nb' } }, 'one line'],
    ['a key of one-time codes', { connector: 'totp', values: { totp: 'example-value-1!' } }, 'base32'],
    ['no such connector', { connector: 'nothing', values: {} }, 'no connector'],
  ])('%s', async (_what, input, words) => {
    const { credentials, audit } = await credentialStage()
    const error = await credentials.add({ name: 'one', ...(input as object) } as never, caller).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ code: 'INVALID' })
    expect((error as Error).message).toContain(words)
    expect((error as Error).message).not.toContain('example-value-1')
    expect((await audit()).map(({ kind }) => kind)).not.toContain('credential-add')
  })
})

describe('[CR12] [CR13] adding and editing', () => {
  it('lists and shows it without its value; the entry names fields only', async () => {
    const { credentials, audit, store } = await credentialStage()
    const made = await credentials.add({ ...github, values: { token: 'example-value-1', notes: 'example-value-2' } }, caller)
    expect(made.row).toMatchObject({
      name: 'github',
      connectorName: 'GitHub',
      health: { state: 'unchecked', at: null },
      age: 'fresh',
      personas: 0,
    })
    expect(made.fields.find(({ name }) => name === 'token')).toEqual({
      name: 'token',
      label: 'Access token',
      secret: true,
      set: true,
      value: null,
    })
    expect(made.hosts).toContain('api.github.com')
    const everything = JSON.stringify([made, await credentials.list(), await audit(), await store.read('SELECT * FROM credential')])
    expect(everything).not.toContain('example-value')
    expect((await audit())[0]).toMatchObject({ kind: 'credential-add', outcome: 'done', by: 'test', subject: { credential: 'github' } })
  })

  it('keeps what is left out, empties what is emptied, and says no to an older version', async () => {
    const { credentials } = await credentialStage()
    const made = await credentials.add(
      { connector: 'openai', name: 'openai', values: { key: 'example-value-1', organization: 'org', notes: 'n' } },
      caller,
    )
    const after = await credentials.edit({ id: made.row.id, version: 1, label: 'Ours', values: { notes: '' } }, caller)
    expect(after.row.label).toBe('Ours')
    expect(after.version).toBe(2)
    expect(Object.fromEntries(after.fields.map(({ name, set }) => [name, set]))).toEqual({
      key: true,
      organization: true,
      totp: false,
      notes: false,
    })
    await expect(credentials.edit({ id: made.row.id, version: 1, label: 'x' }, caller)).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(credentials.edit({ id: made.row.id, version: 2, values: { key: '' } }, caller)).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('of two edits at once, one is CONFLICT', async () => {
    const { credentials } = await credentialStage()
    const { row } = await credentials.add(github, caller)
    const both = await Promise.allSettled(['a', 'b'].map((label) => credentials.edit({ id: row.id, version: 1, label }, caller)))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('nothing changes when the entry cannot be written', async () => {
    const { credentials } = await credentialStage({
      ports: ({ vault }) => ({ vault: { ...vault, audit: { append: async () => Promise.reject(new Error('the log is full')) } } }),
    })
    await expect(credentials.add(github, caller)).rejects.toThrow('the log is full')
    expect(await credentials.list()).toEqual([])
  })

  it('is SEALED while the vault is, and the list is not', async () => {
    const { credentials, vault } = await credentialStage()
    await credentials.add(github, caller)
    await vault.lock(caller)
    await expect(credentials.add({ ...github, name: 'b' }, caller)).rejects.toMatchObject({ code: 'SEALED' })
    expect(await credentials.list()).toHaveLength(1)
  })

  it('is there after a restart', async () => {
    const stage = await credentialStage()
    await stage.credentials.add(github, caller)
    await stage.restart()
    const { id } = (await stage.credentials.list())[0]!
    expect(await stage.credentials.lending.values(id)).toEqual(new Map([['token', 'example-value-1']]))
  })
})

describe('[CR14] what a person sees', () => {
  it('is revealed with a proof, after its entry', async () => {
    const { credentials, proof, audit } = await credentialStage()
    const { row } = await credentials.add(github, caller)
    const asked = { id: row.id, field: 'token', purpose: 'copy', proof: await proof() } as const
    expect(await credentials.reveal(asked, caller)).toEqual({ value: 'example-value-1', shownMs: 30_000 })
    expect((await audit())[0]).toMatchObject({ kind: 'copy', outcome: 'done', subject: { credentialId: row.id, field: 'token' } })
  })

  it('is refused, and that entered, without a proof, with somebody else’s, and with one that ran out', async () => {
    const { credentials, proof, audit, clock } = await credentialStage()
    const { row } = await credentials.add(github, caller)
    const reveal = (given: string) => credentials.reveal({ id: row.id, field: 'token', purpose: 'reveal', proof: given }, caller)
    await expect(reveal('no proof')).rejects.toMatchObject({ code: 'REAUTHENTICATE' })
    await expect(reveal(await proof(someone))).rejects.toMatchObject({ code: 'REAUTHENTICATE' })
    const own = await proof()
    clock.advance(6 * 60_000)
    await expect(reveal(own)).rejects.toMatchObject({ code: 'REAUTHENTICATE' })
    const entries = (await audit()).filter(({ kind }) => kind === 'reveal')
    expect(entries.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused'])
  })

  it('does not leave when the entry cannot be written', async () => {
    let full = false
    const { credentials, proof } = await credentialStage({
      ports: ({ vault }) => ({
        vault: {
          ...vault,
          audit: { append: (...given) => (full ? Promise.reject(new Error('the log is full')) : vault.audit.append(...given)) },
        },
      }),
    })
    const { row } = await credentials.add(
      { connector: 'totp', name: 'codes', values: { totp: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } },
      caller,
    )
    const given = await proof()
    full = true
    await expect(credentials.reveal({ id: row.id, field: 'totp', purpose: 'reveal', proof: given }, caller)).rejects.toThrow(
      'the log is full',
    )
    await expect(credentials.code(row.id, given, caller)).rejects.toThrow('the log is full')
  })

  it('a field that is plain, empty or unknown is told apart', async () => {
    const { credentials, proof } = await credentialStage()
    const { row } = await credentials.add({ connector: 'openai', name: 'openai', values: { key: 'example-value-1' } }, caller)
    const given = await proof()
    const reveal = (field: string) => credentials.reveal({ id: row.id, field, purpose: 'reveal', proof: given }, caller)
    await expect(reveal('organization')).rejects.toMatchObject({ code: 'WRONG_STATE' })
    await expect(reveal('notes')).rejects.toMatchObject({ code: 'WRONG_STATE' })
    await expect(reveal('nothing')).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('a one-time code wants a proof too', async () => {
    const { credentials, proof, clock, audit } = await credentialStage()
    const { row } = await credentials.add(
      { connector: 'totp', name: 'codes', values: { totp: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } },
      caller,
    )
    expect(row.hasTotp).toBe(true)
    await expect(credentials.code(row.id, 'none', caller)).rejects.toMatchObject({ code: 'REAUTHENTICATE' })
    const made = await credentials.code(row.id, await proof(), caller)
    expect(made).toMatchObject({ code: expect.stringMatching(/^\d{6}$/), periodSeconds: 30, leftMs: 30_000 - (clock.now() % 30_000) })
    expect((await audit())[0]).toMatchObject({ kind: 'read-field', subject: { field: 'totp' } })
    const without = await credentials.add(github, caller)
    await expect(credentials.code(without.row.id, await proof(), caller)).rejects.toMatchObject({ code: 'WRONG_STATE' })
  })
})

describe('[CR15] [CR16] dates', () => {
  const DAY = 86_400_000
  it('goes from fresh to soon, due and expired; a new value starts the reminder anew', async () => {
    const { credentials, clock } = await credentialStage()
    const made = await credentials.add({ ...github, rotateEveryDays: 30, expiresAt: clock.now() + 100 * DAY }, caller)
    const age = async () => (await credentials.get('github')).row.age
    expect(await age()).toBe('fresh')
    clock.jump(17 * DAY)
    expect(await age()).toBe('soon')
    clock.jump(14 * DAY)
    expect(await age()).toBe('due')
    const after = await credentials.edit({ id: made.row.id, version: 1, values: { token: 'example-value-2' } }, caller)
    expect(after.row).toMatchObject({ age: 'fresh', rotateAt: clock.now() + 30 * DAY, health: { state: 'unchecked' } })
    clock.jump(70 * DAY)
    expect(await age()).toBe('expired')
  })
  it('a connector’s own opinion counts unless the person has one', async () => {
    const { credentials, clock } = await credentialStage()
    const own = await credentials.add(github, caller)
    expect(own.rotateEveryDays).toBe(90)
    expect(own.row.rotateAt).toBe(clock.now() + 90 * DAY)
    expect((await credentials.add({ ...github, name: 'never', rotateEveryDays: null }, caller)).row.rotateAt).toBe(null)
  })
})

describe('[CR17] [CR18] taking away', () => {
  it('tells the blast radius before', async () => {
    const { credentials, leases, providers } = await credentialStage()
    const { row } = await credentials.add(github, caller)
    await credentials.grant({ id: row.id, personaId: 'per_1', fields: null, hosts: null, how: 'placeholder' }, caller)
    leases.held.push({ id: 'run_1', personaName: 'Ada' })
    providers.set('openai', row.id)
    expect(await credentials.blastRadius(row.id)).toMatchObject({
      personas: [{ id: 'per_1', name: 'Ada', grant: { how: 'placeholder' } }],
      runs: [{ id: 'run_1', personaName: 'Ada' }],
      providers: ['openai'],
      attachments: 0,
      lastUsedAt: null,
    })
  })

  it('is refused while a run holds it, and entered; with its leases it goes, sealed or not', async () => {
    const { credentials, leases, audit, vault, store } = await credentialStage()
    const { row } = await credentials.add(github, caller)
    await credentials.attach(row.id, 'a.txt', Buffer.from('example-value-3').toString('base64'), caller)
    leases.held.push({ id: 'run_1', personaName: 'Ada' })
    await expect(credentials.remove(row.id, false, caller)).rejects.toMatchObject({ code: 'REFUSED', facts: { runs: ['run_1'] } })
    expect((await audit())[0]).toMatchObject({ kind: 'credential-remove', outcome: 'refused' })
    await vault.lock(caller)
    await credentials.remove(row.id, true, caller)
    expect(leases.ended).toEqual([[row.id, null]])
    for (const table of ['credential', 'credential_grant', 'credential_attachment', 'vault_secret'])
      expect(await store.read(`SELECT * FROM ${table}`)).toEqual([])
    expect((await audit())[0]).toMatchObject({ kind: 'credential-remove', outcome: 'done' })
  })

  it('[CR21] revoked: no grants, no leases, no loan, no grant, until a new value is put in', async () => {
    const { credentials, leases, vault } = await credentialStage()
    const { row } = await credentials.add(github, caller)
    await credentials.grant({ id: row.id, personaId: 'per_1', fields: null, hosts: null, how: 'placeholder' }, caller)
    await vault.lock(caller)
    const revoked = await credentials.revoke(row.id, caller)
    expect(revoked.row.revokedAt).not.toBe(null)
    expect(revoked.grants).toEqual([])
    expect(leases.ended).toEqual([[row.id, null]])
    right(await vault.unlock(byPassphrase(), caller))
    await expect(credentials.lending.values(row.id)).rejects.toMatchObject({ code: 'WRONG_STATE' })
    await expect(credentials.lending.lendable('github')).rejects.toMatchObject({ code: 'WRONG_STATE' })
    await expect(
      credentials.grant({ id: row.id, personaId: 'per_1', fields: null, hosts: null, how: 'placeholder' }, caller),
    ).rejects.toMatchObject({ code: 'WRONG_STATE' })
    const again = await credentials.edit({ id: row.id, version: revoked.version, values: { token: 'example-value-2' } }, caller)
    expect(again.row.revokedAt).toBe(null)
    expect((await credentials.lending.values(row.id)).get('token')).toBe('example-value-2')
  })
})

describe('[CR20] grants', () => {
  const asked = { fields: null, hosts: null, how: 'placeholder' } as const
  it('are one for each persona, narrowed in fields and hosts', async () => {
    const { credentials, audit, leases } = await credentialStage()
    const { row } = await credentials.add({ ...github, values: { token: 'example-value-1', notes: 'example-value-2' } }, caller)
    await credentials.grant({ ...asked, id: row.id, personaId: 'per_1' }, caller)
    const narrow = { fields: ['token'], hosts: ['API.github.com'], how: 'environment' } as const
    const made = await credentials.grant({ ...narrow, id: row.id, personaId: 'per_1' }, caller)
    expect(made).toMatchObject({
      personaName: 'Ada',
      credentialName: 'github',
      fields: ['token'],
      hosts: ['api.github.com'],
      how: 'environment',
    })
    expect(await credentials.grants('per_1')).toEqual([made])
    expect(leases.ended).toEqual([[row.id, 'per_1']])
    expect((await audit())[0]).toMatchObject({ kind: 'grant', subject: { personaId: 'per_1' } })
    expect(await credentials.lending.values(row.id, { personaId: 'per_1' })).toEqual(new Map([['token', 'example-value-1']]))
    await expect(credentials.lending.values(row.id, { personaId: 'per_2' })).rejects.toMatchObject({ code: 'REFUSED' })
    expect((await credentials.list())[0]).toMatchObject({ personas: 1 })
  })
  it('never widen', async () => {
    const { credentials } = await credentialStage()
    const { row } = await credentials.add(github, caller)
    for (const host of ['evil.example.org', '*.github.com', 'api.github.com:8443'])
      await expect(credentials.grant({ ...asked, id: row.id, personaId: 'per_1', hosts: [host] }, caller)).rejects.toMatchObject({
        code: 'REFUSED',
      })
    await expect(credentials.grant({ ...asked, id: row.id, personaId: 'per_1', fields: ['nothing'] }, caller)).rejects.toMatchObject({
      code: 'INVALID',
    })
    await expect(credentials.grant({ ...asked, id: row.id, personaId: 'nobody' }, caller)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
  it('[CR21] are taken back while sealed, with their leases', async () => {
    const { credentials, vault, leases } = await credentialStage()
    const { row } = await credentials.add(github, caller)
    await credentials.grant({ ...asked, id: row.id, personaId: 'per_1' }, caller)
    await vault.lock(caller)
    await credentials.ungrant(row.id, 'per_1', caller)
    expect(leases.ended).toEqual([[row.id, 'per_1']])
    expect(await credentials.grants()).toEqual([])
    await expect(credentials.ungrant(row.id, 'per_1', caller)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
  it('[CR22] of a persona that is gone lend nothing and are cleared away', async () => {
    const { credentials, personas, clock, store } = await credentialStage()
    const { row } = await credentials.add({ connector: 'note', name: 'note', values: { note: 'example-value-1' } }, caller)
    await credentials.grant({ ...asked, id: row.id, personaId: 'per_1' }, caller)
    personas.delete('per_1')
    expect(await credentials.grants()).toEqual([])
    expect(await credentials.lending.grantsOf('per_1')).toEqual([])
    clock.advance(31_000)
    await expect.poll(() => store.read('SELECT * FROM credential_grant')).toEqual([])
  })
})

describe('[CR19] what was changed behind the vault’s back', () => {
  test.each([
    ['hosts', `UPDATE credential SET extra_hosts = '["evil.example.org"]'`],
    ['an address', `UPDATE credential SET plain = '{"url":"https://evil.example.org"}'`],
    ['private addresses', 'UPDATE credential SET allow_private = 1'],
    ['the kind', `UPDATE credential SET connector = 'gitea'`],
    ['the name', `UPDATE credential SET name = 'other'`],
  ])('%s: nothing is lent, checked, shown or exported', async (_what, sql) => {
    const { credentials, store, proof } = await credentialStage()
    const { row } = await credentials.add({ connector: 'gitlab', name: 'gitlab', values: { token: 'example-value-1' } }, caller)
    await store.write([{ sql }])
    const given = await proof()
    await expect(credentials.lending.values(row.id)).rejects.toMatchObject({ code: 'DAMAGED' })
    await expect(credentials.check(row.id, caller)).rejects.toMatchObject({ code: 'DAMAGED' })
    await expect(credentials.reveal({ id: row.id, field: 'token', purpose: 'reveal', proof: given }, caller)).rejects.toMatchObject({
      code: 'DAMAGED',
    })
    await expect(credentials.export({ ids: [], passphrase: 'a passphrase', proof: given }, caller)).rejects.toMatchObject({
      code: 'DAMAGED',
    })
  })
  test('a grant that nobody gave, or that was widened, lends nothing', async () => {
    const { credentials, store } = await credentialStage()
    const { row } = await credentials.add(github, caller)
    const insert = `INSERT INTO credential_grant (credential_id, persona_id, fields, hosts, how, granted_at) VALUES (?, 'per_1', NULL, NULL, 'environment', 1)`
    await store.write([{ sql: insert, params: [row.id] }])
    await expect(credentials.lending.values(row.id, { personaId: 'per_1' })).rejects.toMatchObject({ code: 'DAMAGED' })
    await credentials.grant({ id: row.id, personaId: 'per_1', fields: ['notes'], hosts: null, how: 'placeholder' }, caller)
    expect(await credentials.lending.values(row.id, { personaId: 'per_1' })).toEqual(new Map())
    await store.write([{ sql: 'UPDATE credential_grant SET fields = NULL' }])
    await expect(credentials.lending.values(row.id, { personaId: 'per_1' })).rejects.toMatchObject({ code: 'DAMAGED' })
  })
})

test('[CR23] notes and keys of one-time codes are lent only by name', async () => {
  const { credentials } = await credentialStage()
  const values = { token: 'example-value-1', notes: 'example-value-2', totp: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' }
  const { row } = await credentials.add({ ...github, values }, caller)
  expect([...(await credentials.lending.values(row.id)).keys()]).toEqual(['token'])
  expect([...(await credentials.lending.values(row.id, { fields: ['notes'] })).keys()]).toEqual(['notes'])
  await credentials.grant({ id: row.id, personaId: 'per_1', fields: ['totp'], hosts: null, how: 'environment' }, caller)
  expect([...(await credentials.lending.values(row.id, { personaId: 'per_1' })).keys()]).toEqual(['totp'])
  expect([...(await credentials.lending.values(row.id, { personaId: 'per_1', fields: ['token'] })).keys()]).toEqual([])
})

test('lending notes when a credential was last used, in the transaction of its entry', async () => {
  const { credentials, vault, clock } = await credentialStage()
  const { row } = await credentials.add(github, caller)
  await vault.audit.append({ kind: 'lend', by: 'engine', subject: { credentialId: row.id } }, [
    credentials.lending.used([row.id], clock.now()),
  ])
  expect((await credentials.list())[0]?.lastUsedAt).toBe(clock.now())
})
