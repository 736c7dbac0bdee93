/**
 * What changed in a folder since the last look: new, changed, gone, moved. Keeps a list of files in the working folder, sorted as the
 * tree is walked, so that old and new are compared line by line and memory stays small however large the tree is.
 */
import { closeSync, createReadStream, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, relative, sep } from 'node:path'
import { createInterface } from 'node:readline'
import { toMatchers } from './parts/names.mjs'
import { CannotWork, runProgram, why } from './parts/program.mjs'
import { clean, columns, count, facts, heading, number, size, span, when } from './parts/report.mjs'
import { stateName } from './parts/state.mjs'
import { existingFolder, TOOL_FOLDERS, walk } from './parts/walk.mjs'

/** Changes of each kind that are kept for the report and for finding moves; beyond it they are counted. */
const KEPT = 20_000

const program = {
  title: 'Folder changes',
  summary: 'tells what changed in a folder since the last look',
  options: {
    path: { kind: 'path', required: true, default: undefined, help: 'the folder to look at' },
    ignore: { kind: 'list', default: [], help: 'names to leave out, apart by commas; * stands for anything (*.tmp)' },
    'tool-folders': { kind: 'boolean', default: false, help: 'true looks into node_modules, .git and the like too' },
    list: { kind: 'number', default: 15, min: 0, max: 10_000, help: 'how many changes of each kind to list' },
    remember: { kind: 'boolean', default: true, help: 'false compares without moving the mark' },
  },
  exits: [
    [0, 'nothing changed, or this was the first look'],
    [1, 'something changed'],
  ],
}

/** Order of the walk: names in code unit order, folder by folder. */
function comparePaths(a, b) {
  const left = a.split('/')
  const right = b.split('/')
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    if (left[index] !== right[index]) return left[index] < right[index] ? -1 : 1
  }
  return left.length - right.length
}

