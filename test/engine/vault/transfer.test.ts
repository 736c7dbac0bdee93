import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { systemChance } from '#core/node'
import { generatePassword } from '../../../extensions/engine/vault/credential/generate.ts'
import { readEnvFile } from '../../../extensions/engine/vault/credential/import/env-file.ts'
import { planImport } from '../../../extensions/engine/vault/credential/import/plan.ts'
import { openPieces, PIECE_BYTES, sealedLength, sealPieces } from '../../../extensions/engine/vault/credential/pieces.ts'
import type { CredentialPorts } from '../../../extensions/engine/vault/credential/ports.ts'
import { readSealedFile, writeSealedFile } from '../../../extensions/engine/vault/credential/sealed-file.ts'
import { checkTotp, totpAt } from '../../../extensions/engine/vault/credential/totp.ts'
import { caller, credentialStage, deriveKey } from './credential-stage.ts'

const PASSPHRASE = 'the file’s own passphrase'
const plan = async (source: Parameters<typeof planImport>[0], env: Record<string, string> = {}) =>
  (await planImport(source, new Set(), { env, deriveKey } as unknown as CredentialPorts, new Uint8Array(32))).plan

describe('[CR40] one-time codes', () => {
  // RFC 6238 appendix B; its keys are the ASCII digits, as long as each hash.
  const KEYS = {
    SHA1: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    SHA256: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA',
    SHA512: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA',
  }
  test.each([
    [59, 'SHA1', '94287082'],
    [59, 'SHA256', '46119246'],
    [59, 'SHA512', '90693936'],
    [1111111109, 'SHA1', '07081804'],
    [1111111109, 'SHA256', '68084774'],
    [1111111109, 'SHA512', '25091201'],
    [1111111111, 'SHA1', '14050471'],
    [1234567890, 'SHA256', '91819424'],
    [2000000000, 'SHA512', '38618901'],
    [20000000000, 'SHA1', '65353130'],
    [20000000000, 'SHA256', '77737706'],
    [20000000000, 'SHA512', '47863826'],
  ] as const)('at %i s with %s', async (seconds, algorithm, code) => {
    const address = `otpauth://totp/Test:ada?secret=${KEYS[algorithm]}&algorithm=${algorithm}&digits=8&period=30`
    expect(await totpAt(address, seconds * 1000)).toMatchObject({ code, periodSeconds: 30 })
  })
  test.each([
    'otpauth://hotp/x?secret=GEZDGNBV&counter=1',
    'otpauth://totp/x?secret=GEZDGNBV&digits=9',
    'otpauth://totp/x?secret=GEZDGNBV&period=1',
    'otpauth://totp/x',
    'example-value-1',
    '',
  ])('%s is refused, and not repeated', async (key) => {
    const error = await checkTotp(key).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ code: 'INVALID' })
    if (key !== '') expect((error as Error).message).not.toContain(key)
  })
})

describe('[CR41] passwords', () => {
  it('have each kind, and no sign more often than another', () => {
    const counts = new Map<string, number>()
    for (let n = 0; n < 2000; n += 1) {
      const { password } = generatePassword({ length: 20 }, systemChance)
      for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z0-9]/]) expect(password).toMatch(kind)
      for (const sign of password) counts.set(sign, (counts.get(sign) ?? 0) + 1)
    }
    const expected = 40_000 / counts.size
    expect(counts.size).toBe(76)
    // Six standard deviations of a fair draw; digits and signs are a little favoured by the rule that each kind is there.
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(expected * 0.1 + 6 * Math.sqrt(expected))
  })
  it('tell no more bits than there are', () => {
    expect(generatePassword({ length: 8, upper: false, lower: false, signs: false }, systemChance).bits).toBe(26.5)
    expect(generatePassword({ length: 24 }, systemChance).bits).toBeLessThan(24 * Math.log2(76))
    expect(() => generatePassword({ lower: false, upper: false, digits: false, signs: false }, systemChance)).toThrow('at least one')
    expect(generatePassword({ length: 128, readable: true }, systemChance).password).not.toMatch(/[Il1|O0o]/)
  })
})

