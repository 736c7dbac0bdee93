/** Looks through logs for patterns: how often, in which minutes, and the last lines. Reads a bounded tail of huge files; changes nothing. */
import { closeSync, existsSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { CannotWork, inputChunks, runProgram, why, WrongUse } from './parts/program.mjs'
import { bar, clean, columns, count, facts, heading, number, size, when } from './parts/report.mjs'
import { readState, stateName, writeState } from './parts/state.mjs'

const CHUNK_BYTES = 256 * 1024
/** The part of a longer line that is looked at. */
const LINE_CHARS = 4_096
/** The part of a line that is shown. */
const SHOWN_CHARS = 220
/** Minutes that are counted apart for bursts; the oldest go first. */
const MINUTES = 20_000
const FILES = 20

const program = {
  title: 'Log watcher',
  summary: 'counts patterns in logs, finds bursts, shows the last lines',
  options: {
    path: { kind: 'path', default: undefined, help: 'a log file, or a folder of logs; without it, the input, or the newest logs of this machine' },
    patterns: { kind: 'list', default: ['error', 'warn', 'fail', 'fatal', 'denied', 'timeout'], help: 'words to count, apart by commas; /between slashes/ a regular expression' },
    ignore: { kind: 'list', default: [], help: 'lines with one of these words do not count' },
    last: { kind: 'number', default: 8, min: 0, max: 500, help: 'how many of the last matching lines to show' },
    'max-mb': { kind: 'number', default: 64, min: 1, max: 100_000, help: 'reads at most this much of the end of each file' },
    'only-new': { kind: 'boolean', default: false, help: 'true looks only at what was written since the last run' },
    'alarm-at': { kind: 'number', default: 0, min: 0, help: 'this many matches need you; 0 never does' },
  },
  exits: [
    [0, 'looked through'],
    [1, 'as many matches as the alarm wants, or more'],
  ],
}

function toMatcher(pattern) {
  if (pattern.length > 2 && pattern.startsWith('/') && pattern.endsWith('/')) {
    try {
      const expression = new RegExp(pattern.slice(1, -1), 'iu')
      return (line) => expression.test(line)
    } catch (error) {
      throw new WrongUse(`the pattern ${pattern} is not a regular expression: ${error.message}`)
    }
  }
  const word = pattern.toLowerCase()
  return (_line, lower) => lower.includes(word)
}

/** Places where this machine keeps logs that its user may read. */
function usualPlaces() {
  if (process.platform === 'win32') return [join(process.env.LOCALAPPDATA ?? '', 'Temp'), join(process.env.SystemRoot ?? 'C:\\Windows', 'Logs')]
  const own = [join(homedir(), '.npm', '_logs'), join(homedir(), '.local', 'state'), join(homedir(), '.cache')]
  return process.platform === 'darwin' ? [join(homedir(), 'Library', 'Logs'), '/var/log', ...own] : ['/var/log', ...own]
}

function logsIn(folder, frame) {
  const found = []
  let names
  try {
    names = readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    frame?.problem(`${folder}: ${why(error)}`)
    return found
  }
  for (const entry of names) {
    if (!/(\.(log|txt|out|err|jsonl)|^(syslog|messages|kern\.log|auth\.log))$/i.test(entry.name)) continue
    const path = join(folder, entry.name)
    try {
      const stats = statSync(path)
      if (stats.isFile() && stats.size > 0) found.push({ path, at: stats.mtimeMs })
    } catch {
      // A dangling link or a file that was rotated away meanwhile.
    }
  }
  return found
}

/** A log that cannot be opened is not chosen in silence: it is among the problems. */
function chooseLogs(options, frame) {
  if (options.path !== undefined) {
    let stats
    try {
      stats = statSync(options.path)
    } catch (error) {
      throw new CannotWork(`${options.path} cannot be read: ${why(error)}. Choose a log file or a folder of logs.`)
    }
    if (!stats.isDirectory()) return [realpathSync(options.path)]
    const found = newest(logsIn(options.path, frame), FILES)
    if (found.length === 0) throw new CannotWork(`${options.path} has no log files (*.log, *.txt, *.out, *.err, *.jsonl, syslog, messages).`)
    return found
  }
  const found = newest(usualPlaces().flatMap((folder) => (existsSync(folder) ? logsIn(folder) : [])), 5)
  if (found.length === 0) throw new CannotWork('No log was found in the usual places. Name a log file or a folder in the parameter "path", or give the text as input.')
  return found
}

function newest(found, most) {
  return found.sort((a, b) => b.at - a.at).slice(0, most).map(({ path }) => path)
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
/** The minute that a line names in itself, as sortable text; null when it names none. */
function minuteOf(line) {
  const iso = /(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)/.exec(line)
  if (iso) return `${iso[1]}-${iso[2]}-${iso[3]} ${iso[4]}:${iso[5]}`
  const syslog = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):\d\d/.exec(line)
  if (syslog && MONTHS.includes(syslog[1])) return `${String(MONTHS.indexOf(syslog[1]) + 1).padStart(2, '0')}-${syslog[2].padStart(2, '0')} ${syslog[3]}:${syslog[4]}`
  const web = /\[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d)/.exec(line)
  if (web && MONTHS.includes(web[2])) return `${web[3]}-${String(MONTHS.indexOf(web[2]) + 1).padStart(2, '0')}-${web[1]} ${web[4]}:${web[5]}`
  return null
}

function makeTally(options) {
  const matchers = options.patterns.map((pattern) => ({ pattern, test: toMatcher(pattern), count: 0 }))
  const ignored = options.ignore.map((pattern) => toMatcher(pattern))
  const minutes = new Map()
  const last = []
  const tally = { lines: 0, matched: 0, matchers, minutes, last }
  tally.look = (line) => {
    tally.lines += 1
    const text = line.length > LINE_CHARS ? line.slice(0, LINE_CHARS) : line
    const lower = text.toLowerCase()
    let hit = false
    for (const matcher of matchers) {
      if (!matcher.test(text, lower)) continue
      if (!hit && ignored.some((test) => test(text, lower))) return
      matcher.count += 1
      hit = true
    }
    if (!hit) return
    tally.matched += 1
    last.push(text.slice(0, SHOWN_CHARS))
    if (last.length > options.last) last.shift()
    const minute = minuteOf(text)
    if (minute === null) return
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1)
    if (minutes.size > MINUTES) minutes.delete(minutes.keys().next().value)
  }
  return tally
}

