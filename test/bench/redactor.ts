/** [RD9] 100 MB of a child's output on the way that a run thread takes it, with 100 known secrets and with none, in turns in one run. */
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { LIMITS } from '#contract/plain'
import { type Redactor, SecretBook } from '#core'
import { systemClock } from '#core/node'
import { Pump } from '../../extensions/engine/run/thread/pump.ts'
import { ThreadIo } from '../../extensions/engine/run/thread/thread-io.ts'
import { type Figure, median } from './figures.ts'

const BYTES = 100 * 1024 * 1024
const CHUNK = 64 * 1024
const ROUNDS = 5

function book(count: number): SecretBook {
  const made = new SecretBook()
  made.hold(
    Array.from({ length: count }, (_one, n) => ({
      mask: `{{credential.bench-${n}.token}}`,
      value: `bench-${randomBytes(15 + (n % 20)).toString('base64url')}`,
    })),
  )
  return made
}

/** Lines of a log, and a little base64, as programs print them; none of the secrets. */
function chunks(): readonly Buffer[] {
  const line = (n: number) =>
    `2026-01-01T00:00:${n % 60} INFO request ${n} to /api/v1/users/${n * 37} took ${n % 97} ms ok=true ${randomBytes(9).toString('base64')}\n`
  return Array.from({ length: 16 }, (_one, at) =>
    Buffer.from(Array.from({ length: 900 }, (_line, n) => line(at * 900 + n)).join('')).subarray(0, CHUNK),
  )
}

/** The whole way: masking, whole signs, line cap, text, batches; the other side takes each batch at once. */
async function pump(redactor: Redactor, pieces: readonly Buffer[]): Promise<number> {
  const io: ThreadIo = new ThreadIo({
    clock: systemClock,
    redactor,
    runId: 'bench',
    outputBytes: 2 * BYTES,
    lineBytes: LIMITS.runLineBytes.default,
    journal: { recorded: [], replayOnly: false },
    signal: new AbortController().signal,
    post: (message) => void (message.kind === 'events' && queueMicrotask(() => io.written(message.bytes))),
  })
  const pumping = new Pump(io, LIMITS.runLineBytes.default, 16 * 1024)
  let sent = 0
  const source = new Readable({
    highWaterMark: CHUNK,
    read() {
      const piece = pieces[(sent / CHUNK) % pieces.length]
      sent += CHUNK
      this.push(sent > BYTES ? null : piece)
    },
  })
  const begun = performance.now()
  pumping.attach(source, 'stdout')
  await new Promise((resolve) => source.once('end', resolve))
  return performance.now() - begun
}

function scan(redactor: Redactor, pieces: readonly Buffer[]): number {
  const stream = redactor.stream()
  const begun = performance.now()
  for (let sent = 0; sent < BYTES; sent += CHUNK) stream.push(pieces[(sent / CHUNK) % pieces.length] as Buffer)
  return performance.now() - begun
}

export async function redactorFigures(): Promise<Figure[]> {
  const pieces = chunks()
  const [none, hundred] = [book(0).redactor, book(100).redactor]
  const [plain, masked, scans]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round <= ROUNDS; round++) {
    const times = [await pump(none, pieces), await pump(hundred, pieces), scan(hundred, pieces)] as const
    // The first round is the compiler's.
    if (round === 0) continue
    plain.push(times[0])
    masked.push(times[1])
    scans.push(times[2])
  }
  const mbs = (ms: number): number => BYTES / 1e6 / (ms / 1000)
  const building: number[] = []
  const kept = book(100)
  for (let n = 0; n < 20; n++) {
    const begun = performance.now()
    kept.hold([{ mask: '[one more]', value: randomBytes(24).toString('base64url') }])
    building.push(performance.now() - begun)
  }
  const unmasked = { name: 'without secrets', value: mbs(median(plain)) }
  return [
    { name: '100 MB of output with 100 secrets', value: mbs(median(masked)), unit: 'MB/s', peer: unmasked },
    { name: 'speed kept with 100 secrets', value: median(plain) / median(masked), unit: '×' },
    { name: 'the search alone, 100 secrets', value: mbs(median(scans)), unit: 'MB/s' },
    { name: 'one secret more beside 100', value: median(building), unit: 'ms' },
  ]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, value, unit, peer } of await redactorFigures())
    console.log(name, value.toFixed(2), unit, peer ? `(${peer.name} ${peer.value.toFixed(1)})` : '')
}
