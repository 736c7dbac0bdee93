/** The whole way on a real engine and a real session bus: a run fails, the desktop shows it, a click opens its screen. */
import { expect, it, onTestFinished } from 'vitest'
import { personaDoc } from '#contract'
import { startTestEngine } from '../../helpers/engine.ts'
import { missing, startBus, startServer, why } from './session.ts'

it.skipIf(missing)(`[NT8] [NT11] a failed run is shown by the desktop, and its click asks for the run${why}`, async () => {
  const { address } = await startBus()
  const server = await startServer(address)
  // Without a display: the click cannot open a window, so a page that stands is asked.
  const engine = await startTestEngine({ from: 'source', env: { DBUS_SESSION_BUS_ADDRESS: address, DISPLAY: '', WAYLAND_DISPLAY: '' } })
  onTestFinished(() => void engine.stop())
  const { client } = engine
  const body = { kind: 'command', program: '{{troupe.node}}', args: ['-e', 'process.exit(3)'] }
  const { id: personaId } = await client.persona.create({ doc: personaDoc.parse({ name: 'Anna', body }), message: '' })
  const { id } = await client.run.start({ personaId })
  await expect.poll(() => server.notes.length, { timeout: 30_000 }).toBe(1)
  expect(server.notes).toMatchObject([{ title: 'Anna failed', actions: ['default', 'Open'], urgency: 1 }])
  expect(await client.notification.desktop({})).toMatchObject({ state: 'shows', way: 'D-Bus (testd 1.0)', opens: true })
  const told: string[] = []
  const leave = new AbortController()
  const changes = await client.engine.changes({}, { signal: leave.signal })
  void (async () => {
    for await (const batch of changes) told.push(...batch.changes.map(({ topic, what }) => `${topic} ${what}`))
  })().catch(() => undefined)
  server.click(server.notes[0]?.id ?? 0)
  await expect.poll(() => told, { timeout: 10_000 }).toContain('notification open')
  leave.abort()
  expect(await client.notification.take({})).toEqual({ href: `/runs/${id}` })
  expect(await client.notification.list({})).toMatchObject({ unread: 0 })
})