/** Cuts chunks into lines; a line without an end stays bounded, and counts once. */
function makeLines(look) {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let within = false
  return {
    push(chunk) {
      const pieces = (rest + decoder.write(chunk)).split('\n')
      rest = pieces.pop()
      for (const piece of pieces) {
        if (!within) look(piece.endsWith('\r') ? piece.slice(0, -1) : piece)
        within = false
      }
      if (rest.length > LINE_CHARS) {
        if (!within) look(rest)
        within = true
        rest = ''
      }
    },
    end() {
      if (rest !== '' && !within) look(rest)
    },
  }
}

/** Where to begin: after what was read last time, unless the file was replaced or cut; and never more than `most` from its end. */
function startOf(stats, known, most) {
  const same = known && known.file === `${stats.dev}:${stats.ino}` && known.size <= stats.size
  const after = same ? known.size : 0
  return Math.max(after, stats.size - most)
}

async function readLog(path, tally, known, options, frame) {
  const file = openSync(path, 'r')
  try {
    const stats = statSync(path)
    const most = options['max-mb'] * 1_000_000
    const from = startOf(stats, options['only-new'] ? known : undefined, most)
    const lines = makeLines(tally.look)
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    let at = from
    // Up to the size at the beginning: a log that grows while it is read must not keep this program for ever.
    while (at < stats.size) {
      await frame.breathe(() => `${number(tally.lines)} lines so far`)
      const got = readSync(file, chunk, 0, Math.min(CHUNK_BYTES, stats.size - at), at)
      if (got === 0) break
      lines.push(chunk.subarray(0, got))
      at += got
    }
    lines.end()
    return { read: at - from, skipped: options['only-new'] && known ? 0 : from, state: { file: `${stats.dev}:${stats.ino}`, size: at } }
  } finally {
    closeSync(file)
  }
}