describe('[CR42] pieces', () => {
  const [key, context] = [new Uint8Array(32).fill(7), new Uint8Array([1, 2, 3])]
  test.each([0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])('%i bytes come back', async (size) => {
    const plain = systemChance.bytes(size)
    const sealed = await sealPieces(plain, key, context)
    expect(sealed.length).toBe(sealedLength(size))
    expect(Buffer.from(await openPieces(sealed, key, context)).equals(Buffer.from(plain))).toBe(true)
  })
  it('a flipped bit, a cut, a swap, a piece more, another context or key: DAMAGED', async () => {
    const sealed = await sealPieces(systemChance.bytes(3 * PIECE_BYTES), key, context)
    const piece = PIECE_BYTES + 16
    const flipped = (at: number) => sealed.with(at, sealed[at]! ^ 1)
    const swapped = Buffer.concat([sealed.subarray(piece, 2 * piece), sealed.subarray(0, piece), sealed.subarray(2 * piece)])
    const broken = [
      flipped(0),
      flipped(sealed.length - 1),
      sealed.subarray(0, 2 * piece),
      sealed.subarray(0, -1),
      sealed.subarray(piece),
      swapped,
      Buffer.concat([sealed, sealed.subarray(2 * piece)]),
      new Uint8Array(0),
    ]
    for (const bytes of broken) await expect(openPieces(bytes, key, context)).rejects.toMatchObject({ code: 'DAMAGED' })
    await expect(openPieces(sealed, key, new Uint8Array([1, 2, 4]))).rejects.toMatchObject({ code: 'DAMAGED' })
    await expect(openPieces(sealed, new Uint8Array(32), context)).rejects.toMatchObject({ code: 'DAMAGED' })
  })
  it('an attachment is a sealed file, opened with a proof; a stray file goes at the next start', async () => {
    const stage = await credentialStage()
    const { row } = await stage.credentials.add({ connector: 'note', name: 'note', values: { note: 'n' } }, caller)
    const content = Buffer.from('example-value-1 '.repeat(10_000))
    const { id } = await stage.credentials.attach(row.id, 'key.pem', content.toString('base64'), caller)
    const { readFile, writeFile, readdir } = await import('node:fs/promises')
    const path = `${stage.files}/${id}.sealed`
    expect((await readFile(path)).includes('example-value')).toBe(false)
    await expect(stage.credentials.openAttachment(row.id, id, 'none', caller)).rejects.toMatchObject({ code: 'REAUTHENTICATE' })
    const opened = await stage.credentials.openAttachment(row.id, id, await stage.proof(), caller)
    expect(Buffer.from(opened.fileBase64, 'base64').equals(content)).toBe(true)
    await writeFile(`${stage.files}/stray.sealed`, 'x')
    await stage.restart()
    expect(await readdir(stage.files)).toEqual([`${id}.sealed`])
    await writeFile(path, (await readFile(path)).subarray(0, 70_000))
    await expect(stage.credentials.openAttachment(row.id, id, await stage.proof(), caller)).rejects.toMatchObject({ code: 'DAMAGED' })
    await stage.credentials.detach(row.id, id, caller)
    expect(await readdir(stage.files)).toEqual([])
  })
})

