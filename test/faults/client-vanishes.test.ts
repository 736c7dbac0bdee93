/** Over the real socket: a client that is cut off again and again in the middle of a run's output, and asks again from the next number. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { personaDoc } from '#contract'
import { type Client, connect, startTestEngine, type TestEngine } from '../helpers/engine.ts'

const STAGES = 5
const LINES = 6_000
let engine: TestEngine
beforeAll(async () => {
  engine = await startTestEngine()
})
afterAll(() => engine?.stop())

it('[RUN10] a client that vanishes and reconnects misses no line and sees none twice', async () => {
  // After each stage it waits for a file, so that the run can never be over before a client has vanished.
  const script = `import { existsSync } from 'node:fs'
for (let stage = 1; stage <= ${STAGES}; stage++) {
  for (let n = 1; n <= ${LINES}; n++) process.stdout.write(stage + ' ' + n + '\\n')
  while (stage < ${STAGES} && !existsSync('go-' + stage)) await new Promise((on) => setTimeout(on, 20))
}`
  const body = { kind: 'command', program: '{{troupe.node}}', args: ['--input-type=module', '-e', script], stdin: 'none' }
  const { id: personaId } = await engine.client.persona.create({ doc: personaDoc.parse({ name: 'Counter', body }), message: '' })
  const { id } = await engine.client.run.start({ personaId })

  let text = ''
  let next = 1
  let ended = false
  for (let stage = 1; !ended; stage += 1) {
    const socket = await connect(engine.places)
    const client: Client = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
    let leaving = false
    // The stage may have been seen to its end by the client before.
    const goOn = async () => {
      if (stage >= STAGES || !text.includes(`${stage} ${LINES}\n`)) return
      leaving = true
      await writeFile(join(engine.places.workspacesDir, personaId, `go-${stage}`), '')
    }
    await goOn()
    try {
      for await (const { events } of await client.run.follow({ id, fromSeq: next })) {
        for (const event of events) {
          expect(event.seq).toBe(next)
          next += 1
          if (event.kind === 'output') text += event.text
          if (event.kind === 'state' && event.state === 'succeeded') ended = true
        }
        // Without a word, in the middle of the next stage: what is on its way to it is lost.
        if (leaving) socket.terminate()
        else await goOn()
      }
    } catch (thrown) {
      if (!leaving) throw thrown
    } finally {
      socket.terminate()
    }
    expect(stage).toBeLessThanOrEqual(STAGES)
  }
  const lines = Array.from({ length: STAGES * LINES }, (_, index) => `${Math.floor(index / LINES) + 1} ${(index % LINES) + 1}\n`)
  expect(text).toBe(lines.join(''))
})
