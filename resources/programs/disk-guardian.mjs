/** Finds what fills a disk: free space, largest folders and files, and what grew since the last look. Changes nothing. */
import { statfs } from 'node:fs/promises'
import { relative } from 'node:path'
import { Largest } from './parts/largest.mjs'
import { runProgram } from './parts/program.mjs'
import { bar, clean, columns, count, day, facts, heading, percent, size, span } from './parts/report.mjs'
import { readState, stateName, writeState } from './parts/state.mjs'
import { existingFolder, walk } from './parts/walk.mjs'

/** Folders whose sizes are remembered, so that growth can be told next time. */
const REMEMBERED = 2_000
/** Hard-linked files known by number, so that each is counted once; beyond it they count each time, and the report says so. */
const LINKS_KNOWN = 500_000
/** A folder is left out of the list when one folder in it holds this much of it: that one is listed instead. */
const TOLD_BY_CHILD = 0.7

const program = {
  title: 'Disk guardian',
  summary: 'finds what fills a disk',
  options: {
    path: { kind: 'path', default: undefined, required: true, help: 'the folder to look at' },
    top: { kind: 'number', default: 12, min: 1, max: 500, help: 'how many folders and files to list' },
    'min-free-percent': { kind: 'number', default: 10, min: 0, max: 100, help: 'less free space than this needs you; 0 never does' },
    'max-gb': { kind: 'number', default: 0, min: 0, help: 'a folder larger than this many GB needs you; 0 never does' },
    'max-seconds': { kind: 'number', default: 300, min: 1, max: 86_400, help: 'ends the look after this time, and says so' },
  },
  exits: [
    [0, 'fine'],
    [1, 'less free space, or more in the folder, than you allow'],
  ],
}

/** Sums sizes bottom-up. On Windows there are no blocks: the length stands for what is used. */
function makeSums() {
  const linked = new Set()
  const open = []
  const sums = {
    files: 0,
    folders: 0,
    linksForgotten: false,
    largestFolders: new Largest(REMEMBERED),
    largestFiles: new Largest(0),
    begin: (path) => open.push({ path, bytes: 0, files: 0, largestChild: 0 }),
    add(path, stats) {
      if (stats.nlink > 1) {
        const key = `${stats.dev}:${stats.ino}`
        if (linked.has(key)) return
        if (linked.size < LINKS_KNOWN) linked.add(key)
        else sums.linksForgotten = true
      }
      const bytes = stats.blocks > 0 ? stats.blocks * 512 : process.platform === 'win32' ? stats.size : 0
      const folder = open[open.length - 1]
      folder.bytes += bytes
      folder.files += 1
      sums.files += 1
      sums.largestFiles.add(bytes, { path, at: stats.mtimeMs })
    },
    end() {
      const folder = open.pop()
      sums.folders += 1
      const above = open[open.length - 1]
      if (above) {
        above.bytes += folder.bytes
        above.files += folder.files
        above.largestChild = Math.max(above.largestChild, folder.bytes)
      }
      sums.largestFolders.add(folder.bytes, { path: folder.path, telling: folder.largestChild < TOLD_BY_CHILD * folder.bytes })
      return folder
    },
    /** Closes what a deadline left open, so that the totals hold what was seen. */
    unwind() {
      let last
      while (open.length > 0) last = sums.end()
      return last
    },
  }
  return sums
}

async function measure(root, options, frame) {
  const sums = makeSums()
  sums.largestFiles = new Largest(options.top)
  let total
  const visitor = {
    file: (path, stats) => sums.add(path, stats),
    progress: () => `${count(sums.files, 'file', 'files')} so far`,
    opened: (path) => sums.begin(path),
    leave(_path, depth) {
      const folder = sums.end()
      if (depth === 0) total = folder
    },
  }
  const began = performance.now()
  const whole = await walk(root, visitor, frame, { oneDisk: true, deadline: began + options['max-seconds'] * 1000 })
  total ??= sums.unwind()
  return { sums, total: total ?? { bytes: 0, files: 0 }, whole, ms: performance.now() - began }
}

async function freeSpace(root, frame) {
  try {
    const disk = await statfs(root)
    const whole = disk.blocks * disk.bsize
    return whole > 0 ? { whole, free: disk.bavail * disk.bsize } : null
  } catch (error) {
    frame.problem(`The free space of the disk cannot be read: ${error.message}`)
    return null
  }
}