async function readInput(tally, options, frame) {
  const lines = makeLines(tally.look)
  const most = options['max-mb'] * 1_000_000
  let read = 0
  for await (const chunk of inputChunks(frame)) {
    lines.push(chunk)
    read += chunk.length
    if (read > most) {
      frame.line(`Only the first ${size(most)} of the input was looked at.`)
      break
    }
  }
  lines.end()
  return read
}

function showTally(tally, options, frame) {
  frame.line(heading('Patterns'))
  const most = Math.max(...tally.matchers.map((matcher) => matcher.count), 1)
  for (const line of columns(tally.matchers.map((matcher) => [number(matcher.count), bar(matcher.count, most), matcher.pattern]), '><<')) frame.line(line)
  const bursts = [...tally.minutes].sort(([, a], [, b]) => b - a).slice(0, 5)
  if (bursts.length > 0) {
    const usual = tally.matched / tally.minutes.size
    frame.line(heading(`Busiest minutes (matching lines; ${usual.toFixed(1)} in a minute with any)`))
    for (const line of columns(bursts.map(([minute, hits]) => [minute, number(hits), hits >= 10 && hits >= 5 * usual ? 'burst' : '']), '<><')) frame.line(line)
  }
  if (tally.last.length > 0) {
    frame.line(heading(`Last ${count(tally.last.length, 'matching line', 'matching lines')}`))
    for (const line of tally.last) frame.line(`  ${clean(line)}`)
  }
}

async function lookThrough(options, tally, frame) {
  const input = options.path === undefined && !process.stdin.isTTY ? await readInput(tally, options, frame) : 0
  if (input > 0) return [['Input', size(input)]]
  const logs = chooseLogs(options, frame)
  const name = stateName('log-watcher', options.path ?? 'usual places', 'json')
  const known = readState(name, frame) ?? {}
  const rows = []
  const next = {}
  for (const path of logs) {
    try {
      const { read, skipped, state } = await readLog(path, tally, known[path], options, frame)
      next[path] = state
      rows.push(['Log', `${path}  ${size(read)}${skipped > 0 ? `, its end (the first ${size(skipped)} was left out)` : ''}, written ${when(statSync(path).mtimeMs)}`])
    } catch (error) {
      if (error.code === undefined) throw error
      frame.problem(`${path}: ${why(error)}`)
    }
  }
  if (rows.length === 0) throw new CannotWork('None of these logs could be read. Choose one that you may read.')
  writeState(name, next)
  return rows
}

await runProgram(program, async (options, frame) => {
  frame.line('Log watcher\n')
  const tally = makeTally(options)
  const rows = await lookThrough(options, tally, frame)
  rows.push(['Lines', `${number(tally.lines)}, of which ${number(tally.matched)} match`])
  for (const line of facts(rows)) frame.line(line)
  if (options['only-new'] && tally.lines === 0) frame.line('\nNothing new since the last run.')
  else showTally(tally, options, frame)
  frame.line()
  frame.closeProblems()
  if (options['alarm-at'] > 0 && tally.matched >= options['alarm-at']) {
    frame.line(`Needs you: ${count(tally.matched, 'matching line', 'matching lines')}, and the alarm is set to ${number(options['alarm-at'])}.`)
    return 1
  }
  frame.line(tally.matched === 0 ? 'Fine: nothing matched.' : `Done: ${count(tally.matched, 'matching line', 'matching lines')}.`)
  return 0
})