describe('[CR50] reading files', () => {
  test('.env: what Node reads, we read; what is dropped is told', () => {
    const text = `# remark\nA=1\nexport B = two # remark\nC='it is\n# kept'\nD="a\\nb"\nE=\`x "y" z\`\nbroken\nF=\nG='never closed\n`
    const { variables, skipped } = readEnvFile(text)
    expect(Object.fromEntries(variables)).toEqual({ A: '1', B: 'two', C: 'it is\n# kept', D: 'a\nb', E: 'x "y" z' })
    expect(skipped.map(({ from }) => from)).toEqual(['line 8', 'line 9, F', 'line 10, G'])
    const simple = 'A=1\nB="two words"\nC=\'3\'\n'
    expect(Object.fromEntries(readEnvFile(simple).variables)).toEqual({ ...parseEnv(simple) })
  })

  test('variables of one service become one credential', async () => {
    const made = await plan({
      kind: 'env',
      text: 'AWS_ACCESS_KEY_ID=EXAMPLEVALUE00001\nAWS_SECRET_ACCESS_KEY=example-value-2\nOPENAI_API_KEY=example-value-3\nMY_OWN_TOKEN=example-value-4\nDB=postgres://u:example-value-5@h/d\nLANG=C\n',
    })
    expect(made.items.map(({ name, connector, chosen }) => [name, connector, chosen])).toEqual([
      ['openai', 'openai', true],
      ['aws', 'aws', true],
      ['my-own-token', 'variable', true],
      ['db', 'database-url', true],
      ['lang', 'variable', false],
    ])
    expect(JSON.stringify(made)).not.toContain('example-value')
  })

  test('the environment: only what looks like a secret, and how much was left', async () => {
    const made = await plan({ kind: 'environment' }, { PATH: '/bin', PWD: '/', SSH_AUTH_SOCK: '/x', GITHUB_TOKEN: 'example-value-1' })
    expect(made.items.map(({ name }) => name)).toEqual(['github'])
    expect(made.skipped).toEqual([{ from: '3 other variables', why: expect.any(String) }])
  })

  test.each([
    [
      'bitwarden',
      'folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\nWork,,login,Git Hub,"a, b\nc",pin: 1,0,https://github.com/login,ada,example-value-1,GEZDGNBVGY3TQOJQ\n,,note,A note,text,,0,,,,\n,,login,Empty,,,0,,,,\n',
    ],
    [
      '1password',
      'Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\nGit Hub,https://github.com,ada,example-value-1,otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ,false,false,,"a, b\nc"\nA note,,,,,,,,text\nEmpty,,,,,,,,\n',
    ],
    [
      'keepassxc',
      '"Group","Title","Username","Password","URL","Notes","TOTP","Icon","Last Modified","Created"\n"Root","Git Hub","ada","example-value-1","https://github.com","a, b\nc","","0","x","y"\n"Root","A note","","","","text","","0","x","y"\n"Root","Empty","","","","","","0","x","y"\n',
    ],
  ] as const)('%s', async (format, text) => {
    for (const asked of ['auto', format] as const) {
      const made = await plan({ kind: 'csv', text, format: asked })
      expect(made.items.map(({ name, connector }) => [name, connector])).toEqual([
        ['git-hub', 'login'],
        ['a-note', 'note'],
      ])
      expect(made.items[0]?.fields).toEqual(expect.arrayContaining(['user', 'password', 'site', 'notes']))
      expect(made.skipped).toEqual([{ from: 'Empty', why: expect.any(String) }])
      expect(JSON.stringify(made)).not.toContain('example-value')
    }
  })

  test.each(['a,b\n1,2\n', 'name,login_password\n"open,x\n', ''])(
    'a table that is none (%j) is refused without its content',
    async (text) => {
      await expect(plan({ kind: 'csv', text })).rejects.toThrow()
    },
  )

  test('[CR53] whatever comes makes a plan or an error of ours, and every item has a value', async () => {
    const heads = [
      'name,login_password,login_username,login_totp,login_uri,notes,fields',
      'Title,Username,Password,Url',
      'Group,Title,Password',
    ]
    const texts = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc
        .array(fc.constantFrom('A', '=', "'", '"', '`', '\n', '#', '\\', ',', ' ', 'KEY', '\r'), { minLength: 1, maxLength: 60 })
        .map((parts) => parts.join('')),
    )
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom('env', ...heads), async (text, kind) => {
        const source = kind === 'env' ? ({ kind: 'env', text } as const) : ({ kind: 'csv', text: `${kind}\n${text}` } as const)
        const made = await plan(source).catch((thrown: { code?: string }) => thrown)
        if (!('items' in made)) {
          expect(['INVALID', 'TOO_LARGE']).toContain(made.code)
          return
        }
        for (const item of made.items) expect(item.fields.length).toBeGreaterThan(0)
        expect(new Set(made.items.map(({ name }) => name)).size).toBe(made.items.length)
      }),
      { numRuns: 300 },
    )
  })
})