function folderRows(root, found, before, top) {
  const rows = found.sums.largestFolders.items.filter(({ item }) => item.path !== root && item.telling).slice(0, top)
  return columns(
    rows.map(({ weight, item }) => {
      const name = relative(root, item.path)
      return [size(weight), percent(weight, found.total.bytes), bar(weight, found.total.bytes), growth(weight, before?.folders[name]), name]
    }),
    '>><><',
  )
}

/** Changes under 1 MB are noise. */
function growth(now, then) {
  if (then === undefined || Math.abs(now - then) < 1e6) return ''
  return now > then ? `+${size(now - then)}` : `-${size(then - now)}`
}

function grownRows(root, found, before, top) {
  const grown = new Largest(top)
  for (const { weight, item } of found.sums.largestFolders.items) {
    const name = relative(root, item.path)
    const then = before.folders[name]
    if (then !== undefined && weight - then >= 1e6 && item.telling) grown.add(weight - then, name)
  }
  return columns(
    grown.items.map(({ weight, item }) => [`+${size(weight)}`, item === '' ? '(the whole folder)' : item]),
    '><',
  )
}

function remember(root, found, name) {
  const folders = Object.fromEntries(found.sums.largestFolders.items.map(({ weight, item }) => [relative(root, item.path), weight]))
  writeState(name, { version: 1, root, at: Date.now(), bytes: found.total.bytes, folders })
}

function verdict(disk, found, options) {
  const reasons = []
  const freeShare = disk ? (100 * disk.free) / disk.whole : null
  if (freeShare !== null && freeShare < options['min-free-percent'])
    reasons.push(`only ${freeShare.toFixed(1)} % of the disk is free, and you want at least ${options['min-free-percent']} %`)
  if (options['max-gb'] > 0 && found.total.bytes > options['max-gb'] * 1e9)
    reasons.push(`the folder holds ${size(found.total.bytes)}, and you want at most ${options['max-gb']} GB`)
  if (reasons.length > 0) return { code: 1, text: `Needs you: ${reasons.join('; ')}.` }
  const unsure = options['max-gb'] > 0 && !found.whole ? ' What was not looked at is not judged.' : ''
  return { code: 0, text: `Fine${freeShare === null ? '' : `: ${freeShare.toFixed(1)} % of the disk is free`}.${unsure}` }
}

function report(root, found, disk, before, options, frame) {
  const { sums, total, whole, ms } = found
  const pairs = []
  if (disk) pairs.push(['Disk', `${bar(disk.whole - disk.free, disk.whole, 20)}  ${size(disk.free)} free of ${size(disk.whole)} (${percent(disk.free, disk.whole)})`])
  pairs.push(['Here', `${size(total.bytes)} in ${count(sums.files, 'file', 'files')} and ${count(sums.folders, 'folder', 'folders')}, looked at in ${span(ms)}`])
  if (before) pairs.push(['Since', `${day(before.at)}: ${growth(total.bytes, before.bytes) || 'no change to speak of'}`])
  for (const line of facts(pairs)) frame.line(line)
  if (!whole) frame.line(`\nNot complete: the time limit of ${options['max-seconds']} s ended the look. Sizes are at least what is shown.`)
  section(frame, 'Largest folders', folderRows(root, found, before, options.top))
  section(frame, 'Largest files', columns(sums.largestFiles.items.map(({ weight, item }) => [size(weight), day(item.at), relative(root, item.path)]), '><<'))
  if (before && whole) section(frame, `Grown most since ${day(before.at)}`, grownRows(root, found, before, options.top))
  if (sums.linksForgotten) frame.line('\nThere are very many hard links: some of their files are counted more than once.')
}

function section(frame, title, rows) {
  if (rows.length === 0) return
  frame.line(heading(title))
  for (const row of rows) frame.line(row)
}

await runProgram(program, async (options, frame) => {
  const root = existingFolder(options.path)
  const name = stateName('disk-guardian', root, 'json')
  frame.line(`Disk guardian: ${clean(root)}\n`)
  const before = readState(name, frame)
  const found = await measure(root, options, frame)
  const disk = await freeSpace(root, frame)
  report(root, found, disk, before, options, frame)
  frame.line()
  frame.closeProblems()
  // A partial look would make the next one show growth that is none.
  if (found.whole) remember(root, found, name)
  const { code, text } = verdict(disk, found, options)
  frame.line(text)
  return code
})
