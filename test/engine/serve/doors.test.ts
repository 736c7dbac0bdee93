import { describe, expect, it } from 'vitest'
import { LIMITS } from '#contract'
import { closeOf, dial, firstFrame, knock, link, onceToken, openDoors, rawExchange, sayHello } from './doors.ts'

const STRANGER = 'A'.repeat(43)

describe('[SV1] what is wrong gets not one byte of answer', () => {
  it('no token', async () => expect(await knock(await openDoors(), {})).toBe(''))
  it('a wrong token', async () => expect(await knock(await openDoors(), { token: STRANGER })).toBe(''))
  it('a token without our subprotocol', async () => {
    const doors = await openDoors()
    expect(await knock(doors, { protocols: `troupe.token.${onceToken(doors)}` })).toBe('')
  })
  it('two tokens', async () => {
    const doors = await openDoors()
    expect(await knock(doors, { protocols: `troupe.1, troupe.token.${onceToken(doors)}, troupe.token.${STRANGER}` })).toBe('')
  })
  it('a foreign Origin', async () => {
    const doors = await openDoors()
    for (const origin of [
      'http://evil.example',
      'null',
      `http://127.0.0.1:${doors.serve.port + 1}`,
      `https://127.0.0.1:${doors.serve.port}`,
      '',
    ])
      expect(await knock(doors, { token: onceToken(doors), origin }), origin).toBe('')
  })
  it('no Origin', async () => {
    const doors = await openDoors()
    expect(await knock(doors, { token: onceToken(doors), origin: null })).toBe('')
  })
  it('two Origins', async () => {
    const doors = await openDoors()
    expect(await knock(doors, { token: onceToken(doors), headers: ['Origin: http://evil.example'] })).toBe('')
  })
  it('a foreign Host', async () => {
    const doors = await openDoors()
    for (const host of [
      'evil.example',
      `evil.example:${doors.serve.port}`,
      '127.0.0.1',
      `127.0.0.2:${doors.serve.port}`,
      `127.0.0.1:${doors.serve.port}.evil.example`,
    ])
      expect(await knock(doors, { token: onceToken(doors), host }), host).toBe('')
  })
  it('another path or method', async () => {
    const doors = await openDoors()
    expect(await knock(doors, { token: onceToken(doors), path: '/rpc/' })).toBe('')
    expect(await knock(doors, { token: onceToken(doors), path: '/' })).toBe('')
    expect(await knock(doors, { token: onceToken(doors), method: 'POST' })).toBe('')
  })
  it('a one-time link that was used, and one that ran out', async () => {
    let now = 1_000_000
    const doors = await openDoors({ clock: { now: () => now, after: () => () => undefined } })
    const used = onceToken(doors)
    expect(await knock(doors, { token: used })).toContain('101 Switching Protocols')
    expect(await knock(doors, { token: used })).toBe('')
    const late = onceToken(doors)
    now += LIMITS.linkTtlMs
    expect(await knock(doors, { token: late })).toBe('')
  })
  it('the command line’s token on the TCP door, and a window’s token on the socket', async () => {
    const doors = await openDoors()
    expect(await knock(doors, { token: doors.serve.clients.cliToken })).toBe('')
    expect(await knock(doors, { token: onceToken(doors) }, 'socket')).toBe('')
  })
  it('a browser on the socket', async () => {
    const doors = await openDoors()
    expect(await knock(doors, { token: doors.serve.clients.cliToken, origin: 'http://evil.example' }, 'socket')).toBe('')
  })
  it('plain HTTP, a head that is none, none at all, CONNECT, and Expect', async () => {
    const doors = await openDoors()
    const host = `Host: 127.0.0.1:${doors.serve.port}`
    for (const bytes of [
      `GET / HTTP/1.1\r\n${host}\r\n\r\n`,
      `GET / HTTP/1.1\r\n\r\n`,
      `POST /rpc HTTP/1.1\r\n${host}\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n`,
      `POST /rpc HTTP/1.1\r\n${host}\r\nExpect: something\r\nContent-Length: 5\r\n\r\n`,
      'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n',
      'no http at all\r\n\r\n',
      `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n\r\n`,
    ]) {
      expect(await rawExchange(doors, bytes), bytes.slice(0, 60)).toBe('')
      expect(await rawExchange(doors, bytes, 'socket'), bytes.slice(0, 60)).toBe('')
    }
  })
  it('and the right token, Host and Origin is let in (so the tests above test what they say)', async () => {
    const doors = await openDoors()
    expect(await knock(doors, { token: onceToken(doors) })).toContain('101 Switching Protocols')
    expect(
      await knock(doors, {
        token: onceToken(doors),
        host: `localhost:${doors.serve.port}`,
        origin: `http://localhost:${doors.serve.port}`,
      }),
    ).toContain('101')
    expect(await knock(doors, { token: doors.serve.clients.cliToken }, 'socket')).toContain('101 Switching Protocols')
  })
  it('a window of Neutralino is let in by its origin, once that is told', async () => {
    const doors = await openDoors()
    const origin = 'http://127.0.0.1:54321'
    expect(await knock(doors, { token: onceToken(doors), origin })).toBe('')
    doors.serve.allowOrigin(origin)
    expect(await knock(doors, { token: onceToken(doors), origin })).toContain('101 Switching Protocols')
  })
})

