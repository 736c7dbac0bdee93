import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { selfSigned } from './certificate.ts'
import { rooms, run } from './child.ts'

const DAY_MS = 86_400_000
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

function listen(server: Server): Promise<number> {
  servers.push(server)
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
}

describe('certificate check', () => {
  it('[PRG90] is content with a certificate that is trusted and good for long enough', async () => {
    const { root, work } = rooms()
    const made = selfSigned(new Date(Date.now() + 90 * DAY_MS))
    writeFileSync(join(root, 'ca.pem'), made.cert)
    const port = await listen(createServer(made))
    const { code, out } = await run('certificate-check', [`--servers=127.0.0.1:${port}`], {
      cwd: work,
      env: { NODE_EXTRA_CA_CERTS: join(root, 'ca.pem') },
    })
    expect(out).toMatch(/fine +127\.0\.0\.1:\d+ +8\d days left, .* by localhost\n/)
    expect(code).toBe(0)
    const soon = await run('certificate-check', ['--warn-days=120'], {
      cwd: work,
      env: { NODE_EXTRA_CA_CERTS: join(root, 'ca.pem') },
      stdin: `https://127.0.0.1:${port}/path\n`,
    })
    expect(soon.out).toContain('ends soon')
    expect(soon.code).toBe(1)
  })

  it('[PRG91] tells one that has ended, one that nobody vouches for, and a server that does not answer', async () => {
    const { work } = rooms()
    const ended = await listen(createServer(selfSigned(new Date(Date.now() - 3 * DAY_MS))))
    const untrusted = await listen(createServer(selfSigned(new Date(Date.now() + 90 * DAY_MS))))
    const plain = await listen(createTcp((socket) => socket.end('hello\r\n')))
    const { code, out } = await run(
      'certificate-check',
      [`--servers=127.0.0.1:${ended},127.0.0.1:${untrusted},127.0.0.1:${plain},127.0.0.1:9`],
      { cwd: work },
    )
    expect(code).toBe(1)
    expect(out).toMatch(/ended +127\.0\.0\.1:\d+ +ended [34] days ago/)
    expect(out).toMatch(/not trusted +127\.0\.0\.1:\d+ +it is signed by itself; 8\d days left/)
    expect(out).toMatch(/no answer +127\.0\.0\.1:\d+ +it (does not speak TLS|closed the connection)/)
    expect(out).toContain('it refuses the connection')
    expect(out).toContain('Needs you: 4 of 4 servers.')
  })

  it('[PRG92] gives up on a server that is silent', async () => {
    const { work } = rooms()
    const port = await listen(createTcp(() => undefined))
    const { out } = await run('certificate-check', [`--servers=127.0.0.1:${port}`, '--timeout-seconds=1'], { cwd: work })
    expect(out).toContain('no answer within 1 s')
  })

  it('[PRG93] refuses what is no server, and nothing at all', async () => {
    const { work } = rooms()
    expect((await run('certificate-check', ['--servers=example.org:99999'], { cwd: work })).err).toContain('is not a host or host:port')
    expect((await run('certificate-check', [], { cwd: work })).code).toBe(2)
  })
})