describe('[CR51] [CR52] [CR54] in and out', () => {
  it('imports what was planned, under free names, in one transaction', async () => {
    const { credentials, audit } = await credentialStage()
    const source = { kind: 'env', text: 'OPENAI_API_KEY=example-value-1\nGITHUB_TOKEN=example-value-2\n' } as const
    await credentials.add({ connector: 'github', name: 'github', values: { token: 'example-value-3' } }, caller)
    const first = await credentials.planImport(source)
    expect(first.items.map(({ name }) => name)).toEqual(['openai', 'github-2'])
    const keys = first.items.map(({ key }) => key)
    await expect(credentials.import({ ...source, text: `${source.text}A_KEY=x\n` }, first.digest, keys, caller)).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await expect(
      credentials.import({ ...source, text: source.text.replace('value-1', 'value-9') }, first.digest, keys, caller),
    ).rejects.toMatchObject({ code: 'CONFLICT' })
    const result = await credentials.import(source, first.digest, keys, caller)
    expect(result.added.map(({ name }) => name)).toEqual(['openai', 'github-2'])
    expect((await audit()).filter(({ kind }) => kind === 'import')).toHaveLength(2)
    expect((await credentials.lending.values(result.added[1]!.id)).get('token')).toBe('example-value-2')
    await expect(credentials.import(source, first.digest, keys, caller)).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('exports with a proof, and that file makes the same credentials elsewhere', async () => {
    const [from, to] = [await credentialStage(), await credentialStage()]
    const values = { token: 'example-value-1', notes: 'example-value-2' }
    const { row } = await from.credentials.add(
      {
        connector: 'gitlab',
        name: 'gitlab',
        label: 'Ours',
        values: { ...values, url: 'https://git.example.org' },
        extraHosts: ['x.example.org'],
        expiresAt: 4_000_000_000_000,
      },
      caller,
    )
    await from.credentials.attach(row.id, 'a.txt', Buffer.from('example-value-3').toString('base64'), caller)
    await expect(from.credentials.export({ ids: [], passphrase: PASSPHRASE, proof: 'none' }, caller)).rejects.toMatchObject({
      code: 'REAUTHENTICATE',
    })
    const file = await from.credentials.export({ ids: [], passphrase: PASSPHRASE, proof: await from.proof() }, caller)
    expect(file.text).not.toContain('example')
    expect((await from.audit()).filter(({ kind }) => kind === 'export').map(({ outcome }) => outcome)).toEqual(['done', 'refused'])
    const source = { kind: 'sealed', text: file.text, passphrase: PASSPHRASE } as const
    const planned = await to.credentials.planImport(source)
    const { added } = await to.credentials.import(
      source,
      planned.digest,
      planned.items.map(({ key }) => key),
      caller,
    )
    const detail = await to.credentials.get(added[0]!.id)
    expect(detail).toMatchObject({ extraHosts: ['x.example.org'], row: { name: 'gitlab', label: 'Ours', expiresAt: 4_000_000_000_000 } })
    expect(await to.credentials.lending.values(added[0]!.id, { fields: ['token', 'notes'] })).toEqual(
      new Map(Object.entries(values).sort()),
    )
    const opened = await to.credentials.openAttachment(added[0]!.id, detail.attachments[0]!.id, await to.proof(), caller)
    expect(Buffer.from(opened.fileBase64, 'base64').toString()).toBe('example-value-3')
  })

  it('a wrong passphrase is told from a damaged file, and neither from what is none', async () => {
    const text = await writeSealedFile({ exportedAt: 1, credentials: [] }, PASSPHRASE, { deriveKey, chance: systemChance, rounds: 10 })
    expect(await readSealedFile(text, PASSPHRASE, deriveKey)).toEqual({ exportedAt: 1, credentials: [] })
    await expect(readSealedFile(text, 'another', deriveKey)).rejects.toMatchObject({ code: 'REFUSED' })
    const [head = '', body = ''] = text.split('\n')
    const bytes = Buffer.from(body, 'base64')
    for (const changed of [bytes.with(60, bytes[60]! ^ 1), bytes.subarray(0, -1), Buffer.concat([bytes, bytes])])
      await expect(readSealedFile(`${head}\n${Buffer.from(changed).toString('base64')}\n`, PASSPHRASE, deriveKey)).rejects.toMatchObject({
        code: 'DAMAGED',
      })
    for (const none of ['', '{}', 'x\ny', head.replace('"rounds":10', '"rounds":99999999')])
      await expect(readSealedFile(`${none}\n${body}`, PASSPHRASE, deriveKey)).rejects.toMatchObject({ code: 'INVALID' })
    await expect(readSealedFile(text.replace('"version":1', '"version":2'), PASSPHRASE, deriveKey)).rejects.toMatchObject({
      code: 'INVALID',
    })
  })
})