describe('the answer to an upgrade', () => {
  it('[SV2] names the protocol and never the token', async () => {
    const doors = await openDoors()
    const token = onceToken(doors)
    const answer = await knock(doors, { token })
    expect(answer).toContain('Sec-WebSocket-Protocol: troupe.1\r\n')
    expect(answer).not.toContain(token)
    expect(answer).not.toContain('permessage-deflate')
  })
})

describe('[SV3] hello', () => {
  it('comes first, with build and protocol, and with the session for a one-time link', async () => {
    const doors = await openDoors()
    const hello = await firstFrame(dial(doors, onceToken(doors)))
    expect(hello.troupe).toMatchObject({ build: 'test', protocol: [1, 0], session: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) })
    const again = await firstFrame(dial(doors, (hello.troupe as { session: string }).session))
    expect(again.troupe).not.toHaveProperty('session')
  })
  it('another major is refused with a reason and its own close code', async () => {
    const doors = await openDoors()
    const socket = dial(doors, onceToken(doors))
    const closed = closeOf(socket)
    await firstFrame(socket)
    socket.send(sayHello(2))
    expect((await firstFrame(socket)).troupe).toEqual({ refused: expect.stringMatching(/protocol 1.*the client 2/) })
    expect(await closed).toBe(4000)
  })
  it('anything else as the first frame is refused, a call too', async () => {
    const doors = await openDoors()
    for (const frame of ['{"i":"1","p":{"u":"/engine/link"}}', 'hello', '{"troupe":{"protocol":["1",0]}}', `"${'x'.repeat(5000)}"`]) {
      const socket = dial(doors, onceToken(doors))
      const closed = closeOf(socket)
      await firstFrame(socket)
      socket.send(frame)
      expect((await firstFrame(socket)).troupe).toHaveProperty('refused')
      expect(await closed).toBe(4000)
    }
  })
  it('a client that never says hello is closed', async () => {
    const doors = await openDoors({ helloMs: 30 })
    const socket = dial(doors, onceToken(doors))
    expect(await closeOf(socket)).toBe(4000)
  })
})

describe('[SV4] frames', () => {
  it('above the limit end the connection, with the code that says so', async () => {
    const doors = await openDoors()
    const { socket, closed } = await link(doors, onceToken(doors))
    socket.send('x'.repeat(LIMITS.frameBytes + 1))
    expect(await closed).toBe(1009)
  })
  it('that are binary, or no message, end the connection', async () => {
    const doors = await openDoors()
    const binary = await link(doors, onceToken(doors))
    binary.socket.send(Buffer.from('{"i":"1"}'))
    expect(await binary.closed).toBe(1003)
    for (const frame of ['{', '[]', '1', '{"x":1}']) {
      const { socket, closed } = await link(doors, onceToken(doors))
      socket.send(frame)
      expect(await closed, frame).toBe(1007)
    }
  })
})

describe('[SV5] errors on the wire', () => {
  it('an unknown field, and one out of bounds, are INVALID and named', async () => {
    const { client } = await link(...(await door()))
    await expect(client.settings.set({ colour: 'red' } as never)).rejects.toMatchObject({
      code: 'INVALID',
      status: 400,
      data: { family: 'user', facts: { field: 'colour' } },
    })
    await expect(client.settings.set({ maxRuns: 0 })).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('"maxRuns"'),
    })
  })
  it('a room’s refusal keeps its code, status, hint and facts', async () => {
    const { client } = await link(...(await door()))
    await expect(client.run.get({ id: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      status: 404,
      message: 'There is no such run.',
      data: { family: 'user', retry: 'never', hint: 'Look in the list.', facts: { id: 'x' } },
    })
  })
  it('a defect leaves with a reference and nothing of our insides; the log has the rest', async () => {
    const doors = await openDoors()
    const { client } = await link(doors, onceToken(doors))
    const error = (await client.engine.status({}).catch((thrown: unknown) => thrown)) as Error & { data: { facts: { reference: string } } }
    expect(error).toMatchObject({ code: 'INTERNAL', status: 500, data: { family: 'bug' } })
    expect(JSON.stringify(error) + error.message).not.toContain('test-secret')
    const line = doors.logged.find(({ facts }) => facts?.reference === error.data.facts.reference)
    expect(line?.facts?.stack).toContain('caused by: Error: beneath')
  })
  it('a method that does not exist is NOT_FOUND', async () => {
    const { client } = await link(...(await door()))
    const wrong = client as unknown as { engine: { explode: (input: unknown) => Promise<unknown> } }
    await expect(wrong.engine.explode({})).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
  it('after the stop began, calls are refused with STOPPING', async () => {
    const doors = await openDoors()
    const { client } = await link(doors, onceToken(doors))
    doors.serve.refuseCalls()
    await expect(client.settings.get({})).rejects.toMatchObject({ code: 'STOPPING', data: { retry: 'later' } })
  })
})

async function door() {
  const doors = await openDoors()
  return [doors, onceToken(doors)] as const
}
