/** Connects to servers and tells when their TLS certificates end, and whether this machine trusts them. Needs the network. */
import { connect } from 'node:tls'
import { isIP } from 'node:net'
import { inputChunks, runProgram, WrongUse } from './parts/program.mjs'
import { columns, count, day } from './parts/report.mjs'

const AT_ONCE = 8
const DAY_MS = 86_400_000

const program = {
  title: 'Certificate check',
  summary: 'tells when the TLS certificates of servers end',
  options: {
    servers: { kind: 'list', default: [], help: 'host or host:port (443 without), apart by commas; without it, the lines of the input' },
    'warn-days': { kind: 'number', default: 21, min: 0, max: 3650, help: 'fewer days than this left need you' },
    'timeout-seconds': { kind: 'number', default: 10, min: 1, max: 120, help: 'how long to wait for each server' },
  },
  exits: [
    [0, 'every certificate is trusted and good for long enough'],
    [1, 'a certificate ends soon, is not trusted, or a server did not answer'],
  ],
}

function readServer(text) {
  const match = /^(?:https:\/\/)?(\[[0-9a-f:.]+\]|[^\s:/]+)(?::(\d{1,5}))?(?:\/.*)?$/i.exec(text)
  const port = Number(match?.[2] ?? 443)
  if (!match || port < 1 || port > 65_535) throw new WrongUse(`"${text}" is not a host or host:port.`)
  return { host: match[1].replace(/^\[|\]$/g, ''), port, shown: port === 443 ? match[1] : `${match[1]}:${port}` }
}

/** Untrusted certificates are read too (and told as such): the connection carries nothing, so nothing can leak over it. */
function look(server, options) {
  return new Promise((resolve) => {
    const socket = connect({
      host: server.host,
      port: server.port,
      ...(isIP(server.host) ? {} : { servername: server.host }),
      rejectUnauthorized: false,
      timeout: options['timeout-seconds'] * 1000,
    })
    const end = (result) => {
      socket.destroy()
      resolve({ server, ...result })
    }
    socket.on('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate()
      if (!certificate) return end({ problem: 'it showed no certificate' })
      const ends = Date.parse(certificate.validTo)
      const names = isIP(server.host) ? certificate.checkIP(server.host) : certificate.checkHost(server.host)
      const distrust = names === undefined ? 'it is for another name' : socket.authorized ? null : reason(socket.authorizationError)
      end({ ends, distrust, issuer: /(?:^|\n)O=(.+)/.exec(certificate.issuer)?.[1] ?? /(?:^|\n)CN=(.+)/.exec(certificate.issuer)?.[1] ?? '' })
    })
    socket.on('timeout', () => end({ problem: `no answer within ${options['timeout-seconds']} s` }))
    socket.on('error', (error) => end({ problem: reason(error.code ?? error.message) }))
  })
}

function reason(code) {
  const words = {
    ENOTFOUND: 'there is no such host',
    EAI_AGAIN: 'the name could not be looked up: is the network there?',
    ECONNREFUSED: 'it refuses the connection',
    ECONNRESET: 'it closed the connection: is TLS spoken there?',
    EPROTO: 'it does not speak TLS',
    ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
    ENETUNREACH: 'the network is not reachable',
    EHOSTUNREACH: 'the host is not reachable',
    CERT_HAS_EXPIRED: 'it has ended',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
    SELF_SIGNED_CERT_IN_CHAIN: 'its root is not known here',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its chain is not complete',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not known here',
  }
  const text = String(code instanceof Error ? code.message : code)
  return words[text] ?? text
}

function judge(result, warnDays) {
  if (result.problem) return { state: 'no answer', note: result.problem }
  const days = Math.floor((result.ends - Date.now()) / DAY_MS)
  const left = days < 0 ? `ended ${count(-days, 'day', 'days')} ago` : `${count(days, 'day', 'days')} left`
  if (days < 0) return { state: 'ended', note: `${left}, ${day(result.ends)}` }
  if (result.distrust) return { state: 'not trusted', note: `${result.distrust}; ${left}, ${day(result.ends)}` }
  return { state: days < warnDays ? 'ends soon' : 'fine', note: `${left}, ${day(result.ends)}, by ${result.issuer}` }
}

async function readInput(frame) {
  if (process.stdin.isTTY) return []
  let text = ''
  for await (const chunk of inputChunks(frame)) {
    text += chunk
    if (text.length > 100_000) throw new WrongUse('the input is longer than a list of servers can be (100,000 signs).')
  }
  return text.split(/[\s,]+/).filter(Boolean)
}

await runProgram(program, async (options, frame) => {
  frame.line('Certificate check\n')
  const servers = (options.servers.length > 0 ? options.servers : await readInput(frame)).map(readServer)
  if (servers.length === 0) throw new WrongUse('no server was named. Give some in the parameter "servers", or one in each line of the input.')
  const results = new Array(servers.length)
  let next = 0
  const worker = async () => {
    while (next < servers.length) {
      const index = next
      next += 1
      results[index] = await look(servers[index], options)
      await frame.breathe()
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, servers.length) }, worker))
  const judged = results.map((result) => ({ ...judge(result, options['warn-days']), shown: result.server.shown }))
  for (const line of columns(judged.map(({ state, shown, note }) => [state, shown, note]), '<<<')) frame.line(line)
  const bad = judged.filter(({ state }) => state !== 'fine').length
  frame.line()
  frame.line(bad === 0 ? `Fine: ${count(judged.length, 'certificate', 'certificates')}.` : `Needs you: ${bad} of ${count(judged.length, 'server', 'servers')}.`)
  return bad === 0 ? 0 : 1
})