/** The old list, one entry at a time: [path, bytes, mtime]. The first line is the head. */
async function* readOld(name) {
  const lines = createInterface({ input: createReadStream(name, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
  for await (const line of lines) {
    try {
      yield JSON.parse(line)
    } catch {
      throw new CannotWork(`The list from last time (${name}) is damaged. Remove it to start anew.`)
    }
  }
}

function makeChanges() {
  const kinds = { added: [], changed: [], gone: [] }
  const totals = { added: 0, changed: 0, gone: 0, bytes: 0 }
  return {
    kinds,
    totals,
    note(kind, path, bytes, at, before) {
      totals[kind] += 1
      totals.bytes += bytes - (before ?? 0)
      if (kinds[kind].length < KEPT) kinds[kind].push({ path, bytes: kind === 'gone' ? (before ?? 0) : bytes, at, before })
    },
  }
}

/** A file that went and one that came with the same size and time are one that moved; those that kept their name are matched first. */
function findMoves(changes) {
  const moved = []
  for (const key of [(file) => `${file.bytes}:${file.at}:${basename(file.path)}`, (file) => (file.bytes === 0 ? null : `${file.bytes}:${file.at}`)]) {
    const came = Map.groupBy(changes.kinds.added, key)
    const arrived = new Set()
    changes.kinds.gone = changes.kinds.gone.filter((file) => {
      const match = key(file) === null ? undefined : came.get(key(file))?.shift()
      if (!match) return true
      moved.push({ from: file.path, to: match.path, bytes: file.bytes })
      arrived.add(match)
      return false
    })
    changes.kinds.added = changes.kinds.added.filter((file) => !arrived.has(file))
  }
  changes.totals.gone -= moved.length
  changes.totals.added -= moved.length
  return moved
}

/** Walks, writes the new list, and compares with the old one on the way. */
async function compare(root, old, write, options, frame) {
  const changes = makeChanges()
  const seen = { files: 0, bytes: 0 }
  const ignored = toMatchers(options.ignore)
  let before = await old?.next()
  const blind = []
  const passed = (upTo) => upTo === null || comparePaths(before.value[0], upTo) < 0
  const skipTo = async (upTo) => {
    while (before && !before.done && passed(upTo)) {
      const [path, bytes, at] = before.value
      if (blind.some((folder) => folder === '' || path.startsWith(`${folder}/`) || path === folder)) write([path, bytes, at])
      else changes.note('gone', path, 0, at, bytes)
      before = await old.next()
    }
  }
  const inside = (path) => relative(root, path).split(sep).join('/')
  // What cannot be read now is not gone: its old entries are kept as they were.
  const watching = {
    breathe: (progress) => frame.breathe(progress),
    problem: (text, path) => {
      if (path !== undefined) blind.push(inside(path))
      frame.problem(text)
    },
  }
  await walk(
    root,
    {
      progress: () => `${count(seen.files, 'file', 'files')} so far`,
      folder: (path) => !ignored(basename(path)) && (options['tool-folders'] || !TOOL_FOLDERS.has(basename(path))),
      async file(path, stats) {
        if (ignored(basename(path))) return
        const name = inside(path)
        const at = Math.round(stats.mtimeMs)
        seen.files += 1
        seen.bytes += stats.size
        await skipTo(name)
        if (before && !before.done && before.value[0] === name) {
          if (before.value[1] !== stats.size || before.value[2] !== at) changes.note('changed', name, stats.size, at, before.value[1])
          before = await old.next()
        } else if (before) changes.note('added', name, stats.size, at)
        write([name, stats.size, at])
      },
    },
    watching,
    { sorted: true },
  )
  await skipTo(null)
  return { changes, seen }
}

function showChanges(found, moved, options, frame) {
  const { kinds, totals } = found
  const section = (title, total, rows, align) => {
    if (total === 0) return
    frame.line(heading(`${title} (${number(total)})`))
    for (const line of columns(rows.slice(0, options.list), align)) frame.line(line)
    if (total > options.list) frame.line(`  … and ${number(total - options.list)} more`)
  }
  const change = (file) => (file.bytes === file.before ? 'same size' : `${file.bytes > file.before ? '+' : ''}${size(file.bytes - file.before)}`)
  const bySize = (files) => files.toSorted((a, b) => b.bytes - a.bytes)
  section('New', totals.added, bySize(kinds.added).map((file) => [size(file.bytes), when(file.at), file.path]), '><<')
  section('Changed', totals.changed, kinds.changed.toSorted((a, b) => b.at - a.at).map((file) => [change(file), when(file.at), file.path]), '><<')
  section('Moved', moved.length, moved.map((move) => [size(move.bytes), `${move.from} → ${move.to}`]), '><')
  section('Gone', totals.gone, bySize(kinds.gone).map((file) => [size(file.bytes), file.path]), '><')
}

function writer(file) {
  let waiting = []
  let length = 0
  const flush = () => {
    writeSync(file, waiting.join(''))
    waiting = []
    length = 0
  }
  return {
    flush,
    write(entry) {
      const line = `${JSON.stringify(entry)}\n`
      waiting.push(line)
      length += line.length
      if (length > 64 * 1024) flush()
    },
  }
}

/** The list is compared while the new one is written beside it; only a whole walk replaces the old one. */
async function lookAgain(root, name, options, frame) {
  const old = existsSync(name) ? readOld(name) : undefined
  const head = old ? (await old.next()).value : undefined
  if (old && (head?.version !== 1 || head.root !== root)) throw new CannotWork(`The list from last time (${name}) is not one of this program. Remove it to start anew.`)
  let file
  try {
    file = openSync(`${name}.new`, 'w', 0o600)
  } catch (error) {
    throw new CannotWork(`The list of files cannot be kept in the working folder ${process.cwd()}: ${why(error)}.`)
  }
  try {
    const { write, flush } = writer(file)
    write({ version: 1, root, at: Date.now() })
    const found = await compare(root, old, write, options, frame)
    flush()
    fsyncSync(file)
    return { ...found, since: head?.at ?? null }
  } finally {
    closeSync(file)
  }
}

await runProgram(program, async (options, frame) => {
  const root = existingFolder(options.path)
  frame.line(`Folder changes: ${clean(root)}\n`)
  const name = stateName('folder-changes', `${root}\n${options.ignore}\n${options['tool-folders']}`, 'jsonl')
  const began = performance.now()
  const { changes, seen, since } = await lookAgain(root, name, options, frame)
  if (options.remember || since === null) renameSync(`${name}.new`, name)
  else rmSync(`${name}.new`, { force: true })
  const moved = findMoves(changes)
  const pairs = [['Looked at', `${count(seen.files, 'file', 'files')}, ${size(seen.bytes)}, in ${span(performance.now() - began)}`]]
  if (since !== null) pairs.push(['Since', `${when(since)} (${span(Date.now() - since)} ago)`])
  for (const line of facts(pairs)) frame.line(line)
  if (since === null) {
    frame.line()
    frame.closeProblems()
    frame.line('This was the first look: the list of files is kept, and the next run tells what changed.')
    return 0
  }
  showChanges(changes, moved, options, frame)
  const { added, changed, gone, bytes } = changes.totals
  const total = added + changed + gone + moved.length
  frame.line()
  frame.closeProblems()
  if (total === 0) frame.line('Nothing changed.')
  else frame.line(`${count(total, 'change', 'changes')}: ${added} new, ${changed} changed, ${moved.length} moved, ${gone} gone (${bytes >= 0 ? '+' : ''}${size(bytes)} in all).`)
  return total === 0 ? 0 : 1
})
