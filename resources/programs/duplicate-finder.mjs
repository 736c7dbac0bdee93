/** Finds files with the same content: by size, then by their first bytes, then by all of them. Deletes nothing. */
import { relative } from 'node:path'
import { hashFile } from './parts/hash.mjs'
import { runProgram, why } from './parts/program.mjs'
import { clean, count, day, facts, number, size, span } from './parts/report.mjs'
import { existingFolder, TOOL_FOLDERS, walk } from './parts/walk.mjs'

/** Candidates kept at most: about 100 MB of memory. Beyond it the smallest sizes are left out, and the report says so. */
const CANDIDATES = 300_000
const SIZES = 4_000_000
const FIRST_BYTES = 64 * 1024

const program = {
  title: 'Duplicate finder',
  summary: 'finds files with the same content',
  options: {
    path: { kind: 'path', required: true, default: undefined, help: 'the folder to look through' },
    'min-kb': { kind: 'number', default: 100, min: 0, help: 'smaller files are left out' },
    top: { kind: 'number', default: 20, min: 1, max: 10_000, help: 'how many groups to list, the most wasteful first' },
    'tool-folders': { kind: 'boolean', default: false, help: 'true looks into node_modules, .git and the like too' },
    'max-seconds': { kind: 'number', default: 600, min: 1, max: 86_400, help: 'ends the look after this time, and says so' },
  },
  exits: [
    [0, 'no duplicates'],
    [1, 'there are duplicates'],
  ],
}

/** First pass: only counts sizes. Second pass: paths of sizes that came more than once. So memory holds no path in vain. */
async function candidates(root, options, frame, deadline) {
  const least = Math.max(1, options['min-kb'] * 1000)
  const sizes = new Map()
  const seen = { files: 0, bytes: 0, left: 0, whole: true }
  const folder = options['tool-folders'] ? undefined : (path) => !TOOL_FOLDERS.has(path.slice(path.lastIndexOf(process.platform === 'win32' ? '\\' : '/') + 1))
  const progress = () => `${count(seen.files, 'file', 'files')} so far`
  const tally = (_path, stats) => {
    seen.files += 1
    seen.bytes += stats.size
    if (stats.size >= least && (sizes.size < SIZES || sizes.has(stats.size))) sizes.set(stats.size, (sizes.get(stats.size) ?? 0) + 1)
  }
  seen.whole = await walk(root, { folder, file: tally, progress }, frame, { deadline })
  for (const [bytes, times] of sizes) if (times < 2) sizes.delete(bytes)
  const groups = new Map()
  let kept = 0
  const gather = (path, stats) => {
    if (!sizes.has(stats.size)) return
    if (kept >= CANDIDATES) {
      seen.left += 1
      return
    }
    kept += 1
    const group = groups.get(stats.size) ?? []
    if (group.length === 0) groups.set(stats.size, group)
    group.push({ path, bytes: stats.size, at: stats.mtimeMs, file: stats.ino === 0 ? path : `${stats.dev}:${stats.ino}` })
  }
  const silent = { problem: () => undefined, breathe: () => frame.breathe(progress) }
  if (seen.whole) seen.whole = await walk(root, { folder, file: gather, progress }, silent, { deadline })
  return { groups, seen }
}

async function splitBy(files, key, frame) {
  const parts = new Map()
  for (const file of files) {
    try {
      const value = await key(file)
      const part = parts.get(value) ?? []
      if (part.length === 0) parts.set(value, part)
      part.push(file)
    } catch (error) {
      if (error.code === undefined) throw error
      frame.problem(`${file.path}: ${why(error)}`)
    }
  }
  return [...parts.values()].filter((part) => part.length > 1)
}

/** Two names of one file (hard links) take no room twice: only one of them is compared. */
function oneNameEach(files) {
  return [...new Map(files.map((file) => [file.file, file])).values()]
}

async function same(groups, frame, deadline) {
  const found = []
  const done = { bytes: 0, files: 0, whole: true }
  const progress = () => `${size(done.bytes)} compared`
  // The largest first: if the time runs out, what would free most is known.
  for (const bytes of [...groups.keys()].sort((a, b) => b - a)) {
    if (performance.now() > deadline) {
      done.whole = false
      break
    }
    const files = oneNameEach(groups.get(bytes))
    for (const part of await splitBy(files, (file) => hashFile(file.path, frame, progress, FIRST_BYTES), frame)) {
      const alike =
        bytes <= FIRST_BYTES
          ? [part]
          : await splitBy(
              part,
              async (file) => {
                done.bytes += bytes
                return hashFile(file.path, frame, progress)
              },
              frame,
            )
      found.push(...alike)
    }
  }
  return { found, whole: done.whole }
}

function report(root, found, options, frame) {
  const wasteful = found.map((files) => ({ files, waste: files[0].bytes * (files.length - 1) })).sort((a, b) => b.waste - a.waste)
  for (const { files, waste } of wasteful.slice(0, options.top)) {
    frame.line(`\n${size(waste)} to gain: ${files.length} times ${size(files[0].bytes)}`)
    for (const file of files.toSorted((a, b) => a.at - b.at).slice(0, 12)) frame.line(`  ${day(file.at)}  ${clean(relative(root, file.path))}`)
    if (files.length > 12) frame.line(`  … and ${files.length - 12} more`)
  }
  if (wasteful.length > options.top) frame.line(`\n… and ${count(wasteful.length - options.top, 'smaller group', 'smaller groups')}`)
  return wasteful.reduce((sum, { waste }) => sum + waste, 0)
}

await runProgram(program, async (options, frame) => {
  const root = existingFolder(options.path)
  frame.line(`Duplicate finder: ${clean(root)}\n`)
  const began = performance.now()
  const deadline = began + options['max-seconds'] * 1000
  const { groups, seen } = await candidates(root, options, frame, deadline)
  const { found, whole } = await same(groups, frame, deadline)
  for (const line of facts([
    ['Looked at', `${count(seen.files, 'file', 'files')}, ${size(seen.bytes)}, in ${span(performance.now() - began)}`],
    ['Left out', `files under ${size(options['min-kb'] * 1000)}${options['tool-folders'] ? '' : '; node_modules, .git and the like'}`],
  ]))
    frame.line(line)
  if (!seen.whole || !whole) frame.line(`\nNot complete: the time limit of ${number(options['max-seconds'])} s ended the look; the largest files were compared first.`)
  if (seen.left > 0) frame.line(`\nNot complete: ${number(seen.left)} more candidates would not fit in memory. Raise "min_kb", or look at a smaller folder.`)
  const waste = report(root, found, options, frame)
  frame.line()
  frame.closeProblems()
  frame.line(found.length === 0 ? 'No duplicates.' : `${count(found.length, 'group', 'groups')} of equal files; keeping one of each would free ${size(waste)}. Nothing was deleted.`)
  return found.length === 0 ? 0 : 1
})
