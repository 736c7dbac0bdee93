/**
 * Checks that a backup is really there: a folder against its copy, or against a checksum file, or (with no backup named) against the
 * checksums that this program recorded the last time, which finds files that a failing disk changed in silence. Changes nothing.
 */
import { lstatSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { makeFindings } from './parts/findings.mjs'
import { hashFile } from './parts/hash.mjs'
import { CannotWork, runProgram, why } from './parts/program.mjs'
import { clean, count, facts, size, span, when } from './parts/report.mjs'
import { replaceFile, stateName } from './parts/state.mjs'
import { existingFolder, walk } from './parts/walk.mjs'

/** FAT keeps times to two seconds. */
const TIME_SLACK_MS = 2_000
const CHECKSUM_FILE_BYTES = 64_000_000
/** Files whose checksums are recorded; about 100 MB of memory. */
const RECORDED = 400_000
const ALGORITHMS = { 32: 'md5', 40: 'sha1', 64: 'sha256', 96: 'sha384', 128: 'sha512' }

const program = {
  title: 'Backup verifier',
  summary: 'checks a backup against its source, a checksum file, or the last record',
  options: {
    source: { kind: 'path', required: true, default: undefined, help: 'the folder that is backed up' },
    backup: { kind: 'path', default: undefined, help: 'the copy, or a checksum file (sha256sum …); without it, the checksums of the last run' },
    depth: { kind: 'choice', choices: ['quick', 'sample', 'full'], default: 'sample', help: 'quick compares sizes and times; sample also reads some files; full reads all' },
    'sample-percent': { kind: 'number', default: 10, min: 0.01, max: 100, help: 'how many of the files a sample reads' },
    'fresh-hours': { kind: 'number', default: 24, min: 0, help: 'files newer than this need not be in the backup yet' },
    list: { kind: 'number', default: 20, min: 1, max: 10_000, help: 'how many findings of each kind to list' },
    'max-seconds': { kind: 'number', default: 3_600, min: 1, max: 86_400, help: 'ends the check after this time, and says so' },
  },
  exits: [
    [0, 'what was checked is as it should be'],
    [1, 'something is missing, damaged or out of date'],
  ],
}

/** What each kind of finding is called, and whether it needs the person. */
const KINDS = {
  missing: ['Missing from the backup', true],
  truncated: ['Cut short: smaller than the source', true],
  different: ['Different, and not because the source is newer', true],
  unreadable: ['Cannot be read', true],
  stale: ['Out of date: the source is newer', true],
  fresh: ['Too new to be in the backup yet', false],
  updated: ['Changed on purpose since the record (size or time differ)', false],
  gone: ['No longer there since the record', false],
}

function reads(options) {
  if (options.depth === 'quick') return false
  return options.depth === 'full' || Math.random() * 100 < options['sample-percent']
}

function makeTask(options, frame) {
  const began = performance.now()
  const task = { files: 0, read: 0, bytes: 0, whole: true, began, findings: makeFindings(KINDS, options.list), deadline: began + options['max-seconds'] * 1000 }
  task.progress = () => `${count(task.files, 'file', 'files')} checked, ${size(task.bytes)} read`
  task.hash = async (path, algorithm) => {
    const digest = await hashFile(path, frame, task.progress, Number.MAX_SAFE_INTEGER, algorithm)
    task.read += 1
    task.bytes += lstatSync(path).size
    return digest
  }
  return task
}

async function judgeCopy(path, stats, copy, options, task) {
  const fresh = Date.now() - stats.mtimeMs < options['fresh-hours'] * 3_600_000
  let there
  try {
    there = statSync(copy)
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') return 'unreadable'
    return fresh ? 'fresh' : 'missing'
  }
  const newer = stats.mtimeMs > there.mtimeMs + TIME_SLACK_MS
  const outdated = fresh ? 'fresh' : 'stale'
  if (!there.isFile()) return 'different'
  if (there.size !== stats.size) return newer ? outdated : there.size < stats.size ? 'truncated' : 'different'
  if (!reads(options)) return newer ? outdated : null
  task.bytes += stats.size
  try {
    if ((await task.hash(path)) === (await task.hash(copy))) return null
  } catch (error) {
    if (error.code === undefined) throw error
    return 'unreadable'
  }
  return newer ? outdated : 'different'
}

async function againstCopy(source, backup, options, task, frame) {
  const file = async (path, stats) => {
    task.files += 1
    const name = relative(source, path)
    const kind = await judgeCopy(path, stats, join(backup, name), options, task)
    if (kind) task.findings.add(kind, name, size(stats.size))
  }
  // A backup that lies within its source is not a part of what is backed up.
  const folder = (path) => path !== backup
  task.whole = await walk(source, { file, folder, progress: task.progress }, frame, { deadline: task.deadline })
}

/** A line of sha256sum and its kin (`<hex>  name`, `<hex> *name`), or of BSD (`SHA256 (name) = <hex>`); null for anything else. */
function parseLine(line) {
  const plain = /^([0-9a-f]{32,128}) [ *](.+)$/i.exec(line)
  const bsd = plain ? null : /^[A-Z0-9-]+ \((.+)\) = ([0-9a-f]{32,128})$/i.exec(line)
  const [digest, name] = plain ? [plain[1], plain[2]] : bsd ? [bsd[2], bsd[1]] : ['', '']
  const algorithm = ALGORITHMS[digest.length]
  return algorithm ? { digest: digest.toLowerCase(), name, algorithm } : null
}

function parseChecksums(path) {
  if (statSync(path).size > CHECKSUM_FILE_BYTES) throw new CannotWork(`${path} is too large for a checksum file (more than ${size(CHECKSUM_FILE_BYTES)}).`)
  const entries = []
  for (const line of readFileSync(path, 'utf8').split(/\r?\n/)) {
    const entry = parseLine(line)
    if (entry) entries.push(entry)
    else if (line.trim() !== '' && !line.startsWith('#')) throw new CannotWork(`${path} is not a checksum file: a line is not "<checksum>  <name>".`)
  }
  if (entries.length === 0) throw new CannotWork(`${path} names no files.`)
  return entries
}

async function againstChecksums(source, path, options, task, frame) {
  for (const { digest, name, algorithm } of parseChecksums(path)) {
    await frame.breathe(task.progress)
    if (performance.now() > task.deadline) {
      task.whole = false
      return
    }
    task.files += 1
    try {
      const file = join(source, name)
      if (!statSync(file).isFile()) task.findings.add('different', name, 'no file')
      // A checksum file knows no sizes: a quick look is only whether the files are there.
      else if (reads(options) && (await task.hash(file, algorithm)) !== digest) task.findings.add('different', name, 'checksum')
    } catch (error) {
      if (error.code === undefined) throw error
      task.findings.add(error.code === 'ENOENT' ? 'missing' : 'unreadable', name, why(error))
    }
  }
}

function readRecord(name, source) {
  let lines
  try {
    lines = readFileSync(name, 'utf8').split('\n')
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw new CannotWork(`The record of the last run (${name}) cannot be read: ${why(error)}.`)
  }
  try {
    const head = JSON.parse(lines[0])
    if (head.source !== source) throw new Error('it is of another folder')
    return { at: head.at, files: new Map(lines.slice(1).filter(Boolean).map((line) => JSON.parse(line))) }
  } catch (error) {
    throw new CannotWork(`The record of the last run (${name}) is damaged: ${error.message}. Remove it to start anew.`)
  }
}

/** The same size and time, and another content: nobody wrote the file, so the disk changed it. */
async function againstRecord(source, options, task, frame) {
  const name = stateName('backup-verifier', source, 'jsonl')
  const record = readRecord(name, source)
  const next = new Map(record?.files)
  const met = new Set()
  const file = async (path, stats) => {
    task.files += 1
    const inside = relative(source, path).split(sep).join('/')
    const known = record?.files.get(inside)
    const at = Math.round(stats.mtimeMs)
    met.add(inside)
    const unchanged = known && known.bytes === stats.size && known.at === at
    if (known && !unchanged) task.findings.add('updated', inside, size(stats.size))
    if (unchanged && !reads(options)) return
    if (!known && next.size >= RECORDED) return
    try {
      const digest = await task.hash(path)
      if (unchanged && digest !== known.digest) task.findings.add('different', inside, size(stats.size))
      else next.set(inside, { bytes: stats.size, at, digest })
    } catch (error) {
      if (error.code === undefined) throw error
      if (known) task.findings.add('unreadable', inside, why(error))
      else frame.problem(`${path}: ${why(error)}`)
    }
  }
  task.whole = await walk(source, { file, progress: task.progress }, frame, { deadline: task.deadline })
  if (task.whole && frame.problems === 0) {
    for (const inside of record?.files.keys() ?? []) {
      if (met.has(inside)) continue
      task.findings.add('gone', inside, '')
      next.delete(inside)
    }
  }
  replaceFile(name, (out) => {
    writeSync(out, `${JSON.stringify({ source, at: Date.now() })}\n`)
    for (const entry of next) writeSync(out, `${JSON.stringify(entry)}\n`)
  })
  return { since: record?.at ?? null, recorded: next.size }
}

async function check(source, options, task, frame) {
  if (options.backup === undefined) {
    const { since, recorded } = await againstRecord(source, options, task, frame)
    return { against: since === null ? 'nothing yet: this run records the checksums' : `the record of ${when(since)}`, recorded, first: since === null }
  }
  let stats
  try {
    stats = statSync(options.backup)
  } catch (error) {
    throw new CannotWork(`The backup ${options.backup} cannot be read: ${why(error)}. Is its disk connected?`)
  }
  if (stats.isDirectory()) {
    const backup = existingFolder(options.backup, 'backup')
    if (backup === source) throw new CannotWork('Source and backup are the same folder.')
    await againstCopy(source, backup, options, task, frame)
    return { against: backup }
  }
  await againstChecksums(source, options.backup, options, task, frame)
  return { against: `the checksums in ${options.backup}` }
}

function closing(wrong, first, sure) {
  if (wrong > 0) return `Needs you: ${count(wrong, 'file is', 'files are')} not as they should be.`
  if (first) return 'Recorded. The next run checks these files against the record.'
  return sure ? 'Fine: what was checked is as it should be.' : 'Nothing wrong in what was checked; the rest is not judged.'
}

function howDeep(options) {
  if (options.depth === 'quick') return 'sizes and times only'
  return options.depth === 'full' ? 'every file was read' : `about ${options['sample-percent']} % of the files were read`
}

await runProgram(program, async (options, frame) => {
  const source = existingFolder(options.source, 'source')
  frame.line(`Backup verifier: ${clean(source)}\n`)
  const task = makeTask(options, frame)
  const { against, recorded, first } = await check(source, options, task, frame)
  const pairs = [
    ['Against', against],
    ['Checked', `${count(task.files, 'file', 'files')} in ${span(performance.now() - task.began)}; ${count(task.read, 'reading', 'readings')}, ${size(task.bytes)}`],
    ['Depth', howDeep(options)],
  ]
  if (recorded !== undefined) pairs.push(['On record', count(recorded, 'file', 'files')])
  for (const line of facts(pairs)) frame.line(line)
  if (!task.whole) frame.line(`\nNot complete: the time limit of ${options['max-seconds']} s ended the check. What was not reached is not judged.`)
  for (const line of task.findings.lines()) frame.line(line)
  frame.line()
  frame.closeProblems()
  const wrong = task.findings.needing
  frame.line(closing(wrong, first, task.whole && frame.problems === 0))
  return wrong === 0 ? 0 : 1
})
