import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { plant, rooms, run } from './child.ts'

/** Put together at run time, of one sign again and again: nothing here looks like a secret that anybody could have lost. */
const KEYS = {
  'AWS access key': `${'AK'}IA${'A'.repeat(16)}`,
  'GitHub token': `${'gh'}p_${'a'.repeat(36)}`,
  'Private key': `-----BEGIN ${'OPENSSH'} PRIVATE KEY-----`,
  'Password in an address': `postgres://anna:${'w'.repeat(3)}ord9@db.example.org/x`,
}
const VALUE = createHash('sha256').update('a value of this test').digest('base64url').slice(0, 24)

describe('secret scanner', () => {
  it('[PRG80] says where and what kind, and never prints any part of it', async () => {
    const { root, work } = rooms()
    plant(root, Object.fromEntries(Object.entries(KEYS).map(([kind, key]) => [`${kind} ü.txt`, `first line\nhere: ${key}\n`])))
    plant(root, { 'app.env': `API_KEY=${VALUE}\n`, 'conf.json': JSON.stringify({ password: `hunter${VALUE}` }) })
    const { code, out, err } = await run('secret-scanner', [`--path=${root}`], { cwd: work })
    expect(code).toBe(1)
    for (const kind of Object.keys(KEYS)) expect(out).toMatch(new RegExp(`${kind} \\(1\\)\\n +${kind} ü\\.txt:2\\n`))
    expect(out).toMatch(/A value that looks like a password or key \(2\)/)
    expect(out).toContain('app.env:1')
    for (const secret of [...Object.values(KEYS).filter((key) => !key.startsWith('-')), VALUE, 'word9', 'hunter'])
      for (let at = 0; at + 5 <= secret.length; at += 1) expect(out + err).not.toContain(secret.slice(at, at + 5))
  })

  it('[PRG81] is not alarmed by placeholders, code and names', async () => {
    const { root, work } = rooms()
    const lines = [
      'password = "changeme"',
      'password: <your password>',
      'const token = getToken(request)',
      'apiKey: process.env.API_KEY',
      "secret: 'your-secret-here'",
      'password=$' + '{DB_PASSWORD}',
      'token: string',
      'https://user:' + '$' + '{PASS}@example.org',
    ]
    plant(root, { 'code.ts': lines.join('\n') })
    const { code, out } = await run('secret-scanner', [`--path=${root}`], { cwd: work })
    expect(out).toContain('Nothing was found in what was looked at.')
    expect(code).toBe(0)
  })

  it('[PRG82] leaves out what has no text, is large, is a tool folder, or is to be ignored', async () => {
    const { root, work } = rooms()
    const key = KEYS['GitHub token']
    plant(root, {
      'a.png': key,
      'b.dat': `\u0000\u0001${key}`,
      'large.txt': `${key}\n${'x'.repeat(3_000_000)}`,
      'node_modules/x.js': key,
      'fixtures/y.txt': key,
    })
    const { code, out } = await run('secret-scanner', [`--path=${root}`, '--ignore=fixtures'], { cwd: work })
    expect(out).toContain('2 without text, 1 larger than 2.0 MB')
    expect(code).toBe(0)
  })

  it('[PRG83] with "sure" it leaves out what only may be one, and a long line costs no time', async () => {
    const { root, work } = rooms()
    plant(root, { 'app.env': `API_KEY=${VALUE}\n`, 'min.js': `password=${'a='.repeat(900_000)}` })
    const { code } = await run('secret-scanner', [`--path=${root}`, '--sure=true'], { cwd: work })
    expect(code).toBe(0)
    expect((await run('secret-scanner', [`--path=${root}`], { cwd: work })).code).toBe(1)
  })
})
